/*
 * desk_order.c - looks at what is due, and decides by enricher/order.h. Rows are due by our clock, the day
 * is the provider's.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "enricher/enricher.h"
#include "enricher/store/order.h"

bool
desk_order(struct desk *d, const struct ledger_room *room, int most, struct err *e)
{
	const struct enricher_config *c = &d->enricher->st.config.enricher;
	int64_t now = clock_now(&d->enricher->st.clock);
	struct order_facts f = { .now = desk_now(d),
		.room = room,
		.per_minute = d->account.per_minute,
		.per_day = d->account.per_day,
		.reserve = c->reserve,
		.even = strcmp(c->pace, "even") == 0,
		.free = most,
		.crowded = d->crowded };
	int64_t fresh, again;

	if (!queue_next_of(&d->queue, 0, 1, &fresh, e) ||
	    !queue_next_of(&d->queue, QUEUE_AGAIN, QUEUE_RANKS - 1, &again, e) ||
	    !store_urgent(
		&d->enricher->st.db, d->provider->name, ORDER_URGENT, most, &f.urgent, e))
		return false;
	f.fresh = fresh <= now;
	f.again = again <= now;
	f.late = again <= now - ORDER_LATE_S;
	order_decide(&f, &d->order);
	d->order.wake_at -= d->clock.ahead_s;
	if (d->order.n == 0 && fresh > now && fresh < d->order.wake_at)
		d->order.wake_at = fresh;
	return true;
}

static int
least(int a, int64_t b)
{
	return b < a ? (int)b : a;
}

/* Less than the ledger allows if the wall clock stepped ahead: this process still holds slots of the
 * minute by the steady clock. */
bool
desk_room(struct desk *d, int most, struct desk_room *out, struct err *e)
{
	int64_t ms = clock_steady_ms(&d->enricher->st.clock);

	*out = (struct desk_room){ .rows = 0 };
	if (!desk_look_at_clock(d, e))
		return false;
	if (!d->knows_time)
		return true;
	if (!ledger_room(&d->ledger, desk_now(d), &out->ledger, e))
		return false;
	if (out->ledger.pulled_back > 0)
		d->pulled_back = out->ledger.pulled_back;
	most = least(least(most, out->ledger.requests), minute_free(&d->minute, ms));
	if (most <= 0)
		return true;
	if (d->enricher->asked.ask.given) {
		out->rows = most;
		return true;
	}
	if (!desk_order(d, &out->ledger, most, e))
		return false;
	out->rows = d->order.n;
	out->kept = out->rows == 0;
	return true;
}
