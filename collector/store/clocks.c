/*
 * clocks.c - see clocks.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/clocks.h"

#include "common/base/calendar.h"

#define EARLY_S 300 /* a document read this long before its own time is early */
#define DATE_MAX 16

static const char *
date_of(int64_t at, char out[DATE_MAX])
{
	struct calendar_date d = calendar_of(at);

	return buf_fixed(out, DATE_MAX, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static const char NOTE_SQL[] =
    "INSERT INTO sensor_clock (source, date, sensor, documents, early, least, most, "
    "  first_at, last_at, usual) "
    "VALUES (:source, :date, :sensor, 1, :early, :delay, :delay, :now, :now, :usual) "
    "ON CONFLICT (source, date, sensor) "
    "  DO UPDATE SET documents = sensor_clock.documents + 1, "
    "  early = sensor_clock.early + excluded.early, "
    "  least = CASE WHEN excluded.least < sensor_clock.least "
    "    THEN excluded.least ELSE sensor_clock.least END, "
    "  most = CASE WHEN excluded.most > sensor_clock.most "
    "    THEN excluded.most ELSE sensor_clock.most END, "
    "  last_at = excluded.last_at, usual = excluded.usual";

bool
clocks_note(struct db *db, const char *source, const struct hit *h, int64_t now,
    int64_t usual_s, struct err *e)
{
	struct statement *s;
	char date[DATE_MAX];

	if (h->sensor == NULL || h->event_at <= 0)
		return true;
	s = db_prepare(db, NOTE_SQL, e);
	db_bind_text(s, ":source", source);
	db_bind_text(s, ":date", date_of(now, date));
	db_bind_text(s, ":sensor", h->sensor);
	db_bind_int(s, ":early", now - h->event_at < -EARLY_S);
	db_bind_int(s, ":delay", now - h->event_at);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":usual", usual_s);
	return db_run(s, e);
}

static const char WRONG_SQL[] =
    "SELECT sensor, off "
    "FROM clocks "
    "WHERE source = :source";

bool
clocks_wrong(struct db *db, const char *source, struct buf *out, struct err *e)
{
	struct statement *s = db_prepare(db, WRONG_SQL, e);
	int step;

	db_bind_text(s, ":source", source);
	while ((step = db_step(s, e)) == 1)
		buf_printf(out, "%s%s (%s)", out->len > 0 ? ", " : "", db_text(s, 0),
		    db_text(s, 1));
	return step == 0;
}

static const char FORGET_SQL[] =
    "DELETE FROM sensor_clock "
    "WHERE source = :source "
    "  AND date < :before "
    "  AND EXISTS ( "
    "    SELECT 1 "
    "    FROM sensor_clock n "
    "    WHERE n.source = :source "
    "      AND n.date >= :before)";

bool
clocks_forget(struct db *db, const char *source, int64_t before, struct err *e)
{
	struct statement *s = db_prepare(db, FORGET_SQL, e);
	char date[DATE_MAX];

	db_bind_text(s, ":source", source);
	db_bind_text(s, ":before", date_of(before, date));
	return db_run(s, e);
}
