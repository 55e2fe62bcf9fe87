/*
 * store_dates.c - see internal.h: dates as the tables of days have them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/internal.h"

const char *
digest_date(struct calendar_date d, char out[DIGEST_DATE_MAX])
{
	return buf_fixed(out, DIGEST_DATE_MAX, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void
digest_bind_dates(
    struct statement *s, struct calendar_date first, struct calendar_date end)
{
	char text[DIGEST_DATE_MAX];

	db_bind_text(s, ":first", digest_date(first, text));
	db_bind_text(s, ":end", digest_date(end, text));
}
