/*
 * ask.c - when to ask and how many at once: the enricher's step.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"

#include <assert.h>

#include "common/base/time.h"

#define EXTEND_BEFORE_S 60 /* a lease is extended when it has less than this left */

static struct flight *
free_flight(struct enricher *en)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++)
		if (!en->flights[i].used)
			return &en->flights[i];
	return NULL;
}

/* ---- the key check that ends a credentials pause; it costs no quota */

static void
probe_answer(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct enricher *en = ctx;
	struct err fault = ERR_NONE, e = ERR_NONE;
	bool ok;

	en->probing = false;
	if (vt_answer(reply, transport, clock_now(&en->st.clock), &fault) == VT_FAULT)
		ok = stage_pause(&en->st, &fault, 0, &e);
	else
		ok = stage_succeeded(&en->st, &e);
	if (!ok && en->fatal.fault == FAULT_NONE)
		en->fatal = e;
}

static bool
start_probe(struct enricher *en, struct err *e)
{
	if (!vt_probe(&en->vt, probe_answer, en, e))
		return false;
	en->probing = true;
	return true;
}

/* ---- lookups */

static bool
hold_unusable(struct enricher *en, const struct job *job, struct err *e)
{
	struct err fault = ERR_NONE;
	struct settlement s = {
		.e = &fault, .what = "lookup", .took_ms = -1, .unasked = true
	};

	err_set(&fault, FAULT_REJECT, "its value is no MD5, SHA-1 or SHA-256");
	return stage_settle(&en->st, job, &s, e);
}

/* Sends the request of a claimed row whose booking began at booking_ms. */
static bool
send(struct enricher *en, const struct job *job, const struct lookup *l,
    int64_t request_id, int64_t booking_ms, struct err *e)
{
	struct flight *f = free_flight(en);

	assert(f != NULL);
	stage_crash_point("after-booking");
	/* We slept on the way (a locked database, a stopped process): the slot is no longer ours. */
	if (clock_monotonic_ms() > booking_ms + LEDGER_SEND_S * 1000)
		return stage_give_back(&en->st, job, 0, NULL, e);
	*f = (struct flight){ .enricher = en,
		.used = true,
		.job = *job,
		.lookup = *l,
		.request_id = request_id,
		.started_ms = clock_monotonic_ms() };
	en->flying++;
	if (vt_ask(&en->vt, &l->value, enricher_answer, f, e))
		return true;
	f->used = false;
	en->flying--;
	return false;
}

/* Claims up to n rows, books a request for each and sends them; rows without a booking go back. */
static bool
send_batch(struct enricher *en, int64_t now, int n, struct err *e)
{
	struct job jobs[CONCURRENCY_MAX];
	struct lookup lookups[CONCURRENCY_MAX];
	int64_t ids[CONCURRENCY_MAX];
	int claimed, asked = 0, booked = 0;
	int64_t booking_ms;

	claimed = queue_claim(&en->st.queue, now, jobs, n, e);
	if (claimed < 0)
		return false;
	for (int i = 0; i < claimed; i++) {
		if (!store_lookup(&en->st.db, jobs[i].id, &lookups[asked], e))
			return false;
		if (lookups[asked].unusable) {
			if (!hold_unusable(en, &jobs[i], e))
				return false;
			continue;
		}
		jobs[asked++] = jobs[i];
	}
	now = clock_now(&en->st.clock);
	booking_ms = clock_monotonic_ms();
	if (asked > 0 && !ledger_book(&en->ledger, now, asked, ids, &booked, e))
		return false;
	for (int i = 0; i < asked; i++) {
		bool ok = i < booked
			      ? send(en, &jobs[i], &lookups[i], ids[i], booking_ms, e)
			      : stage_give_back(&en->st, &jobs[i], 0, NULL, e);
		if (!ok)
			return false;
	}
	return true;
}

static void
say_spent(struct enricher *en, const struct ledger_room *room)
{
	char until[TIME_TEXT_MAX];

	if (en->said_until == room->again_at || room->limit == LEDGER_MINUTE)
		return;
	en->said_until = room->again_at;
	time_format_iso(room->again_at, until);
	log_line(&en->st.log, LOG_INFO, "waiting", "until", until, "why",
	    room->limit == LEDGER_DAY ? "the day's quota is spent"
				      : "the month's quota is spent",
	    NULL);
}

static bool
once_is_over(const struct enricher *en, int64_t now)
{
	return en->st.options.once &&
	       now - en->st.started_at >= en->st.config.enricher.once_limit_s;
}

/* How many rows are due and may be asked about now, up to `most`; *wake_at and *idle as for the step
 * when it is none. */
static bool
how_many(struct enricher *en, int64_t now, int most, int *n, int64_t *wake_at, bool *idle,
    struct err *e)
{
	struct ledger_room room;
	int64_t due;

	*n = 0;
	if (!queue_next_due(&en->st.queue, &due, e))
		return false;
	if (due > now) {
		*wake_at = due;
		*idle = true;
		return true;
	}
	if (!ledger_room(&en->ledger, now, &room, e))
		return false;
	if (room.requests == 0) {
		say_spent(en, &room);
		*wake_at = room.again_at;
		*idle = room.limit != LEDGER_MINUTE;
		return true;
	}
	*n = room.requests < most ? (int)room.requests : most;
	return true;
}

static bool
extend_leases(struct enricher *en, int64_t now, struct err *e)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++) {
		struct flight *f = &en->flights[i];
		enum settled how;

		if (!f->used || f->job.lease_until - now > EXTEND_BEFORE_S)
			continue;
		if (!db_begin(&en->st.db, e))
			return false;
		how = queue_extend(&en->st.queue, &f->job, now, e);
		if (how == SETTLED_ERROR) {
			db_rollback(&en->st.db);
			return false;
		}
		if (!db_commit(&en->st.db, e))
			return false;
		/* Lost: the answer will find out; do not try again each second. */
		if (how == SETTLED_LEASE_LOST)
			f->job.lease_until = INT64_MAX;
	}
	return true;
}

static bool
paused_by_credentials(struct enricher *en, bool *yes, struct err *e)
{
	struct pause p;

	if (!pause_get(&en->st.db, &en->st.service, &p, e))
		return false;
	*yes = p.paused && p.kind == OUTAGE_CREDENTIALS;
	return true;
}

/* Asks about `n` rows, or first sends the one request that tries whether a pause is over. */
static bool
ask(struct enricher *en, int64_t now, int n, bool credentials, int64_t *wake_at,
    bool *idle, struct err *e)
{
	bool probe;

	if (!stage_may_ask(&en->st, now, &probe, wake_at, e))
		return false;
	if (*wake_at > now) {
		*idle = true;
		return true;
	}
	if (probe && credentials)
		return start_probe(en, e);
	return send_batch(en, now, probe ? 1 : n, e);
}

bool
enricher_step(void *ctx, int64_t now, int64_t *wake_at, bool *idle, struct err *e)
{
	struct enricher *en = ctx;
	int n = (int)en->st.config.enricher.concurrency - en->flying;
	bool credentials;

	if (en->fatal.fault != FAULT_NONE) {
		*e = en->fatal;
		return false;
	}
	if (!extend_leases(en, now, e))
		return false;
	*wake_at = now + 1;
	*idle = false;
	if (en->probing || n <= 0)
		return true;
	if (once_is_over(en, now)) {
		*idle = true;
		return true;
	}
	if (!paused_by_credentials(en, &credentials, e))
		return false;
	/* A refused key is checked although nothing is due: the check is free. */
	if (!credentials && !how_many(en, now, n, &n, wake_at, idle, e))
		return false;
	return n == 0 || ask(en, now, n, credentials, wake_at, idle, e);
}
