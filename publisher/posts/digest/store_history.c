/*
 * store_history.c - see internal.h: how the days of a period compare with earlier ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "publisher/posts/digest/internal.h"

#define RANKED_DAYS 30 /* a day is ranked among these and itself */
#define RANKED_MIN 14 /* complete ones of them */
#define DAYS_MIN 4 /* complete ones of a period with a busiest day */
#define MONTH_DAYS_MIN 20 /* complete ones of a month with an average */

void
digest_names_add(struct digest_names *n, struct statement *s, int column)
{
	if (n->total++ < DIGEST_NAMES_MAX)
		n->names[n->count++] = db_text_dup(s, column);
}

/* ---- sensors */

static const char SENSORS_SQL[] =
    "SELECT d.date, count(DISTINCT d.source || ' ' || c.value) "
    "FROM day d "
    "LEFT JOIN day_count c ON c.day_id = d.id AND c.dimension = 'sensor' "
    "WHERE d.date >= :first "
    "  AND d.date < :end "
    "GROUP BY d.date "
    "HAVING min(d.complete) = 1 "
    "ORDER BY d.date";

static void
take_sensors(struct statement *s, int64_t *last, struct digest_sensors *out)
{
	int64_t sensors = db_int(s, 1);

	if (*last >= 0 && sensors != *last) {
		out->changes++;
		out->more = sensors - *last;
		out->since = digest_date_of(db_text(s, 0));
	}
	if (*last < 0 || sensors < out->low)
		out->low = sensors;
	if (sensors > out->high)
		out->high = sensors;
	*last = sensors;
}

static bool
read_sensors(struct db *db, struct calendar_date first, struct calendar_date end,
    struct digest_sensors *out, struct err *e)
{
	struct statement *s = db_prepare(db, SENSORS_SQL, e);
	int64_t last = -1;
	int step;

	*out = (struct digest_sensors){ .changes = 0 };
	digest_bind_dates(s, first, end);
	while ((step = db_step(s, e)) == 1)
		take_sensors(s, &last, out);
	return step == 0;
}

/* ---- a day among others */

static const char RANK_SQL[] =
    "SELECT count(*), count(*) FILTER (WHERE events > :events), min(date) "
    "FROM (SELECT date, sum(events) AS events "
    "FROM day "
    "WHERE date >= :first "
    "AND date < :end "
    "GROUP BY date "
    "HAVING min(complete) = 1) AS days";

static bool
read_rank(struct db *db, struct digest_facts *f, struct err *e)
{
	struct calendar_date first = calendar_add(f->period.first, -RANKED_DAYS);
	struct digest_sensors sensors;
	struct statement *s;

	if (!read_sensors(db, first, f->period.end, &sensors, e))
		return false;
	s = db_prepare(db, RANK_SQL, e);
	digest_bind_dates(s, first, f->period.end);
	db_bind_int(s, ":events", f->attacks.events);
	if (db_step(s, e) < 0)
		return false;
	if (f->attacks.complete > 0 && sensors.changes == 0 &&
	    db_int(s, 0) > RANKED_MIN) {
		f->history.ranked = db_int(s, 0);
		f->history.above = db_int(s, 1);
		f->history.ranked_since = digest_date_of(db_text(s, 2));
	}
	db_reset(s);
	return true;
}

static const char DAYS_SQL[] =
    "SELECT date, sum(events) "
    "FROM day "
    "WHERE date >= :first "
    "AND date < :end "
    "GROUP BY date "
    "HAVING min(complete) = 1 "
    "ORDER BY sum(events) DESC, date";

static struct digest_day
day_of(struct statement *s)
{
	return (struct digest_day){ .date = digest_date_of(db_text(s, 0)),
		.events = db_int(s, 1) };
}

static bool
read_extremes(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, DAYS_SQL, e);
	struct digest_history *h = &f->history;
	int64_t days = 0;
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	while ((step = db_step(s, e)) == 1) {
		if (days++ == 0)
			h->most = day_of(s);
		h->least = day_of(s);
	}
	if (days < DAYS_MIN)
		h->most = h->least = (struct digest_day){ .events = 0 };
	return step == 0;
}

/* ---- months */

static const char MONTHS_SQL[] =
    "SELECT substr(date, 1, 7) || '-01', sum(events) / count(*), count(*) "
    "FROM (SELECT date, sum(events) AS events "
    "FROM day "
    "WHERE date >= :first "
    "AND date < :end "
    "GROUP BY date "
    "HAVING min(complete) = 1) AS days "
    "GROUP BY substr(date, 1, 7)";

static void
take_month(struct statement *s, struct digest_history *h)
{
	struct calendar_date first = digest_date_of(db_text(s, 0));

	for (size_t i = 0; i < h->month_count; i++)
		if (h->months[i].first.year == first.year &&
		    h->months[i].first.month == first.month &&
		    db_int(s, 2) >= MONTH_DAYS_MIN)
			h->months[i].daily = db_int(s, 1);
}

static bool
read_months(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, MONTHS_SQL, e);
	struct digest_history *h = &f->history;
	int step;

	h->month_count = DIGEST_MONTHS_MAX;
	for (int i = 0; i < DIGEST_MONTHS_MAX; i++) {
		struct calendar_date d = f->period.first;

		d.month += i + 1 - DIGEST_MONTHS_MAX;
		h->months[i].first = calendar_add(d, 0);
	}
	digest_bind_dates(s, h->months[0].first, f->period.end);
	while ((step = db_step(s, e)) == 1)
		take_month(s, h);
	return step == 0;
}

/* ---- silence */

/* Without events on a whole day of the period, and longer than is usual. */
static const char SILENCE_SQL[] =
    "SELECT kind, name "
    "FROM silence "
    "WHERE last_at <= :to_at - 86400 "
    "  AND (ended_at IS NULL OR ended_at >= :from_at + 86400) "
    "GROUP BY kind, source, name "
    "ORDER BY kind, name";

static void
take_silence(struct statement *s, struct digest_facts *f)
{
	if (db_text(s, 0)[0] == 's')
		f->history.quiet_sensors++;
	else
		digest_names_add(&f->history.quiet_honeypots, s, 1);
}

bool
digest_history_read(struct db *db, struct digest_facts *f, struct err *e)
{
	return read_sensors(
		   db, digest_first_compared(f), f->period.end, &f->history.sensors, e) &&
	       (f->period.span != SPAN_DAY || read_rank(db, f, e)) &&
	       (f->period.span == SPAN_DAY || read_extremes(db, f, e)) &&
	       (f->period.span != SPAN_MONTH || read_months(db, f, e)) &&
	       digest_each_row(db, SILENCE_SQL, f, take_silence, e);
}
