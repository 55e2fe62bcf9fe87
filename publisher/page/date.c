/*
 * date.c - see date.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/date.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Prevents line breaks within a date and after a dash. */
#define NBSP "\u00a0"
#define WORD_JOINER "\u2060"

static const char *const MONTHS[] = { "January", "February", "March", "April", "May",
	"June", "July", "August", "September", "October", "November", "December" };
#define SHORT_MONTH 3

static struct tm
local(int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm = { .tm_mday = 1 };

	localtime_r(&t, &tm);
	return tm;
}

static void
put_english_day(struct buf *out, const struct tm *tm, bool whole_month)
{
	const char *month = MONTHS[tm->tm_mon];

	buf_printf(out, "%d" NBSP, tm->tm_mday);
	buf_put(out, month, whole_month ? strlen(month) : SHORT_MONTH);
	buf_printf(out, NBSP "%d", tm->tm_year + 1900);
}

static void
put_japanese_day(struct buf *out, const struct tm *tm, bool long_form)
{
	buf_printf(out, long_form ? "%d年%d月%d日" : "%d/%02d/%02d", tm->tm_year + 1900,
	    tm->tm_mon + 1, tm->tm_mday);
}

static void
put_hours(struct buf *out, const struct tm *tm, enum language language)
{
	if (language == LANGUAGE_JA)
		buf_printf(out, "%d時台", tm->tm_hour);
	else
		buf_printf(out, "%02d:00\u2013" WORD_JOINER "%02d:00", tm->tm_hour,
		    tm->tm_hour + 1);
}

void
date_put(struct buf *out, enum language language, enum date_form form, int64_t unix_s)
{
	struct tm tm = local(unix_s);

	if (form == DATE_TIME) {
		buf_printf(out, "%02d:%02d", tm.tm_hour, tm.tm_min);
		return;
	}
	if (form == DATE_HOURS) {
		put_hours(out, &tm, language);
		return;
	}
	if (language == LANGUAGE_JA)
		put_japanese_day(out, &tm, form == DATE_LONG);
	else
		put_english_day(out, &tm, form == DATE_LONG);
	if (form == DATE_MINUTE)
		buf_printf(out, " %02d:%02d", tm.tm_hour, tm.tm_min);
	if (form == DATE_HOUR) {
		buf_puts(out, language == LANGUAGE_JA ? " " : ", ");
		put_hours(out, &tm, language);
	}
	if (form == DATE_MINUTE || form == DATE_HOUR) {
		buf_puts(out, NBSP);
		date_put_zone(out, unix_s);
	}
}

int
date_year(int64_t unix_s)
{
	return local(unix_s).tm_year + 1900;
}

void
date_put_zone(struct buf *out, int64_t unix_s)
{
	struct tm tm = local(unix_s);
	long minutes = tm.tm_gmtoff / 60;

	if (isalpha((unsigned char)tm.tm_zone[0])) {
		buf_puts(out, tm.tm_zone);
		return;
	}
	buf_printf(out, "UTC%c%02ld:%02ld", minutes < 0 ? '-' : '+', labs(minutes) / 60,
	    labs(minutes) % 60);
}

bool
date_same_hour(int64_t a_s, int64_t b_s)
{
	struct tm a = local(a_s), b = local(b_s);

	return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday &&
	       a.tm_hour == b.tm_hour && a.tm_gmtoff == b.tm_gmtoff;
}

bool
date_same_zone(int64_t a_s, int64_t b_s)
{
	return local(a_s).tm_gmtoff == local(b_s).tm_gmtoff;
}
