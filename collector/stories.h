/*
 * stories.h - learns what attackers did in the sessions that brought files.
 *
 * The sessions of a page are asked about after its captures are stored, by a request that the loop does
 * not wait for; a failure costs only time. A session that is not over is asked about again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORIES_H
#define POTPRESS_COLLECTOR_STORIES_H

#include "collector/collector.h"

/* Takes an answer that has come, and asks about the sessions that are due. */
bool stories_work(struct collector *co, struct source *src, int64_t now, struct err *e);
/* When there is something to do next; INT64_MAX: nothing is planned. */
int64_t stories_wake_at(const struct source *src);
/* There may be new sessions. */
void stories_begun(struct source *src);

#endif
