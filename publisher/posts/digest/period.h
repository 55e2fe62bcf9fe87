/*
 * period.h - the days, weeks and months that digests are about, in the time zone of the process.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_PERIOD_H
#define POTPRESS_DIGEST_PERIOD_H

#include "common/base/calendar.h"
#include "publisher/page/span.h"

#define PERIOD_KEY_MAX 24 /* "month-2026-11", "week-2026-W47", "day-2026-11-21" */

struct period {
	enum span span;
	struct calendar_date first, end; /* the first day, and the one after the last */
};

struct period period_of(enum span span, struct calendar_date day);
struct period period_next(const struct period *p);
struct period period_before(const struct period *p);
/* How many days there are from `first` up to `end`, which is not one of them. */
int64_t period_days(struct calendar_date first, struct calendar_date end);
/* False if it is not one. */
bool period_parse(const char *key, struct period *out);
void period_key(const struct period *p, char out[PERIOD_KEY_MAX]);
/* What the keys of a span begin with: "day-". */
const char *period_prefix(enum span span);

#endif
