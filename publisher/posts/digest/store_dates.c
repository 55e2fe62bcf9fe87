/*
 * store_dates.c - see internal.h: dates as the tables of days have them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/internal.h"

#define DAYS_BEFORE 7 /* a day is compared with these */

const char *
digest_date(struct calendar_date d, char out[DIGEST_DATE_MAX])
{
	return buf_fixed(out, DIGEST_DATE_MAX, "%04d-%02d-%02d", d.year, d.month, d.day);
}

struct calendar_date
digest_date_of(const char *text)
{
	struct period p;
	char key[PERIOD_KEY_MAX];

	if (text == NULL ||
	    !period_parse(BUF_FIXED(key, "%s%s", period_prefix(SPAN_DAY), text), &p))
		return (struct calendar_date){ .year = 0 };
	return p.first;
}

struct calendar_date
digest_first_compared(const struct digest_facts *f)
{
	return f->period.span == SPAN_DAY ? calendar_add(f->period.first, -DAYS_BEFORE)
					  : period_before(&f->period).first;
}

void
digest_bind_dates(
    struct statement *s, struct calendar_date first, struct calendar_date end)
{
	char text[DIGEST_DATE_MAX];

	db_bind_text(s, ":first", digest_date(first, text));
	db_bind_text(s, ":end", digest_date(end, text));
}

static const char DAY_START_SQL[] =
    "SELECT coalesce("
    "(SELECT max(to_at) FROM day WHERE date = :before), "
    "(SELECT min(from_at) FROM day WHERE date = :date), 0)";

bool
digest_day_start(struct db *db, struct calendar_date date, int64_t *at, struct err *e)
{
	struct statement *s = db_prepare(db, DAY_START_SQL, e);
	char before[DIGEST_DATE_MAX], text[DIGEST_DATE_MAX];

	*at = 0;
	db_bind_text(s, ":before", digest_date(calendar_add(date, -1), before));
	db_bind_text(s, ":date", digest_date(date, text));
	if (!db_one_int(s, at, e))
		return false;
	if (*at == 0)
		*at = calendar_start(date);
	return true;
}
