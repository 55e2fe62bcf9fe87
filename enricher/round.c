/*
 * round.c - one transaction per round: settles the answers that have arrived, and claims and books what
 * is asked next.
 *
 * Requests are sent, and lines logged, when it is committed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"

struct round {
	struct desk *desk;
	int most;
};

static bool
settle_landed(struct desk *d, struct err *e)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++) {
		struct flight *f = &d->flights[i];

		if (f->state == FLIGHT_LANDED && !desk_settle_flight(f, e))
			return false;
	}
	return true;
}

/* Logs and forgets what was settled. */
static void
end_landed(struct desk *d)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++) {
		struct flight *f = &d->flights[i];

		if (f->state != FLIGHT_LANDED)
			continue;
		stage_say(&f->ruling);
		desk_end_flight(f);
	}
	d->landed = 0;
}

/* After an outage the loop decides what comes next (stage_turn). */
static bool
take_next(struct round *r, struct err *e)
{
	struct desk *d = r->desk;
	struct desk_room room;
	struct pause p;

	if (r->most <= 0 || desk_is_to_compare(d))
		return true;
	if (!pause_get(&d->enricher->st.db, d->service, &p, e))
		return false;
	if (p.paused)
		return true;
	if (!desk_room(d, r->most, &room, e))
		return false;
	return room.rows == 0 || desk_claim(d, room.rows, &room.ledger, e);
}

static bool
round_in(void *ctx, struct err *e)
{
	struct round *r = ctx;

	r->desk->claims.count = 0;
	return settle_landed(r->desk, e) && take_next(r, e);
}

bool
desk_settle(struct desk *d, int most, struct err *e)
{
	struct round r = { .desk = d, .most = most };

	if (!db_transact(&d->enricher->st.db, round_in, &r, e))
		return false;
	end_landed(d);
	return desk_send(d, e);
}
