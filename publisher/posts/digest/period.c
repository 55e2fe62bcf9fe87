/*
 * period.c - see period.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/period.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define YEAR_MIN 1971
#define YEAR_MAX 9998

static const char *const PREFIXES[SPAN_COUNT] = { "day-", "week-", "month-" };

const char *
period_prefix(enum span span)
{
	return PREFIXES[span];
}

static struct calendar_date
first_day(enum span span, struct calendar_date day)
{
	switch (span) {
	case SPAN_WEEK:
		return calendar_add(day, 1 - calendar_weekday(day));
	case SPAN_MONTH:
		return calendar_add(day, 1 - day.day);
	case SPAN_DAY:
	case SPAN_COUNT:
		break;
	}
	return day;
}

static struct calendar_date
end_day(enum span span, struct calendar_date first)
{
	switch (span) {
	case SPAN_WEEK:
		return calendar_add(first, 7);
	case SPAN_MONTH:
		first.month++;
		return calendar_add(first, 0);
	case SPAN_DAY:
	case SPAN_COUNT:
		break;
	}
	return calendar_add(first, 1);
}

struct period
period_of(enum span span, struct calendar_date day)
{
	struct calendar_date first = first_day(span, day);

	return (
	    struct period){ .span = span, .first = first, .end = end_day(span, first) };
}

struct period
period_next(const struct period *p)
{
	return period_of(p->span, p->end);
}

struct period
period_before(const struct period *p)
{
	return period_of(p->span, calendar_add(p->first, -1));
}

int64_t
period_days(struct calendar_date first, struct calendar_date end)
{
	int64_t days = 0;

	for (; calendar_before(first, end); first = calendar_add(first, 1))
		days++;
	return days;
}

void
period_key(const struct period *p, char out[PERIOD_KEY_MAX])
{
	const struct calendar_date *d = &p->first;
	int year, week;

	calendar_week(*d, &year, &week);
	if (p->span == SPAN_WEEK)
		buf_fixed(out, PERIOD_KEY_MAX, "week-%04d-W%02d", year, week);
	else if (p->span == SPAN_MONTH)
		buf_fixed(out, PERIOD_KEY_MAX, "month-%04d-%02d", d->year, d->month);
	else
		buf_fixed(
		    out, PERIOD_KEY_MAX, "day-%04d-%02d-%02d", d->year, d->month, d->day);
}

/* The number at this place of a key; 0: none. */
static int
number_at(const char *key, size_t place)
{
	long n = strlen(key) > place ? strtol(key + place, NULL, 10) : 0;

	return n > 0 && n <= YEAR_MAX ? (int)n : 0;
}

/* Some day of the period that the key seems to name. */
static struct calendar_date
find_day(const char *key, enum span span)
{
	size_t year = strlen(PREFIXES[span]), month = year + 5, day = year + 8;
	struct calendar_date d = { .year = number_at(key, year), .month = 1, .day = 4 };

	if (span == SPAN_WEEK) /* 4 January is always in the first one */
		return calendar_add(d, 7 * (number_at(key, month + 1) - 1));
	d.month = number_at(key, month);
	d.day = span == SPAN_DAY ? number_at(key, day) : 1;
	return calendar_add(d, 0);
}

bool
period_parse(const char *key, struct period *out)
{
	char again[PERIOD_KEY_MAX];

	for (int span = 0; span < SPAN_COUNT; span++) {
		if (strncmp(key, PREFIXES[span], strlen(PREFIXES[span])) != 0)
			continue;
		*out = period_of((enum span)span, find_day(key, (enum span)span));
		if (out->first.year < YEAR_MIN || out->first.year > YEAR_MAX)
			return false;
		period_key(out, again);
		return strcmp(again, key) == 0;
	}
	return false;
}
