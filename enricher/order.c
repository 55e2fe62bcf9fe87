/*
 * order.c - see order.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/order.h"

#include "common/base/time.h"

#define EVENING_SLACK_S 600

static int64_t
between(int64_t low, int64_t n, int64_t high)
{
	return n < low ? low : n > high ? high : n;
}

static int64_t
end_of_day(const struct order_facts *f)
{
	return time_next_day(f->now) - ORDER_END_S;
}

/* ---- pace */

/* Seconds until the day's end, at least one. */
static int64_t
left_s(const struct order_facts *f)
{
	return between(1, end_of_day(f) - f->now, INT64_MAX);
}

/* Requests that the pace allows now. */
static int64_t
paced(const struct order_facts *f)
{
	int64_t earned = (f->now - f->room->newest) * f->room->rest / left_s(f);
	int64_t most = ORDER_CATCH_UP_S * f->room->rest / left_s(f);

	if (!f->even || f->now >= end_of_day(f))
		return f->free;
	return between(0, between(0, earned, most > 1 ? most : 1), f->free);
}

static int64_t
next_by_pace(const struct order_facts *f)
{
	int64_t rest = between(1, f->room->rest, INT64_MAX);

	return between(
	    f->now + 1, f->room->newest + (left_s(f) + rest - 1) / rest, end_of_day(f));
}

/* ---- files asked before */

static int64_t
evening(const struct order_facts *f)
{
	int64_t minutes = (f->room->rest + f->per_minute - 1) / f->per_minute;

	return end_of_day(f) - minutes * LEDGER_SLOT_S * 3 / 2 - EVENING_SLACK_S;
}

/* How many of them may be asked while no new file waits. */
static int64_t
again_alone(const struct order_facts *f)
{
	int64_t left_by_new = f->per_day - (f->room->used - f->room->again);

	if (f->now >= evening(f))
		return f->free;
	return between(0, left_by_new * f->reserve / 100 - f->room->again, f->free);
}

/* How many of n go to them before new files that wait. */
static int64_t
again_share(const struct order_facts *f, int64_t n)
{
	int64_t parts = f->crowded ? 5 : f->late ? 1 : 0; /* fifths of `reserve` */

	if (!f->again)
		return 0;
	return between(
	    0, (f->room->used + n) * f->reserve * parts / 500 - f->room->again, n);
}

/* ---- both */

static void
add(struct order *o, int first, int last, int64_t most)
{
	if (most > 0)
		o->plan[o->ranges++] = (struct queue_range){ first, last, (int)most };
}

static int64_t
wake_at(const struct order_facts *f, int64_t by_pace)
{
	if (by_pace == 0)
		return next_by_pace(f);
	return between(f->now + 1, evening(f), INT64_MAX);
}

void
order_decide(const struct order_facts *f, struct order *out)
{
	int64_t by_pace = paced(f), urgent = between(0, f->urgent, f->free);
	int64_t share = again_share(f, by_pace > urgent ? by_pace : urgent);
	int64_t n = between(by_pace, urgent + share, f->free);
	int64_t rest = by_pace == 0 ? 0 : again_alone(f);

	*out = (struct order){ .n = (int)n };
	add(out, 0, 0, n);
	add(out, 1, 1, urgent);
	add(out, QUEUE_AGAIN, QUEUE_RANKS - 1, share);
	add(out, 1, 1, n);
	add(out, QUEUE_AGAIN, QUEUE_RANKS - 1, rest);
	if (!f->fresh && rest == 0)
		out->n = 0;
	if (out->n == 0)
		out->wake_at = wake_at(f, by_pace);
}
