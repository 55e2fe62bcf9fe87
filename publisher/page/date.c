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

#define NBSP "\u00a0" /* what belongs together is not torn apart at the end of a line */

static const char *const MONTHS[] = { "January", "February", "March", "April", "May",
	"June", "July", "August", "September", "October", "November", "December" };
#define SHORT_MONTH 3

void
date_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static struct tm
local(int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm = { .tm_mday = 1 };

	localtime_r(&t, &tm);
	return tm;
}

static void
put_english(struct buf *out, const struct tm *tm, enum date_form form)
{
	const char *month = MONTHS[tm->tm_mon];

	buf_printf(out, "%d" NBSP, tm->tm_mday);
	buf_put(out, month, form == DATE_LONG ? strlen(month) : SHORT_MONTH);
	buf_printf(out, " %d", tm->tm_year + 1900);
	if (form == DATE_HOUR || form == DATE_HOUR_BARE)
		buf_printf(out,
		    " %02d"
		    "\u2013"
		    "%02d" NBSP "h",
		    tm->tm_hour, tm->tm_hour + 1);
}

static void
put_japanese(struct buf *out, const struct tm *tm, enum date_form form)
{
	buf_printf(out, form == DATE_LONG ? "%d年%d月%d日" : "%d/%02d/%02d",
	    tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday);
	if (form == DATE_HOUR || form == DATE_HOUR_BARE)
		buf_printf(out, " %d時台", tm->tm_hour);
}

void
date_put(struct buf *out, enum language language, enum date_form form, int64_t unix_s)
{
	struct tm tm = local(unix_s);

	if (language == LANGUAGE_JA)
		put_japanese(out, &tm, form);
	else
		put_english(out, &tm, form);
	if (form == DATE_MINUTE)
		buf_printf(out, " %02d:%02d", tm.tm_hour, tm.tm_min);
	if (form == DATE_MINUTE || form == DATE_HOUR) {
		buf_puts(out, NBSP);
		date_put_zone(out, unix_s);
	}
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
date_same_zone(int64_t a_s, int64_t b_s)
{
	return local(a_s).tm_gmtoff == local(b_s).tm_gmtoff;
}
