/*
 * loop.c - decides when each provider is asked, and about how many rows at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>

#include "common/base/time.h"
#include "enricher/enricher.h"

#define GATHER_MS 10 /* how long an answer waits for others, to be settled with them */
#define EXTEND_BEFORE_S 60 /* a lease is extended when it has less than this left */

/* ---- the probe after a pause, which is not booked */

static void
probe_answer(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct desk *d = ctx;
	struct enricher *en = d->enricher;
	struct err fault = ERR_NONE, e = ERR_NONE;
	bool ok;

	d->probing = false;
	if (d->provider->probed(
		d->client, reply, transport, clock_now(&en->st.clock), &fault)) {
		desk_compare_clock(d, reply, d->probed_steady_ms);
		ok = stage_succeeded(&en->st, d->service, &e);
	} else {
		ok = stage_pause(&en->st, d->service, &fault, 0, &e);
	}
	if (!ok && en->fatal.fault == FAULT_NONE)
		en->fatal = e;
}

static bool
start_probe(struct desk *d, struct err *e)
{
	auto_buf url = BUF_INIT(PROVIDER_URL_MAX);
	struct http_request r;

	d->provider->probe(d->client, &url, &r);
	if (!http_start(d->enricher->st.http, &r, probe_answer, d, e))
		return false;
	d->probing = true;
	d->probed_steady_ms = clock_steady_ms(&d->enricher->st.clock);
	return true;
}

/* ---- lookups */

static void
say_spent(struct desk *d, const struct ledger_room *room)
{
	enum log_level level = d->enricher->asked.ask.given ? LOG_WARNING : LOG_INFO;
	char until[TIME_TEXT_MAX];

	if (d->said_until == room->again_at || room->limit == LEDGER_MINUTE)
		return;
	d->said_until = room->again_at;
	time_format_iso(room->again_at, until);
	log_line(&d->enricher->st.log, level, "waiting", "service", d->provider->name,
	    "until", until, "why",
	    room->limit == LEDGER_DAY ? "the day's quota is spent"
				      : "the month's quota is spent",
	    NULL);
}

static void
say_pulled_back(struct desk *d)
{
	auto_buf why = BUF_CUT(ERR_TEXT_MAX);

	if (d->pulled_back == 0)
		return;
	buf_printf(&why,
	    "%" PRId64
	    " requests were booked with a clock that was ahead; they count "
	    "from now on",
	    d->pulled_back);
	d->pulled_back = 0;
	log_line(&d->enricher->st.log, LOG_WARNING, "waiting", "service",
	    d->provider->name, "why", buf_text(&why), NULL);
}

/* How many due rows may be looked up now, up to `most`; if none, *out says why. */
static bool
how_many(struct desk *d, int64_t now, int most, int *n, struct step *out, struct err *e)
{
	int64_t due, ms = clock_steady_ms(&d->enricher->st.clock);
	struct desk_room room;

	*n = 0;
	if (!queue_next_due(&d->queue, &due, e))
		return false;
	if (due > now) {
		out->wake_at = due;
		out->idle = true;
		return true;
	}
	if (!desk_room(d, most, &room, e))
		return false;
	if (!d->knows_time) { /* there may be room */
		*n = 1;
		return true;
	}
	say_pulled_back(d);
	*n = room.rows;
	if (room.ledger.requests == 0) {
		say_spent(d, &room.ledger);
		out->wake_at = room.ledger.again_at - d->clock.ahead_s;
		out->idle = room.ledger.limit != LEDGER_MINUTE;
	} else if (room.kept) {
		out->wake_at = d->order.wake_at;
		out->idle = true;
	} else if (*n == 0) {
		out->wake_at = now + (minute_wait_ms(&d->minute, ms) + 999) / 1000;
	}
	return true;
}

struct extension {
	struct desk *desk;
	struct flight *flight;
	int64_t now;
	enum settled how;
};

static bool
extend_in(void *ctx, struct err *e)
{
	struct extension *x = ctx;

	x->how = queue_extend(&x->desk->queue, &x->flight->job, x->now, e);
	return x->how != SETTLED_ERROR;
}

static bool
extend_leases(struct desk *d, int64_t now, struct err *e)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++) {
		struct flight *f = &d->flights[i];
		struct extension x = { .desk = d, .flight = f, .now = now };

		if (f->state == FLIGHT_FREE || f->job.lease_until - now > EXTEND_BEFORE_S)
			continue;
		if (!db_transact(&d->enricher->st.db, extend_in, &x, e))
			return false;
		/* If it is lost, the answer notices; do not retry every second. */
		if (x.how == SETTLED_LEASE_LOST)
			f->job.lease_until = INT64_MAX;
	}
	return true;
}

/* Looks up at most `most` due rows, or first probes whether a pause is over. */
static bool
ask_on(struct desk *d, int64_t now, int most, struct step *out, struct err *e)
{
	struct stage *st = &d->enricher->st;
	struct turn turn;
	int n = 0;

	if (!how_many(d, now, most, &n, out, e) ||
	    !stage_turn(st, d->service, now, n > 0, &turn, e))
		return false;
	if (!d->knows_time && (turn.what == TURN_ROW || turn.what == TURN_ROWS))
		turn.what = TURN_PROBE;
	switch (turn.what) {
	case TURN_WAIT:
		if (turn.until < out->wake_at || n > 0)
			out->wake_at = turn.until;
		out->idle = out->idle || turn.until != INT64_MAX;
		return true;
	case TURN_PROBE:
		out->idle = false;
		return start_probe(d, e);
	case TURN_ROW:
		return desk_ask(d, 1, e);
	case TURN_ROWS:
		if (desk_is_to_compare(d) && !desk_compare(d, e))
			return false;
		return desk_is_to_compare(d) || desk_ask(d, n, e);
	}
	return true;
}

/* With --once: when to exit, even if more is due. */
static int64_t
end_of(const struct stage *st)
{
	return st->options.once ? st->started_at + st->config.enricher.once_limit_s
				: INT64_MAX;
}

static int
free_slots(const struct desk *d)
{
	const struct enricher *en = d->enricher;
	int slots = (int)d->account.concurrency - d->flying;

	if (!en->asked.ask.given)
		return slots;
	if (d != en->by_hand.desk)
		return 0;
	return en->by_hand.due_count < slots ? en->by_hand.due_count : slots;
}

/* How long to wait for more answers, before those that have arrived are settled. Not for the second half of
 * them: the provider shall always have something to do. */
static int
gather_ms(const struct desk *d)
{
	int64_t left_ms = d->landed_ms + GATHER_MS - clock_monotonic_ms();

	return d->landed > 0 && d->landed < d->flying && left_ms > 0 ? (int)left_ms : 0;
}

static bool
step(struct desk *d, int64_t now, struct step *out, struct err *e)
{
	int64_t end = end_of(&d->enricher->st);

	if (!extend_leases(d, now, e) || !desk_count(d, now, e) ||
	    (!d->caught_up && !desk_catch_up(d, now, e)))
		return false;
	out->look_ms = gather_ms(d);
	if (out->look_ms > 0)
		return true;
	if (d->landed > 0 &&
	    !desk_settle(d, d->probing || now >= end ? 0 : free_slots(d), e))
		return false;
	out->wake_at = d->caught_up ? now + 1 : now;
	if (now >= end) {
		out->idle = true;
		return true;
	}
	if (d->probing || free_slots(d) <= 0)
		return true;
	if (!ask_on(d, now, free_slots(d), out, e))
		return false;
	if (out->wake_at > end)
		out->wake_at = end;
	return true;
}

bool
enricher_step(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct enricher *en = ctx;

	if (en->fatal.fault != FAULT_NONE) {
		*e = en->fatal;
		err_clear(&en->fatal);
		return false;
	}
	out->idle = true;
	for (int i = 0; i < en->desk_count; i++) {
		struct step own = { .wake_at = INT64_MAX };

		if (!step(en->desks[i], now, &own, e))
			return false;
		out->wake_at = own.wake_at < out->wake_at ? own.wake_at : out->wake_at;
		if (own.look_ms > 0 && (out->look_ms == 0 || own.look_ms < out->look_ms))
			out->look_ms = own.look_ms;
		out->idle = out->idle && own.idle;
	}
	return true;
}

bool
enricher_stop(void *ctx, struct err *e)
{
	struct enricher *en = ctx;

	for (int i = 0; i < en->desk_count; i++)
		if (en->desks[i]->landed > 0 && !desk_settle(en->desks[i], 0, e))
			return false;
	return true;
}
