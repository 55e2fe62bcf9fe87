/*
 * loop.c - when to ask and about how many at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/enricher.h"

#define EXTEND_BEFORE_S 60 /* a lease is extended when it has less than this left */

/* ---- the key check that ends a credentials pause; it costs no quota */

static void
probe_answer(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct enricher *en = ctx;
	struct err fault = ERR_NONE, e = ERR_NONE;
	bool ok;

	en->probing = false;
	if (vt_answer(reply, transport, clock_now(&en->st.clock), &fault) == VT_FAULT)
		ok = stage_pause(&en->st, en->service, &fault, 0, &e);
	else
		ok = stage_succeeded(&en->st, en->service, &e);
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

/* How many rows are due and may be asked about now, up to `most`; when it is none, *out says why. */
static bool
how_many(
    struct enricher *en, int64_t now, int most, int *n, struct step *out, struct err *e)
{
	struct ledger_room room;
	int64_t due;

	*n = 0;
	if (!queue_next_due(&en->st.queue, &due, e))
		return false;
	if (due > now) {
		out->wake_at = due;
		out->idle = true;
		return true;
	}
	if (!ledger_room(&en->ledger, now, &room, e))
		return false;
	if (room.requests == 0) {
		say_spent(en, &room);
		out->wake_at = room.again_at;
		out->idle = room.limit != LEDGER_MINUTE;
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

	if (!pause_get(&en->st.db, en->service, &p, e))
		return false;
	*yes = p.paused && p.kind == OUTAGE_CREDENTIALS;
	return true;
}

/* Asks about up to `most` rows that are due, or first sends the one request that tries whether a pause is
 * over. */
static bool
ask_on(struct enricher *en, int64_t now, int most, struct step *out, struct err *e)
{
	bool credentials, probe;
	int n = most;

	if (!paused_by_credentials(en, &credentials, e))
		return false;
	/* A refused key is checked although nothing is due: the check is free. */
	if (!credentials && !how_many(en, now, most, &n, out, e))
		return false;
	if (n == 0)
		return true;
	if (!stage_may_ask(&en->st, en->service, now, &probe, &out->wake_at, e))
		return false;
	if (out->wake_at > now) {
		out->idle = true;
		return true;
	}
	out->wake_at = now + 1;
	if (probe && credentials)
		return start_probe(en, e);
	return enricher_ask(en, now, probe ? 1 : n, e);
}

bool
enricher_step(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct enricher *en = ctx;
	int free_slots = (int)en->st.config.enricher.concurrency - en->flying;

	if (en->fatal.fault != FAULT_NONE) {
		*e = en->fatal;
		return false;
	}
	if (!extend_leases(en, now, e))
		return false;
	out->wake_at = now + 1;
	out->idle = once_is_over(en, now) && !en->probing && free_slots > 0;
	if (out->idle || en->probing || free_slots <= 0)
		return true;
	return ask_on(en, now, free_slots, out, e);
}
