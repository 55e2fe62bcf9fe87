/*
 * calendar.c - see calendar.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/calendar.h"
#include "common/base/time.h"

#include <stdlib.h>
#include <time.h>

void
calendar_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static struct calendar_date
date_of(const struct tm *tm)
{
	return (struct calendar_date){
		.year = tm->tm_year + 1900, .month = tm->tm_mon + 1, .day = tm->tm_mday
	};
}

static struct tm
fields(struct calendar_date d)
{
	return (struct tm){
		.tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day
	};
}

struct calendar_date
calendar_of(int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm = { .tm_mday = 1 };

	localtime_r(&t, &tm);
	return date_of(&tm);
}

int
calendar_hour(int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm = { .tm_mday = 1 };

	localtime_r(&t, &tm);
	return tm.tm_hour;
}

static int
compare_dates(struct calendar_date a, struct calendar_date b)
{
	if (a.year != b.year)
		return a.year - b.year;
	return a.month != b.month ? a.month - b.month : a.day - b.day;
}

bool
calendar_before(struct calendar_date a, struct calendar_date b)
{
	return compare_dates(a, b) < 0;
}

/* Where clocks are set back to midnight, the day begins at the first of the two midnights. A day that a
 * zone skipped begins where the next one does; mktime would return the previous day. */
int64_t
calendar_start(struct calendar_date d)
{
	struct tm tm = fields(d);
	int64_t start;

	tm.tm_isdst = -1;
	start = (int64_t)mktime(&tm);
	if (compare_dates(calendar_of(start), d) < 0)
		start += DAY_S;
	return compare_dates(calendar_of(start - HOUR_S), d) == 0 ? start - HOUR_S
								  : start;
}

/* The fields as if they were UTC. */
static int64_t
day_number(struct calendar_date d)
{
	struct tm tm = fields(d);

	return (int64_t)timegm(&tm) / DAY_S;
}

struct calendar_date
calendar_add(struct calendar_date d, int days)
{
	struct tm tm;

	d.day += days;
	tm = fields(d);
	timegm(&tm);
	return date_of(&tm);
}

int
calendar_weekday(struct calendar_date d)
{
	struct tm tm = fields(d);

	timegm(&tm);
	return tm.tm_wday == 0 ? 7 : tm.tm_wday;
}

/* A week belongs to the year that has its Thursday. */
void
calendar_week(struct calendar_date d, int *year, int *week)
{
	struct calendar_date thursday = calendar_add(d, 4 - calendar_weekday(d));
	struct calendar_date first = { .year = thursday.year, .month = 1, .day = 1 };

	*year = thursday.year;
	*week = (int)((day_number(thursday) - day_number(first)) / 7) + 1;
}
