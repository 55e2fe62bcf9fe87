/*
 * test_calendar.c - local days, also where clocks change at midnight or a day is missing; ISO weeks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "common/base/calendar.h"
#include "tests/unit/tap.h"

static const char *
text(struct calendar_date d)
{
	static char out[32];

	snprintf(out, sizeof out, "%d-%02d-%02d", d.year, d.month, d.day);
	return out;
}

/* The length of a day in minutes. */
static int64_t
minutes(const char *zone, int year, int month, int day)
{
	struct calendar_date d = { year, month, day };

	calendar_zone(zone);
	return (calendar_start(calendar_add(d, 1)) - calendar_start(d)) / 60;
}

static void
test_lengths(void)
{
	is_int(minutes("UTC", 2026, 11, 21), 24 * 60, "a day has 24 hours");
	/* Of the past: what the future brings changes with each tzdata. */
	is_int(minutes("America/New_York", 2024, 11, 3), 25 * 60, "... 25 in autumn");
	is_int(minutes("America/New_York", 2024, 3, 10), 23 * 60, "... 23 in spring");
	is_int(minutes("Australia/Lord_Howe", 2024, 10, 6), 23 * 60 + 30,
	    "... 23 and a half");
	is_int(minutes("America/Santiago", 2024, 9, 8), 23 * 60,
	    "... also if it has no midnight");
	is_int(minutes("America/Havana", 2024, 11, 3), 25 * 60, "... or two of them");
	is_int(minutes("Pacific/Apia", 2011, 12, 30), 0, "... none if it was skipped");
}

static void
test_starts(void)
{
	struct calendar_date d = { 2026, 11, 21 };

	calendar_zone("Asia/Tokyo");
	is_int(calendar_start(d), 1795186800, "a day begins at local midnight");
	is_text(text(calendar_of(1795186800)), "2026-11-21", "which belongs to it");
	is_text(text(calendar_of(1795186799)), "2026-11-20", "and ends the one before");
}

static void
test_dates(void)
{
	struct calendar_date eve = { 2027, 12, 31 }, leap = { 2028, 2, 28 },
			     over = { 2026, 13, 1 };

	calendar_zone("UTC");
	is_text(text(calendar_add(eve, 1)), "2028-01-01", "a year ends");
	is_text(text(calendar_add(leap, 1)), "2028-02-29", "a leap year has its day");
	is_text(text(calendar_add(leap, -59)), "2027-12-31", "days are taken away");
	is_text(
	    text(calendar_add(over, 0)), "2027-01-01", "month 13 is the next January");
}

static void
is_week(int year, int month, int day, int weekday, int of_year, int week)
{
	struct calendar_date d = { year, month, day };
	int y, w;

	is_int(calendar_weekday(d), weekday, text(d));
	calendar_week(d, &y, &w);
	is_int(y, of_year, "... its week is of the year");
	is_int(w, week, "... and has the number");
}

static void
test_weeks(void)
{
	is_week(2026, 11, 21, 6, 2026, 47);
	is_week(2027, 1, 1, 5, 2026, 53);
	is_week(2027, 1, 4, 1, 2027, 1);
	is_week(2024, 12, 30, 1, 2025, 1);
	is_week(2028, 1, 2, 7, 2027, 52);
}

int
main(void)
{
	test_lengths();
	test_starts();
	test_dates();
	test_weeks();
	return done_testing();
}
