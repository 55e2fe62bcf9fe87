/*
 * aside.h - requests that the loop does not wait for: counting days, and reading what happened in
 * sessions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_ASIDE_H
#define POTPRESS_COLLECTOR_ASIDE_H

#include "collector/collector.h"

/* Takes answers that have come, and sends requests that are due. list: the cursors. */
bool aside_work(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e);
/* When there is something to do next; INT64_MAX: nothing is planned. */
int64_t aside_wake_at(const struct source *src);

#endif
