/*
 * plan.c - see publisher.h: makes the rows that no trigger makes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/publisher.h"

#define PLAN_EVERY_S \
	HOUR_S /* at the latest; a clock may step, and the first capture may come */

static bool
is_planned(const struct publisher *pb, int64_t now)
{
	return pb->plan_at > now && pb->plan_at <= now + PLAN_EVERY_S;
}

bool
publisher_plan(struct publisher *pb, int64_t now, int64_t *next_at, struct err *e)
{
	const struct post_kind *const *kind = pb->kinds;
	int64_t next = now + PLAN_EVERY_S;

	*next_at = next;
	if (site_clock_is_behind(&pb->site_clock, &pb->st, now))
		return true;
	for (; !is_planned(pb, now) && *kind != NULL; kind++) {
		int64_t at = INT64_MAX;

		if ((*kind)->plan != NULL &&
		    !(*kind)->plan(&pb->st.db, &pb->options, now, &at, e))
			return false;
		if (at < next)
			next = at;
	}
	if (!is_planned(pb, now))
		pb->plan_at = next;
	*next_at = pb->plan_at;
	return true;
}

bool
publisher_judge(struct publisher *pb, int64_t now, bool *more, struct err *e)
{
	const struct post_kind *const *kind = pb->kinds;

	for (*more = false; *kind != NULL && !*more; kind++)
		if ((*kind)->judge != NULL &&
		    !(*kind)->judge(&pb->st.db, &pb->options, now, more, e))
			return false;
	return true;
}

bool
publisher_is_judged(struct publisher *pb, const struct post_row *row)
{
	struct err ignored = ERR_NONE;
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, &ignored);

	return kind == NULL || kind->is_judged == NULL ||
	       kind->is_judged(row, &pb->options);
}
