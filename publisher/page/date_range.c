/*
 * date_range.c - see date_range.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/date_range.h"

/* Prevents line breaks within a date, and after a dash. */
#define NBSP "\u00a0"
#define DASH "\u2013\u2060"

static const char *const MONTHS[] = { "January", "February", "March", "April", "May",
	"June", "July", "August", "September", "October", "November", "December" };
static const char *const MONTHS_SHORT[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const WEEKDAYS[LANGUAGE_COUNT][7] = {
	[LANGUAGE_EN] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
	[LANGUAGE_JA] = { "月", "火", "水", "木", "金", "土", "日" },
};

static bool
same_month(struct calendar_date a, struct calendar_date b)
{
	return a.year == b.year && a.month == b.month;
}

static void
put_english(struct buf *out, struct calendar_date d, bool year)
{
	buf_printf(out, "%d" NBSP "%s", d.day, MONTHS[d.month - 1]);
	if (year)
		buf_printf(out, NBSP "%d", d.year);
}

static void
put_japanese(struct buf *out, struct calendar_date d)
{
	buf_printf(out, "%d年%d月%d日", d.year, d.month, d.day);
}

void
date_put_day(struct buf *out, enum language language, struct calendar_date day)
{
	if (language != LANGUAGE_JA) {
		put_english(out, day, true);
		return;
	}
	put_japanese(out, day);
	buf_printf(out, "(%s)", WEEKDAYS[language][calendar_weekday(day) - 1]);
}

static void
put_english_range(struct buf *out, struct calendar_date first, struct calendar_date last)
{
	if (same_month(first, last)) {
		buf_printf(out, "%d" DASH, first.day);
	} else {
		put_english(out, first, first.year != last.year);
		buf_puts(out, NBSP "\u2013 ");
	}
	put_english(out, last, true);
}

static void
put_japanese_range(struct buf *out, struct calendar_date first, struct calendar_date last)
{
	put_japanese(out, first);
	buf_puts(out, "~");
	if (first.year != last.year)
		buf_printf(out, "%d年", last.year);
	if (!same_month(first, last))
		buf_printf(out, "%d月", last.month);
	buf_printf(out, "%d日", last.day);
}

void
date_put_range(struct buf *out, enum language language, struct calendar_date first,
    struct calendar_date last)
{
	if (same_month(first, last) && first.day == last.day)
		date_put_day(out, language, first);
	else if (language == LANGUAGE_JA)
		put_japanese_range(out, first, last);
	else
		put_english_range(out, first, last);
}

void
date_put_weekday(struct buf *out, enum language language, struct calendar_date day)
{
	const char *weekday = WEEKDAYS[language][calendar_weekday(day) - 1];

	if (language == LANGUAGE_JA)
		buf_printf(out, "%d/%d(%s)", day.month, day.day, weekday);
	else
		buf_printf(out, "%s %d" NBSP "%s", weekday, day.day,
		    MONTHS_SHORT[day.month - 1]);
}

/* Both days are of one month. */
void
date_put_days(struct buf *out, enum language language, struct calendar_date first,
    struct calendar_date last)
{
	if (first.day == last.day)
		date_put_weekday(out, language, first);
	else if (language == LANGUAGE_JA)
		buf_printf(
		    out, "%d/%d~%d/%d", first.month, first.day, last.month, last.day);
	else
		buf_printf(out, "%d" DASH "%d" NBSP "%s", first.day, last.day,
		    MONTHS_SHORT[last.month - 1]);
}

void
date_put_month(struct buf *out, enum language language, struct calendar_date day)
{
	if (language == LANGUAGE_JA)
		buf_printf(out, "%d年%d月", day.year, day.month);
	else
		buf_printf(out, "%s" NBSP "%d", MONTHS[day.month - 1], day.year);
}
