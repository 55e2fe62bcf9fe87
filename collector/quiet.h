/*
 * quiet.h - logs once when a sensor or a type of honeypot has fallen silent, and when it has events
 * again: [collector] quiet_after.
 *
 * Judged by the finished days that count_attacks has counted. A day that could not be counted, or not
 * completely, is neither silence nor the end of one; on a day of which T-Pot has no index, all are
 * silent. Names go to the log and to table silence, never into a post.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_QUIET_H
#define POTPRESS_COLLECTOR_QUIET_H

#include "collector/collector.h"

/* Looks at the sensors and honeypots of all sources, and at clocks (clocks.h), once an hour; out wakes in
 * time for the next look. */
bool quiet_step(struct collector *co, int64_t now, struct step *out, struct err *e);

#endif
