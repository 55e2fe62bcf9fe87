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

static const char DAY_END_SQL[] =
    "SELECT max(to_at) "
    "FROM day "
    "WHERE date = :date";

bool
digest_day_end(struct db *db, struct calendar_date date, int64_t *to_at, struct err *e)
{
	struct statement *s = db_prepare(db, DAY_END_SQL, e);
	char text[DIGEST_DATE_MAX];

	*to_at = 0;
	db_bind_text(s, ":date", digest_date(date, text));
	if (!db_one_int(s, to_at, e))
		return false;
	if (*to_at == 0)
		*to_at = calendar_start(calendar_add(date, 1));
	return true;
}
