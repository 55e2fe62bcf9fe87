/*
 * store_series.c - see internal.h: what the pictures of a digest show.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "publisher/posts/digest/internal.h"

#define OTHERS (CHART_PARTS_MAX - 1)

/* Which part of the bars a honeypot has. */
static size_t
part_of(const struct digest_facts *f, const char *honeypot)
{
	for (size_t i = 0; i < f->honeypots.count && i < OTHERS; i++)
		if (strcmp(f->honeypots.rows[i].value, honeypot) == 0)
			return i;
	return OTHERS;
}

static void
add(struct digest_facts *f, size_t bar, const char *honeypot, int64_t events)
{
	if (bar < f->bar_count && honeypot != NULL)
		f->bars[bar].parts[part_of(f, honeypot)] += events;
}

/* ---- the hours of a day */

static const char HOUR_PARTS_SQL[] =
    "SELECT c.value, c.events "
    "FROM day d "
    "JOIN day_count c ON c.day_id = d.id "
    "WHERE d.date >= :first "
    "  AND d.date < :end "
    "  AND c.dimension = 'hour' "
    "  AND length(c.value) > 3";

static void
begin_hours(struct digest_facts *f)
{
	f->bar_count = f->hour_count;
	for (size_t i = 0; i < f->bar_count; i++)
		f->bars[i] = (struct chart_bar){ .label = calendar_hour(
						     f->from_at + (int64_t)i * HOUR_S) };
}

/* The total of an hour is known; what no honeypot of the legend has belongs to the others. */
static void
end_hours(struct digest_facts *f)
{
	for (size_t i = 0; i < f->bar_count; i++) {
		int64_t rest = f->hours[i];

		for (size_t k = 0; k < OTHERS; k++)
			rest -= f->bars[i].parts[k];
		f->bars[i].parts[OTHERS] = rest > 0 ? rest : 0;
	}
}

static bool
read_hours(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, HOUR_PARTS_SQL, e);
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	begin_hours(f);
	while ((step = db_step(s, e)) == 1) {
		const char *value = db_text(s, 0); /* "14 Cowrie" */

		add(f, (size_t)strtoul(value, NULL, 10), value + 3, db_int(s, 1));
	}
	end_hours(f);
	return step == 0;
}

/* ---- the days of a longer period */

static const char DAY_PARTS_SQL[] =
    "SELECT d.date, c.value, c.events "
    "FROM day d "
    "LEFT JOIN day_count c ON c.day_id = d.id AND c.dimension = 'honeypot' "
    "WHERE d.date >= :first "
    "  AND d.date < :end "
    "  AND d.counted_at IS NOT NULL";

/* bar_count: not one of the period's. */
static size_t
bar_of(const struct digest_facts *f, const char *date)
{
	char text[DIGEST_DATE_MAX];
	size_t i = 0;

	while (
	    i < f->bar_count &&
	    strcmp(date, digest_date(calendar_add(f->period.first, (int)i), text)) != 0)
		i++;
	return i;
}

static void
begin_days(struct digest_facts *f)
{
	struct calendar_date d = f->period.first;

	while (f->bar_count < CHART_BARS_MAX && calendar_before(d, f->come)) {
		f->bars[f->bar_count++] =
		    (struct chart_bar){ .label = d.day, .unknown = true };
		d = calendar_add(d, 1);
	}
}

static bool
read_days(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, DAY_PARTS_SQL, e);
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	begin_days(f);
	while ((step = db_step(s, e)) == 1) {
		size_t day = bar_of(f, db_text(s, 0));

		if (day < f->bar_count)
			f->bars[day].unknown = false;
		add(f, day, db_text(s, 1), db_int(s, 2));
	}
	return step == 0;
}

/* ---- countries */

static const char COUNTRIES_SQL[] =
    "SELECT c.value, (sum(c.sources) + :days / 2) / :days AS daily "
    "FROM day d "
    "JOIN day_count c ON c.day_id = d.id "
    "WHERE d.date >= :first "
    "  AND d.date < :end "
    "  AND c.dimension = 'country' "
    "  AND length(c.value) = 2 "
    "GROUP BY c.value "
    "HAVING sum(c.sources) > 0 "
    "ORDER BY sum(c.sources) DESC, c.value "
    "LIMIT :most";

static void
take_country(struct statement *s, struct digest_facts *f)
{
	struct chart_country *c = &f->map[f->map_count++];

	*c = (struct chart_country){ .count = db_int(s, 1) };
	memcpy(c->code, db_text(s, 0), 2);
	if (c->count == 0)
		c->count = 1;
}

static bool
read_countries(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, COUNTRIES_SQL, e);
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	db_bind_int(s, ":days", f->attacks.counted > 0 ? f->attacks.counted : 1);
	db_bind_int(s, ":most", DIGEST_COUNTRIES_MAX);
	while ((step = db_step(s, e)) == 1)
		take_country(s, f);
	return step == 0;
}

bool
digest_series_read(struct db *db, struct digest_facts *f, struct err *e)
{
	bool day = f->period.span == SPAN_DAY;

	return (day ? read_hours(db, f, e) : read_days(db, f, e)) &&
	       read_countries(db, f, e);
}
