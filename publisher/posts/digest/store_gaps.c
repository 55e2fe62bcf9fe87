/*
 * store_gaps.c - see internal.h: hours of a day or week in which no honeypot recorded anything.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/posts/digest/internal.h"

#define GAP_HOURS 3 /* shorter ones are not mentioned */
#define GAP_EVENTS 10 /* an hour on average: else silence is usual */
#define HOURS_MAX (7 * 24 + 26) /* a week, and what a changed time zone may add */

enum hour { HOUR_NOT_COUNTED, HOUR_SILENT, HOUR_WITH_EVENTS };

struct hours {
	enum hour is[HOURS_MAX];
	int64_t from_at, count;
};

/* clang-format off */
/* A day of several T-Pots is counted when all of them are. */
static const char DAYS_SQL[] =
	"SELECT min(from_at), max(to_at) "
	"FROM day "
	"WHERE date >= :first "
	"AND date < :end "
	"GROUP BY date "
	"HAVING count(*) = count(counted_at)";

static const char EVENTS_SQL[] =
	"SELECT d.from_at + 3600 * CAST(c.value AS INTEGER) "
	"FROM day d "
	"JOIN day_count c ON c.day_id = d.id "
	"WHERE d.date >= :first "
	"AND d.date < :end "
	"AND c.dimension = 'hour' "
	"AND length(c.value) = 2 "
	"AND c.events > 0";
/* clang-format on */

static void
mark(struct hours *h, int64_t from_at, int64_t to_at, enum hour is)
{
	for (int64_t at = from_at; at < to_at; at += HOUR_S) {
		int64_t i = (at - h->from_at) / HOUR_S;

		if (at >= h->from_at && i < h->count)
			h->is[i] = is;
	}
}

static bool
read_hours(struct db *db, const struct digest_facts *f, struct hours *h, struct err *e)
{
	struct statement *s = db_prepare(db, DAYS_SQL, e);
	int step;

	digest_bind_dates(s, f->period.first, f->period.end);
	while ((step = db_step(s, e)) == 1)
		mark(h, db_int(s, 0), db_int(s, 1), HOUR_SILENT);
	if (step < 0)
		return false;
	s = db_prepare(db, EVENTS_SQL, e);
	digest_bind_dates(s, f->period.first, f->period.end);
	while ((step = db_step(s, e)) == 1)
		mark(h, db_int(s, 0), db_int(s, 0) + 1, HOUR_WITH_EVENTS);
	return step == 0;
}

static int64_t
counted_hours(const struct hours *h)
{
	int64_t n = 0;

	for (int64_t i = 0; i < h->count; i++)
		n += h->is[i] != HOUR_NOT_COUNTED;
	return n;
}

/* A run of silent hours has ended before hour `end`. */
static void
add_run(const struct hours *h, int64_t length, int64_t end, struct digest_gaps *out)
{
	if (length < GAP_HOURS)
		return;
	out->hours += length;
	if (length * HOUR_S <= out->to_at - out->from_at)
		return;
	out->to_at = h->from_at + end * HOUR_S;
	out->from_at = out->to_at - length * HOUR_S;
}

bool
digest_gaps_read(struct db *db, struct digest_facts *f, struct err *e)
{
	struct hours h = { .from_at = f->from_at };
	int64_t length = 0;

	h.count = (f->to_at - f->from_at) / HOUR_S;
	if (h.count > HOURS_MAX)
		h.count = HOURS_MAX;
	if (!read_hours(db, f, &h, e))
		return false;
	if (f->attacks.events < counted_hours(&h) * GAP_EVENTS)
		return true;
	for (int64_t i = 0; i < h.count; i++) {
		if (h.is[i] == HOUR_SILENT) {
			length++;
			continue;
		}
		add_run(&h, length, i, &f->gaps);
		length = 0;
	}
	add_run(&h, length, h.count, &f->gaps);
	return true;
}
