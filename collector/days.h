/*
 * days.h - counts what all honeypots recorded in each finished local day.
 *
 * One request a day, which the loop does not wait for. A day is counted once its indices are read beyond
 * its end, and again at later looks if more was read of them since: by what has arrived, not by the clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_DAYS_H
#define POTPRESS_COLLECTOR_DAYS_H

#include "collector/collector.h"

/* Takes an answer that has come, and asks about a day that is due. list: the cursors. */
bool days_work(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e);
/* When there is something to do next; INT64_MAX: nothing is planned. */
int64_t days_wake_at(const struct source *src);

#endif
