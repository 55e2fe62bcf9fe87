/*
 * store_attacks.c - see internal.h: all attacks of the days of a period, by their dates.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/base/time.h"
#include "publisher/posts/digest/internal.h"

/* ---- days */

/* A day of several T-Pots is counted when all of them are; one address may have reached several. */
static const char DAYS_SQL[] =
    "SELECT count(*), count(*) FILTER (WHERE counted = 1), "
    "count(*) FILTER (WHERE complete = 1), sum(events), sum(sources), "
    "min(events) FILTER (WHERE complete = 1), max(events) FILTER (WHERE complete = 1), "
    "max(counted_at), max(loudest), max(given_up) "
    "FROM (SELECT date, min(CASE WHEN counted_at IS NULL THEN 0 ELSE 1 END) AS counted, "
    "  min(complete) AS complete, sum(events) AS events, "
    "  CASE WHEN count(*) = 1 THEN max(sources) END AS sources, max(counted_at) AS counted_at, "
    "  max(loudest) AS loudest, "
    "  max(CASE WHEN counted_at IS NULL AND look_at = 0 THEN 1 ELSE 0 END) AS given_up "
    "FROM day "
    "WHERE date >= :first "
    "AND date < :end "
    "GROUP BY date) AS days";

static bool
read_days(struct db *db, struct calendar_date first, struct calendar_date end,
    struct digest_attacks *out, struct err *e)
{
	struct statement *s = db_prepare(db, DAYS_SQL, e);
	int step;

	digest_bind_dates(s, first, end);
	step = db_step(s, e);
	if (step == 1)
		*out = (struct digest_attacks){ .days = db_int(s, 0),
			.counted = db_int(s, 1),
			.complete = db_int(s, 2),
			.events = db_int(s, 3),
			.sources = db_int(s, 4),
			.low = db_int(s, 5),
			.high = db_int(s, 6),
			.counted_at = db_int(s, 7),
			.loudest = db_int(s, 8),
			.given_up = db_int(s, 9) != 0 };
	db_reset(s);
	return step >= 0;
}

/* ---- the largest numbers */

/* What they are ranked by: events, or sources. */
#define NUMBER                                          \
	"c.events * (1 - CAST(:by_source AS INTEGER)) " \
	"+ coalesce(c.sources, 0) * CAST(:by_source AS INTEGER)"
#define COUNTS                                 \
	"FROM day d "                          \
	"JOIN day_count c ON c.day_id = d.id " \
	"WHERE d.date >= :first "              \
	"AND d.date < :end "                   \
	"AND c.dimension = :dimension "        \
	"AND c.value <> '' "
/* Reached by this many sources on at least one day; then it counts on every day. */
#define BY_VALUE            \
	"GROUP BY c.value " \
	"HAVING (:sources = 0 OR max(c.sources) >= :sources) "

/* clang-format off */
static const char TOP_SQL[] =
	"SELECT c.value, min(c.label), sum(c.events), sum(c.sources) "
	COUNTS BY_VALUE
	"ORDER BY sum(" NUMBER ") DESC, c.value "
	"LIMIT 11";
_Static_assert(DIGEST_TOP_MAX + 1 == 11, "the limit in TOP_SQL");

static const char TOP_TOTAL_SQL[] =
	"SELECT count(*), coalesce(sum(number), 0) "
	"FROM (SELECT sum(" NUMBER ") AS number "
	COUNTS BY_VALUE
	") AS values_counted";

static const char HOURS_SQL[] =
	"SELECT CAST(c.value AS INTEGER), sum(c.events) "
	"FROM day d "
	"JOIN day_count c ON c.day_id = d.id "
	"WHERE d.date >= :first "
	"AND d.date < :end "
	"AND c.dimension = 'hour' "
	"AND length(c.value) = 2 "
	"GROUP BY c.value";
/* clang-format on */

/* What is asked of a dimension. */
struct ranking_query {
	const char *dimension;
	int64_t sources; /* at least, on one day */
	bool by_source; /* the most sources first, not the most events */
	struct digest_top *out;
};

static struct statement *
prepare_days(struct db *db, const char *sql, const struct digest_facts *f,
    const struct ranking_query *q, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	digest_bind_dates(s, f->period.first, f->period.end);
	db_bind_text(s, ":dimension", q->dimension);
	db_bind_int(s, ":sources", q->sources);
	db_bind_int(s, ":by_source", q->by_source);
	return s;
}

/* A web request sent to a port for logins: it may name the sensor. */
static bool
is_request(const char *value)
{
	static const char *const STARTS[] = { "GET ", "POST ", "PUT ", "HEAD ",
		"OPTIONS ", "CONNECT ", "Host:", "User-Agent:" };

	for (size_t i = 0; i < sizeof STARTS / sizeof STARTS[0]; i++)
		if (strncasecmp(value, STARTS[i], strlen(STARTS[i])) == 0)
			return true;
	return false;
}

static void
take_count(struct statement *s, struct digest_top *out)
{
	if (is_request(db_text(s, 0)))
		return;
	out->rows[out->count++] = (struct digest_count){ .value = db_text_dup(s, 0),
		.label = db_text_dup(s, 1),
		.events = db_int(s, 2),
		.sources = db_int(s, 3),
		.rank_before = -1 };
}

static void
drop_last(struct digest_top *top)
{
	struct digest_count *last = &top->rows[--top->count];

	buf_free_pointer(&last->value);
	buf_free_pointer(&last->label);
}

static bool
read_top(struct db *db, const struct digest_facts *f, const struct ranking_query *q,
    struct err *e)
{
	struct statement *s = prepare_days(db, TOP_SQL, f, q, e);
	int step;

	while ((step = db_step(s, e)) == 1)
		take_count(s, q->out);
	if (step < 0)
		return false;
	s = prepare_days(db, TOP_TOTAL_SQL, f, q, e);
	if (db_step(s, e) < 0)
		return false;
	q->out->values = db_int(s, 0);
	q->out->events = db_int(s, 1);
	db_reset(s);
	if (q->out->values > DIGEST_TOP_MAX + 1 && q->out->count > DIGEST_TOP_MAX)
		drop_last(q->out);
	return true;
}

static bool
read_tops(struct db *db, struct digest_facts *f, struct err *e)
{
	const struct ranking_query questions[] = {
		{ "honeypot", 0, false, &f->honeypots },
		{ "port", 0, false, &f->ports },
		{ "country", 0, true, &f->countries },
		{ "asn", 0, false, &f->networks },
		{ "user", DIGEST_SOURCES_MIN, false, &f->users },
		{ "password", DIGEST_SOURCES_MIN, false, &f->passwords },
		{ "command", DIGEST_SOURCES_MIN, false, &f->commands },
		{ "cve", 0, false, &f->vulnerabilities },
		{ "signature", 0, false, &f->signatures },
	};

	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
		if (!read_top(db, f, &questions[i], e))
			return false;
	return true;
}

/* Those of the day; of a changed zone there may be attacks in more. */
static size_t
hours_of(const struct digest_facts *f)
{
	int64_t hours = (f->to_at - f->from_at + HOUR_S - 1) / HOUR_S;

	if (f->hour_count == 0 || hours < (int64_t)f->hour_count)
		return f->hour_count;
	return hours < DIGEST_HOURS_MAX ? (size_t)hours : DIGEST_HOURS_MAX;
}

static bool
read_hours(struct db *db, struct digest_facts *f, struct err *e)
{
	struct statement *s = db_prepare(db, HOURS_SQL, e);
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	while ((step = db_step(s, e)) == 1) {
		int64_t hour = db_int(s, 0);

		if (hour < 0 || hour >= DIGEST_HOURS_MAX)
			continue;
		f->hours[hour] = db_int(s, 1);
		if ((size_t)hour >= f->hour_count)
			f->hour_count = (size_t)hour + 1;
	}
	f->hour_count = hours_of(f);
	return step == 0;
}

/* ---- requests, other digests, the parts of a period */

static const char QUOTA_SQL[] =
    "SELECT coalesce(sum(used), 0), coalesce(sum(allowed), 0) "
    "FROM quota "
    "WHERE provider = 'virustotal' "
    "AND length(period) = 10 "
    "AND period >= :first "
    "AND period < :end";

static bool
read_quota(struct db *db, struct calendar_date first, struct calendar_date end,
    int64_t *used, int64_t *allowed, struct err *e)
{
	struct statement *s = db_prepare(db, QUOTA_SQL, e);

	digest_bind_dates(s, first, end);
	if (db_step(s, e) < 0)
		return false;
	*used = db_int(s, 0);
	*allowed = db_int(s, 1);
	db_reset(s);
	return true;
}

static const char LINK_SQL[] =
    "SELECT link "
    "FROM post "
    "WHERE kind = 'digest' "
    "AND key = :key "
    "AND wanted = 'publish' "
    "AND state <> 'skipped'";

static bool
read_link(struct db *db, const struct period *p, char **out, struct err *e)
{
	struct statement *s = db_prepare(db, LINK_SQL, e);
	char key[PERIOD_KEY_MAX];
	int step;

	period_key(p, key);
	db_bind_text(s, ":key", key);
	step = db_step(s, e);
	if (step == 1)
		*out = db_text_dup(s, 0);
	db_reset(s);
	return step >= 0;
}

/* The parts together are the period, whatever the time zone was and is. */
static bool
read_times(struct db *db, const struct digest_facts *f, const struct digest_part *p,
    int64_t *from_at, int64_t *to_at, struct err *e)
{
	if (!digest_day_start(db, p->first, from_at, e) ||
	    !digest_day_start(db, p->end, to_at, e))
		return false;
	if (!calendar_before(f->period.first, p->first))
		*from_at = f->from_at;
	if (!calendar_before(p->end, f->period.end))
		*to_at = f->to_at;
	return true;
}

static bool
read_part(
    struct db *db, const struct digest_facts *f, struct digest_part *p, struct err *e)
{
	int64_t from_at, to_at;

	return read_times(db, f, p, &from_at, &to_at, e) &&
	       read_days(db, p->first, p->end, &p->attacks, e) &&
	       read_quota(db, p->first, p->end, &p->used, &p->allowed, e) &&
	       read_link(db, &p->period, &p->link, e) &&
	       digest_new_files(db, from_at, to_at, &p->new_files, e);
}

/* The days of a week, or the weeks of a month, the first and last of which it may share;
 * none that is still to come. */
static bool
read_parts(struct db *db, struct digest_facts *f, struct err *e)
{
	struct period p = period_of(
	    f->period.span == SPAN_WEEK ? SPAN_DAY : SPAN_WEEK, f->period.first);

	if (f->period.span == SPAN_DAY)
		return true;
	while (calendar_before(p.first, f->come)) {
		struct digest_part *part = &f->parts[f->part_count++];

		*part =
		    (struct digest_part){ .period = p, .first = p.first, .end = p.end };
		if (calendar_before(part->first, f->period.first))
			part->first = f->period.first;
		if (calendar_before(f->come, part->end))
			part->end = f->come;
		if (!read_part(db, f, part, e))
			return false;
		p = period_next(&p);
	}
	return true;
}

bool
digest_attacks_read(struct db *db, struct digest_facts *f, struct err *e)
{
	struct period before = period_before(&f->period);
	struct calendar_date first = digest_first_compared(f);

	return read_days(db, f->period.first, f->period.end, &f->attacks, e) &&
	       read_days(db, first, f->period.first, &f->before, e) &&
	       read_tops(db, f, e) &&
	       (f->period.span != SPAN_DAY || read_hours(db, f, e)) &&
	       (f->period.span == SPAN_MONTH || digest_gaps_read(db, f, e)) &&
	       read_quota(db, f->period.first, f->period.end, &f->used, &f->allowed, e) &&
	       read_link(db, &before, &f->link_before, e) && read_parts(db, f, e) &&
	       digest_series_read(db, f, e);
}
