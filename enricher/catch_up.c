/*
 * catch_up.c - plans further lookups of files that version 1 looked up only once.
 *
 * The rules are those of every answer, counted from the first one (again.h). A file whose times have all
 * passed is looked up once more, and such files take turns: an upgrade must not spend the quota of days
 * on them. A program of version 1 may still run for a while, so this is done at each start.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/again.h"
#include "enricher/enricher.h"
#include "enricher/store/unplanned.h"

#define BATCH 200
#define SHARE_PERCENT 25 /* share of the day's quota for files whose times have passed */

static int64_t
next_turn(struct desk *d, int64_t now)
{
	if (d->turn_at < now)
		d->turn_at = now;
	d->turn_at += DAY_S * 100 / (d->account.per_day * SHARE_PERCENT);
	return d->turn_at;
}

static int64_t
plan(struct desk *d, const struct unplanned *u, int64_t now)
{
	const struct account *a = &d->account;
	const struct list *list = u->found ? a->known_again : a->unknown_again;
	struct report last = REPORT_INIT;
	int64_t next;

	last.stats.malicious = u->malicious;
	last.first_submission_at = u->first_submission_at;
	if ((u->found && !again_is_open(&last, now)) ||
	    again_next(list, now, now, false) == 0)
		return 0;
	next = again_next(list, u->found ? u->found_at : u->first_at, now, false);
	return next != 0 ? next : next_turn(d, now);
}

struct catching_up {
	struct desk *desk;
	int64_t now;
	size_t count;
};

static bool
plan_batch(void *ctx, struct err *e)
{
	struct catching_up *x = ctx;
	struct desk *d = x->desk;
	struct db *db = &d->enricher->st.db;
	struct unplanned batch[BATCH];

	if (!store_unplanned(db, d->provider->name, batch, BATCH, &x->count, e))
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (!store_planned(db, &batch[i], plan(d, &batch[i], x->now), x->now, e))
			return false;
	return true;
}

bool
desk_catch_up(struct desk *d, int64_t now, struct err *e)
{
	struct catching_up x = { .desk = d, .now = now };

	if (!db_transact(&d->enricher->st.db, plan_batch, &x, e))
		return false;
	d->caught_up = x.count < BATCH;
	return true;
}
