/*
 * again.h - when an answered file is looked up again.
 *
 * A verdict is only true on its date: it changes for files that are unknown, new, or detected by few
 * engines, but rarely for old files that many engines detect. Pure functions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_AGAIN_H
#define POTPRESS_AGAIN_H

#include "common/base/time.h"
#include "common/config/config.h"
#include "enricher/providers/report.h"

#define AGAIN_YOUNG_S (30 * DAY_S) /* since its first submission to the provider */
#define AGAIN_LOW 15 /* engines that detect it */
#define AGAIN_EARLY_S DAY_S /* as in trigger sighting_new */

/* The first time after `now` that is one of the durations of `list` after `since` (after now, if
 * `since` is 0 or in the future); 0 when the list is used up. early: a capture moved this lookup
 * forward by a day, and it replaces the planned one. */
int64_t again_next(const struct list *list, int64_t since, int64_t now, bool early);
/* Whether this answer is likely to change. */
bool again_is_open(const struct report *r, int64_t now);

#endif
