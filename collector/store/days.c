/*
 * days.c - see days.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/days.h"

#include <stdlib.h>
#include <string.h>

/* ---- days */

static const char NEWEST_SQL[] =
    "SELECT id, date, from_at, to_at, look_at, looks, coalesce(counted_at, 0), coalesce(checkpoint, -1)"
    " FROM day"
    " WHERE source = :source"
    " ORDER BY date DESC"
    " LIMIT 1";

static const char DUE_SQL[] =
    "SELECT id, date, from_at, to_at, look_at, looks, coalesce(counted_at, 0), coalesce(checkpoint, -1)"
    " FROM day"
    " WHERE source = :source AND look_at > 0"
    " ORDER BY look_at, id"
    " LIMIT 1";

static bool
one_day(
    struct statement *s, const char *source, struct day *out, bool *found, struct err *e)
{
	int step;

	db_bind_text(s, ":source", source);
	step = db_step(s, e);
	*found = step == 1;
	if (step != 1)
		return step == 0;
	*out = (struct day){ .id = db_int(s, 0),
		.from_at = db_int(s, 2),
		.to_at = db_int(s, 3),
		.look_at = db_int(s, 4),
		.looks = db_int(s, 5),
		.counted_at = db_int(s, 6),
		.checkpoint = db_int(s, 7) };
	BUF_FIXED(out->date, "%.10s", db_text(s, 1));
	db_reset(s);
	return true;
}

bool
store_day_newest(
    struct db *db, const char *source, struct day *out, bool *found, struct err *e)
{
	return one_day(db_prepare(db, NEWEST_SQL, e), source, out, found, e);
}

bool
store_day_due(
    struct db *db, const char *source, struct day *out, bool *found, struct err *e)
{
	return one_day(db_prepare(db, DUE_SQL, e), source, out, found, e);
}

static const char BEGIN_SQL[] =
    "INSERT INTO day (source, date, zone, from_at, to_at, look_at)"
    " VALUES (:source, :date, :zone, :from_at, :to_at, :look_at)"
    " ON CONFLICT DO NOTHING";

bool
store_day_begin(struct db *db, const char *source, const char *zone,
    const struct day *day, struct err *e)
{
	struct statement *s = db_prepare(db, BEGIN_SQL, e);

	db_bind_text(s, ":source", source);
	db_bind_text(s, ":date", day->date);
	db_bind_text(s, ":zone", zone);
	db_bind_int(s, ":from_at", day->from_at);
	db_bind_int(s, ":to_at", day->to_at);
	db_bind_int(s, ":look_at", day->look_at);
	return db_run(s, e);
}

static const char NOT_BEGUN_SQL[] =
    "DELETE FROM day"
    " WHERE source = :source AND from_at > :after";

bool
store_days_not_begun(struct db *db, const char *source, int64_t after, struct err *e)
{
	struct statement *s = db_prepare(db, NOT_BEGUN_SQL, e);

	db_bind_text(s, ":source", source);
	db_bind_int(s, ":after", after);
	return db_run(s, e);
}

static const char LATER_SQL[] =
    "UPDATE day"
    " SET look_at = :look_at, looks = :looks, why = CASE WHEN counted_at IS NULL THEN :why ELSE why END"
    " WHERE id = :id";

bool
store_day_later(
    struct db *db, const struct day *day, const struct day_next *next, struct err *e)
{
	struct statement *s = db_prepare(db, LATER_SQL, e);

	db_bind_int(s, ":look_at", next->look_at);
	db_bind_int(s, ":looks", next->looks);
	db_bind_text(s, ":why", next->why);
	db_bind_int(s, ":id", day->id);
	return db_run(s, e);
}

/* ---- numbers */

struct counting {
	struct db *db;
	const struct day *day;
	const struct day_counts *counts;
	const struct day_next *next;
	int64_t checkpoint, now;
	bool *changed;
};

static const char TOTALS_SQL[] =
    "SELECT count(*)"
    " FROM day"
    " WHERE id = :id AND counted_at IS NOT NULL AND events = :events AND sources = :sources"
    " AND sessions = :sessions AND loudest = :loudest"
    " AND :count = (SELECT count(*) FROM day_count WHERE day_id = :id)";

static void
bind_totals(struct statement *s, const struct counting *w)
{
	db_bind_int(s, ":id", w->day->id);
	db_bind_int(s, ":events", w->counts->events);
	db_bind_int(s, ":sources", w->counts->sources);
	db_bind_int(s, ":sessions", w->counts->sessions);
	db_bind_int(s, ":loudest", w->counts->loudest);
}

static const char SAME_SQL[] =
    "SELECT count(*)"
    " FROM day_count"
    " WHERE day_id = :id AND dimension = :dimension AND value = :value"
    " AND events = :events"
    " AND (sources = CAST(:sources AS INTEGER)"
    " OR (sources IS NULL AND CAST(:sources AS INTEGER) IS NULL))";

static const char COUNT_SQL[] =
    "INSERT INTO day_count (day_id, dimension, value, label, events, sources)"
    " VALUES (:id, :dimension, :value, :label, :events, :sources)"
    " ON CONFLICT DO NOTHING";

static void
bind_count(struct statement *s, const struct counting *w, const struct day_count *c)
{
	db_bind_int(s, ":id", w->day->id);
	db_bind_text(s, ":dimension", c->dimension);
	db_bind_text(s, ":value", c->value);
	db_bind_int(s, ":events", c->events);
	db_bind_int_or_null(s, ":sources", c->sources);
}

/* *same: the numbers in the database are these. */
static bool
compare_counts(const struct counting *w, bool *same, struct err *e)
{
	struct statement *s = db_prepare(w->db, TOTALS_SQL, e);
	int64_t n = 0;

	bind_totals(s, w);
	db_bind_int(s, ":count", (int64_t)w->counts->count);
	if (!db_one_int(s, &n, e))
		return false;
	for (size_t i = 0; i < w->counts->count && n == 1; i++) {
		s = db_prepare(w->db, SAME_SQL, e);
		bind_count(s, w, &w->counts->items[i]);
		if (!db_one_int(s, &n, e))
			return false;
	}
	*same = n == 1;
	return true;
}

static const char FORGET_SQL[] =
    "DELETE FROM day_count"
    " WHERE day_id = :id";

static bool
write_counts(const struct counting *w, struct err *e)
{
	struct statement *s = db_prepare(w->db, FORGET_SQL, e);

	db_bind_int(s, ":id", w->day->id);
	if (!db_run(s, e))
		return false;
	for (size_t i = 0; i < w->counts->count; i++) {
		s = db_prepare(w->db, COUNT_SQL, e);
		bind_count(s, w, &w->counts->items[i]);
		db_bind_text(s, ":label", w->counts->items[i].label);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

static const char COUNTED_SQL[] =
    "UPDATE day"
    " SET counted_at = :now, events = :events, sources = :sources, sessions = :sessions,"
    " loudest = :loudest"
    " WHERE id = :id";

static bool
write_totals(const struct counting *w, struct err *e)
{
	struct statement *s = db_prepare(w->db, COUNTED_SQL, e);

	bind_totals(s, w);
	db_bind_int(s, ":now", w->now);
	return db_run(s, e) && write_counts(w, e);
}

static const char LOOKED_SQL[] =
    "UPDATE day"
    " SET look_at = :look_at, looks = :looks, checkpoint = :checkpoint,"
    " complete = CASE WHEN CAST(:why AS TEXT) IS NULL THEN 1 ELSE 0 END, why = :why"
    " WHERE id = :id";

static bool
write_looked(const struct counting *w, struct err *e)
{
	struct statement *s = db_prepare(w->db, LOOKED_SQL, e);

	db_bind_int(s, ":id", w->day->id);
	db_bind_int(s, ":look_at", w->next->look_at);
	db_bind_int(s, ":looks", w->next->looks);
	db_bind_int(s, ":checkpoint", w->checkpoint);
	db_bind_text(s, ":why", w->next->why);
	return db_run(s, e);
}

/* The time of the count changes only with the numbers: posts that show them need not be rewritten. */
static bool
write_day(void *ctx, struct err *e)
{
	const struct counting *w = ctx;
	bool same;

	if (!compare_counts(w, &same, e))
		return false;
	*w->changed = !same;
	return (same || write_totals(w, e)) && write_looked(w, e);
}

bool
store_day_counted(struct db *db, const struct day *day, const struct day_counts *counts,
    const struct day_next *next, int64_t checkpoint, int64_t now, bool *changed,
    struct err *e)
{
	struct counting w = { .db = db,
		.day = day,
		.counts = counts,
		.next = next,
		.checkpoint = checkpoint,
		.now = now,
		.changed = changed };

	return db_transact(db, write_day, &w, e);
}

/* ---- own addresses */

static const char OWN_SQL[] =
    "SELECT value"
    " FROM sensor_identity"
    " WHERE kind = 'address'"
    " ORDER BY value";

static bool
add_own(struct list *list, char *value, struct err *e)
{
	char **grown = NULL;

	if (value != NULL)
		grown = realloc(list->items, (list->count + 1) * sizeof *grown);
	if (grown == NULL) {
		free(value);
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	list->items = grown;
	grown[list->count++] = value;
	return true;
}

bool
store_own_addresses(struct db *db, struct list *out, struct err *e)
{
	struct statement *s = db_prepare(db, OWN_SQL, e);
	int step;

	*out = (struct list){ .items = NULL };
	while ((step = db_step(s, e)) == 1) {
		if (!add_own(out, db_text_dup(s, 0), e)) {
			db_reset(s);
			return false;
		}
	}
	return step == 0;
}

void
store_own_done(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct list){ .items = NULL };
}
