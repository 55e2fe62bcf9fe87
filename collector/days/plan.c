/*
 * plan.c - see plan.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days/plan.h"

#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/calendar.h"
#include "common/base/time.h"

/* Counted from the end of the day: soon, before digests usually appear, and when late documents may have
 * come. */
static const int64_t LOOKS[] = { 900, 5 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S };

static void
set_day(struct day *out, struct calendar_date date, int64_t from_at, int64_t to_at)
{
	*out = (struct day){ .from_at = from_at, .to_at = to_at, .checkpoint = -1 };
	BUF_FIXED(out->date, "%04d-%02d-%02d", date.year, date.month, date.day);
	out->look_at = plan_look(out, 0);
}

void
plan_first(struct day *out, int64_t at)
{
	struct calendar_date date = calendar_of(at);

	set_day(out, date, calendar_start(date), calendar_start(calendar_add(date, 1)));
}

static struct calendar_date
date_of(const struct day *day)
{
	return (struct calendar_date){ .year = (int)strtol(day->date, NULL, 10),
		.month = (int)strtol(day->date + 5, NULL, 10),
		.day = (int)strtol(day->date + 8, NULL, 10) };
}

/* A date that a zone skipped is empty, and one may be used up by a change of the zone. */
void
plan_next(struct day *out, const struct day *last)
{
	struct calendar_date date = calendar_add(date_of(last), 1);

	while (calendar_start(calendar_add(date, 1)) <= last->to_at)
		date = calendar_add(date, 1);
	set_day(out, date, last->to_at, calendar_start(calendar_add(date, 1)));
}

int64_t
plan_look(const struct day *day, int64_t n)
{
	if (n < 0 || n >= (int64_t)(sizeof LOOKS / sizeof LOOKS[0]))
		return 0;
	return day->to_at + LOOKS[n];
}
