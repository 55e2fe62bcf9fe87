/*
 * again.h - when an answered file is asked about again.
 *
 * A verdict is true on its date: files that nobody knows yet, that are new to the world, or that few
 * engines detect, change; old ones that many detect hardly do. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_AGAIN_H
#define POTPRESS_AGAIN_H

#include "common/config/config.h"
#include "enricher/providers/report.h"

#define AGAIN_YOUNG_S (30 * 86400) /* since its first submission to the provider */
#define AGAIN_LOW 15 /* engines that detect it */
#define AGAIN_EARLY_S 86400 /* as in trigger sighting_new */

/* The durations of `list` that lie in the future: the next of them after `now`, counted from `since` (from
 * now where that is 0 or was written by a clock that was ahead); 0 when the list is through. early: a
 * capture brought this look a day nearer, and it stands for the one that was planned. */
int64_t again_next(const struct list *list, int64_t since, int64_t now, bool early);
/* Is this answer likely to change? */
bool again_is_open(const struct report *r, int64_t now);

#endif
