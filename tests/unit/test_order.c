/*
 * test_order.c - how many rows of which rank are looked up now: days of requests, a minute at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/order.h"

#include <stdio.h>

#include "tests/unit/tap.h"

#define MIDNIGHT 1764028800 /* 2025-11-25T00:00:00Z */
#define DAY 86400
#define HOUR 3600
#define SLOT 61

/* The rows that wait, and what a day of requests made of them. */
struct world {
	int64_t fresh, again, urgent; /* rows that wait; urgent: of the fresh ones */
	int64_t fresh_every; /* a new one comes so often, in seconds; 0: none */
	int64_t used, used_again, newest, per_day, reserve;
	bool even, late;
	int64_t last_request; /* second of the day */
	int64_t longest; /* the longest that a fresh row waited for its turn */
};

static struct order
decide(const struct world *w, int64_t now, int slots)
{
	struct ledger_room room = { .requests = slots,
		.used = w->used,
		.again = w->used_again,
		.rest = w->per_day - w->used,
		.newest = w->newest };
	struct order_facts f = { .now = now,
		.room = &room,
		.per_minute = 4,
		.per_day = w->per_day,
		.reserve = w->reserve,
		.even = w->even,
		.free = slots < room.rest ? slots : (int)room.rest,
		.fresh = w->fresh > 0,
		.again = w->again > 0,
		.late = w->late,
		.urgent = (int)w->urgent,
		.crowded = w->fresh > w->per_day };
	struct order o;

	order_decide(&f, &o);
	return o;
}

/* Rows as a queue would give them for the plan. */
static void
take(struct world *w, const struct order *o, int64_t second)
{
	int left = o->n;

	for (int i = 0; i < o->ranges; i++) {
		bool again = o->plan[i].first >= QUEUE_AGAIN;
		int64_t *rows = again ? &w->again : &w->fresh;

		if (o->plan[i].first == 0)
			continue;
		for (int k = 0; k < o->plan[i].most && left > 0 && *rows > 0; k++) {
			--*rows;
			left--;
			w->used++;
			w->used_again += again;
			w->urgent -= !again && w->urgent > 0;
			w->newest = MIDNIGHT + second;
			w->last_request = second;
		}
	}
}

static void
run_day(struct world *w)
{
	int64_t since = 0;

	w->newest = MIDNIGHT - SLOT;
	for (int64_t second = 120; second < DAY - 60; second += SLOT) {
		struct order o;

		if (w->fresh_every > 0 &&
		    second / w->fresh_every != (second - SLOT) / w->fresh_every)
			w->fresh++;
		if (w->fresh == 0)
			since = second;
		if (second - since > w->longest)
			w->longest = second - since;
		if (w->used >= w->per_day)
			continue;
		o = decide(w, MIDNIGHT + second, 4);
		if (o.n > 0)
			take(w, &o, second);
	}
}

static struct world
a_day(int64_t fresh, int64_t again, bool even)
{
	return (struct world){ .fresh = fresh,
		.again = again,
		.per_day = 500,
		.reserve = 50,
		.even = even };
}

/* ---- who comes first */

static void
test_first(void)
{
	struct world w = a_day(100, 100, false);
	struct order o = decide(&w, MIDNIGHT + HOUR, 1);

	is_int(o.n, 1, "one slot, and rows of both kinds wait");
	take(&w, &o, HOUR);
	is_int(w.used_again, 0, "a new file comes before one asked before");
	w.used_again = w.used = 200;
	o = decide(&w, MIDNIGHT + HOUR, 4);
	take(&w, &o, HOUR);
	is_int(w.used_again, 200, "also where only such had been asked so far");
	w.fresh = 0;
	o = decide(&w, MIDNIGHT + HOUR, 4);
	take(&w, &o, HOUR);
	is_int(w.used_again, 204, "without new files they have all slots");
	w.used_again = w.used = 250;
	o = decide(&w, MIDNIGHT + HOUR, 4);
	is_int(o.n, 0, "up to their share of the day");
	ok(o.wake_at > MIDNIGHT + 21 * HOUR && o.wake_at < MIDNIGHT + 23 * HOUR,
	    "they go on in the evening");
	is_int(decide(&w, o.wake_at, 4).n, 4, "then they do");
}

/* ---- whole days */

static void
test_overload(bool even)
{
	struct world w = a_day(5000, 5000, even);

	run_day(&w);
	ok(w.used >= 495, "in an overload of both kinds the day's quota is used");
	ok(w.used_again >= 245 && w.used_again <= 250,
	    "half of it for files asked before: no kind starves the other");
}

static void
test_reserve(void)
{
	struct world w = a_day(5000, 5000, false);

	w.reserve = 10;
	run_day(&w);
	ok(w.used_again >= 45 && w.used_again <= 50, "or as much as `reserve` says");
}

/* The longest that a file asked before waits: those that are due before it, at `reserve` percent of the
 * quota a day, and a day more. */
static void
test_bound(bool even)
{
	struct world w = a_day(50000, 1000, even);
	int days = 0;

	while (w.again > 0 && days < 20) {
		w.used = w.used_again = 0;
		run_day(&w);
		days++;
	}
	ok(days <= 1000 / 250 + 1,
	    "the last of 1,000 files asked before is asked on the fifth day, however many are new");
}

/* Nearly as many new files as the quota allows, day after day, and never a crowd of them. */
static void
test_full_days(bool even)
{
	struct world w = a_day(300, 1000, even);
	int days = 0;

	w.fresh_every = DAY / 495;
	while (w.again > 0 && days < 100) {
		w.used = w.used_again = 0;
		run_day(&w);
		w.late = true;
		days++;
	}
	printf("# %d days, %lld wait\n", days, (long long)w.fresh);
	ok(days <= 1 + 1000 / 50,
	    "a fifth of their share is left to those that have been due for a day");
}

static void
test_quiet(bool even)
{
	struct world w = a_day(0, 5000, even);

	run_day(&w);
	ok(w.used >= 495, "a day without new files is used up for the others");
	ok(w.last_request > 23 * HOUR, "the last of it in the evening");
}

/* 300 new files a day, and more than enough that were asked before. */
static void
test_days(bool even)
{
	struct world w = a_day(0, 50000, even);
	int64_t asked_again = 0;
	int used_up = 0;

	w.fresh_every = DAY / 300;
	w.late = true;
	for (int day = 0; day < 20; day++) {
		run_day(&w);
		used_up += w.used >= 495;
		asked_again = w.used_again;
		w.used = w.used_again = w.longest = 0;
	}
	printf("# %lld again, %lld left\n", (long long)asked_again, (long long)w.fresh);
	is_int(used_up, 20, "days with 300 new files are used up");
	ok(asked_again >= 190 && asked_again <= 205,
	    "files asked before get what new files leave");
	ok(w.fresh <= (even ? 4 : 102), "and no new file is left for long");
}

static void
test_few(bool even)
{
	struct world w = a_day(3, 4, even);

	run_day(&w);
	is_int(w.used, 7, "a day with few rows asks them");
	ok(w.last_request < (even ? HOUR : 300), "early");
}

/* ---- pace */

static void
test_even(void)
{
	struct world w = a_day(5000, 0, true), fast = a_day(5000, 0, false);

	run_day(&w);
	run_day(&fast);
	ok(fast.last_request < 3 * HOUR, "fast: the quota is gone early");
	ok(w.last_request > 23 * HOUR, "even: it lasts all day");
	w = a_day(5000, 0, true);
	w.used = 250;
	w.newest = MIDNIGHT + 12 * HOUR;
	is_int(decide(&w, MIDNIGHT + 12 * HOUR + 100, 4).n, 0,
	    "even: the next one waits for its time");
	is_int(decide(&w, MIDNIGHT + 12 * HOUR + 100, 4).wake_at,
	    MIDNIGHT + 12 * HOUR + 172, "which is known");
	is_int(decide(&w, MIDNIGHT + 12 * HOUR + 172, 4).n, 1, "then it is asked");
	w.urgent = 2;
	is_int(decide(&w, MIDNIGHT + 12 * HOUR + 100, 4).n, 2,
	    "urgent ones do not wait for it");
	w.urgent = 0;
	w.newest = MIDNIGHT;
	is_int(decide(&w, MIDNIGHT + 12 * HOUR, 64).n, 20,
	    "an hour without requests is made up for, no more");
}

/* Small and large keys. */
static void
test_keys(void)
{
	struct world w = a_day(10, 10, true);

	w.per_day = 1;
	run_day(&w);
	is_int(w.used, 1, "a key with one request a day uses it");
	w = a_day(10, 0, true);
	w.per_day = 500000;
	w.newest = MIDNIGHT + HOUR;
	is_int(decide(&w, MIDNIGHT + HOUR + 1, 64).n, 6, "a large key asks six a second");
	w.used = w.per_day;
	is_int(decide(&w, MIDNIGHT + HOUR + 1, 64).n, 0, "and nothing without quota");
}

int
main(void)
{
	test_first();
	for (int even = 0; even <= 1; even++) {
		test_overload(even);
		test_bound(even);
		test_full_days(even);
		test_quiet(even);
		test_days(even);
		test_few(even);
	}
	test_reserve();
	test_even();
	test_keys();
	return done_testing();
}
