/*
 * day_indices.h - the indices that hold a day, and how far they were read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_DAY_INDICES_H
#define POTPRESS_COLLECTOR_DAY_INDICES_H

#include "collector/days/plan.h"
#include "collector/store/store.h"

#define DAY_INDICES_NAMES_MAX \
	800 /* bytes of the names in a path; T-Pot's nginx takes 1,260 */

struct day_indices {
	struct buf names; /* separated by commas */
	int64_t shards; /* theirs */
	int64_t checkpoint; /* sum of the numbers read */
	bool read; /* all that is known to be in them was read */
	bool whole; /* there is one for each part of the day */
};
#define DAY_INDICES_INIT                                 \
	{                                                \
		.names = BUF_INIT(DAY_INDICES_NAMES_MAX) \
	}
/* If the names do not fit, `names` has failed and the whole pattern must be asked. The caller releases
 * `names`. */
void day_indices_find(
    struct day_indices *out, const struct day *day, const struct cursor_list *list);

#endif
