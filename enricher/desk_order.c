/*
 * desk_order.c - looks at what is due, and decides by enricher/order.h. Rows are due by our clock, the day
 * is the provider's.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "enricher/enricher.h"
#include "enricher/store_order.h"

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
	order_decide(&f, &d->order);
	d->order.wake_at -= d->clock.ahead_s;
	if (d->order.n == 0 && fresh > now && fresh < d->order.wake_at)
		d->order.wake_at = fresh;
	return true;
}
