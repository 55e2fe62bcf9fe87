/*
 * order.h - how many rows of which rank are looked up now.
 *
 * Files added by hand come first, then new files, then files asked before. Three rules keep the latter two
 * from waiting for ever. While more new files wait than the quota of a day, files asked before get
 * `reserve` percent of its requests. While fewer do, those that have been due for a day get a fifth of
 * that, whatever is new. While no new file waits, they get no more than `reserve` percent of
 * what new files have left of the day's quota, and the rest is kept for new files, until the evening:
 * from then on the rest can only just be used before midnight UTC, and they get all of it.
 *
 * pace = even spreads what is left of the day's quota over what is left of the day. Files added by hand,
 * or captured by more than one sensor or from more than one address, do not wait for it.
 *
 * Pure functions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ORDER_H
#define POTPRESS_ORDER_H

#include "common/base/time.h"
#include "common/db/queue.h"
#include "enricher/ledger/ledger.h"

/* A new file of this lookup.weight does not wait for the pace. */
#define ORDER_URGENT 2
/* A file asked before that has been due for this long has a share in any case. */
#define ORDER_LATE_S DAY_S
/* With pace = even, so much of the time without requests is made up for. */
#define ORDER_CATCH_UP_S HOUR_S
/* The day's quota is used up this long before midnight UTC. */
#define ORDER_END_S (LEDGER_DAY_GRACE_S + 60)
#define ORDER_RANGES 5

struct order_facts {
	int64_t now;
	const struct ledger_room *room;
	int64_t per_minute, per_day;
	int64_t reserve; /* percent */
	bool even;
	int free; /* requests that may be in flight, beside the ledger's limits */
	bool fresh; /* a row of rank 0 or 1 is due */
	bool again; /* one of a higher rank is due, ... */
	bool late; /* ... and has been for ORDER_LATE_S */
	bool crowded; /* more new files wait than the quota of a day */
	int urgent; /* rows that do not wait for the pace, as far as counted */
};

struct order {
	struct queue_range plan[ORDER_RANGES];
	int ranges;
	int n; /* rows to claim; 0: none before wake_at */
	int64_t wake_at;
};

void order_decide(const struct order_facts *f, struct order *out);

#endif
