/*
 * plan.h - which days there are, when each is counted, and from which indices.
 *
 * Days are those of the zone of the process. A day begins where the last one ended, so that no hour is
 * missed or counted twice when the zone is changed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_PLAN_H
#define POTPRESS_DAYS_PLAN_H

#include "collector/store/days.h"
#include "collector/store/store.h"

#define PLAN_BACK_DAYS 7 /* the first day counted is at most so far back */
/* Later, an index may be gone: T-Pot keeps them for 30 days. */
#define PLAN_GIVE_UP_S (30 * 86400)
#define PLAN_NAMES_MAX 800 /* bytes of the names in a path; T-Pot's nginx takes 1,260 */

/* The day of an instant. */
void plan_first(struct day *out, int64_t at);
/* The day after this one. */
void plan_next(struct day *out, const struct day *last);
/* When a day is looked at for the n-th time, from 0; 0: no more. */
int64_t plan_look(const struct day *day, int64_t n);

/* The indices that hold a day. */
struct plan_indices {
	struct buf names; /* separated by commas */
	int64_t shards; /* theirs */
	int64_t checkpoint; /* sum of the numbers read */
	bool read; /* all that is known to be in them was read */
	bool whole; /* there is one for each part of the day */
};
#define PLAN_INDICES_INIT                         \
	{                                         \
		.names = BUF_INIT(PLAN_NAMES_MAX) \
	}
/* If the names do not fit, `names` has failed and the whole pattern must be asked. */
void plan_indices(
    struct plan_indices *out, const struct day *day, const struct cursor_list *list);

#endif
