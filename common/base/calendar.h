/*
 * calendar.h - days, weeks and months in the time zone of the process (calendar_zone).
 *
 * A day is [calendar_start(d), calendar_start(the next d)): 23 or 25 hours where clocks change, and
 * empty where a zone skipped the whole day. Weeks are those of ISO 8601, Monday to Sunday.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CALENDAR_H
#define POTPRESS_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_date {
	int year, month, day; /* month and day from 1 */
};

/* Sets the time zone of this process, a name in the system's database; the configuration has checked
 * it. */
void calendar_zone(const char *zone);

/* The local date of an instant. */
struct calendar_date calendar_of(int64_t unix_s);
/* Its hour, 0 to 23. */
int calendar_hour(int64_t unix_s);
/* Whether a comes before b. */
bool calendar_before(struct calendar_date a, struct calendar_date b);
/* The first second of a local day. */
int64_t calendar_start(struct calendar_date d);
/* The date `days` later. A day or month out of range is normalised. */
struct calendar_date calendar_add(struct calendar_date d, int days);
/* 1 Monday .. 7 Sunday. */
int calendar_weekday(struct calendar_date d);
/* The ISO week of a date, and the year it belongs to. */
void calendar_week(struct calendar_date d, int *year, int *week);

#endif
