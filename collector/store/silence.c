/*
 * silence.c - see silence.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/silence.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store/days.h"
#include "common/base/time.h"

/* ---- reading */

static const char VOICES_SQL[] =
    "SELECT d.to_at, d.to_at - d.from_at, c.value, s.said_at, s.ended_at, "
    "  CASE WHEN d.complete = 1 THEN 1 "
    "  WHEN d.counted_at IS NULL AND d.why = :no_index THEN 1 ELSE 0 END, "
    "  (SELECT count(*) "
    "    FROM day_count n "
    "    WHERE n.day_id = d.id "
    "      AND n.dimension = :kind) "
    "FROM day d "
    "LEFT JOIN day_count c ON c.day_id = d.id AND c.dimension = :kind "
    "LEFT JOIN silence s ON s.source = d.source AND s.kind = :kind AND s.name = c.value "
    "  AND s.last_at = d.to_at "
    "WHERE d.source = :source "
    "  AND d.date >= :since "
    "ORDER BY d.date";

/* Known time is summed over days. */
struct silence_reading {
	struct voices *voices;
	int64_t day, before,
	    known; /* the day being read; known time before and after it */
};

static struct statement *
prepare_scope(
    struct db *db, const char *sql, const struct silence_scope *scope, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, ":source", scope->source);
	db_bind_text(s, ":kind", scope->kind);
	return s;
}

/* gcc 12 wrongly reports the memory that realloc moved as leaked. */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static struct voice *
add(struct voices *v, const char *name)
{
	struct voice *items = realloc(v->items, (v->count + 1) * sizeof *items);

	if (items == NULL)
		return NULL;
	v->items = items;
	items[v->count] = (struct voice){ .name = strdup(name) };
	return items[v->count].name == NULL ? NULL : &items[v->count++];
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static struct voice *
voice_of(struct silence_reading *r, const char *name)
{
	struct voices *v = r->voices;
	struct voice *added;

	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i].name, name) == 0)
			return &v->items[i];
	added = add(v, name);
	if (added != NULL)
		added->heard_s = r->before;
	return added;
}

static void
hear(struct silence_reading *r, struct voice *v, int64_t to_at)
{
	int64_t gap_s = r->before - v->heard_s;

	if (!v->said && gap_s > v->gap_s)
		v->gap_s = gap_s;
	v->again = v->again || v->open;
	v->days++;
	v->last_at = to_at;
	v->heard_s = r->known;
}

static bool
read_row(struct silence_reading *r, struct statement *s, int64_t most, struct err *e)
{
	struct voice *v;

	if (r->day != db_int(s, 0)) {
		r->day = db_int(s, 0);
		r->before = r->known;
		if (db_int(s, 5) != 0 && db_int(s, 6) < most)
			r->known += db_int(s, 1);
	}
	if (db_is_null(s, 2))
		return true;
	v = voice_of(r, db_text(s, 2));
	if (v == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	hear(r, v, db_int(s, 0));
	v->said = !db_is_null(s, 3);
	v->open = v->said && db_is_null(s, 4);
	return true;
}

bool
silence_read(
    struct db *db, const struct silence_scope *scope, struct voices *out, struct err *e)
{
	struct statement *s = prepare_scope(db, VOICES_SQL, scope, e);
	struct silence_reading r = { .voices = out };
	char since[TIME_TEXT_MAX];
	int step;

	*out = (struct voices){ .count = 0 };
	time_format_day(scope->since, since);
	db_bind_text(s, ":since", since);
	db_bind_text(s, ":no_index", DAY_WITHOUT_INDEX);
	while ((step = db_step(s, e)) == 1)
		if (!read_row(&r, s, scope->most, e)) {
			db_reset(s);
			step = -1;
			break;
		}
	for (size_t i = 0; i < out->count; i++)
		out->items[i].quiet_s = r.known - out->items[i].heard_s;
	return step == 0;
}

void
silence_done(struct voices *voices)
{
	for (size_t i = 0; i < voices->count; i++)
		free(voices->items[i].name);
	free(voices->items);
	*voices = (struct voices){ .count = 0 };
}

/* ---- writing */

static const char BEGIN_SQL[] =
    "INSERT INTO silence (source, kind, name, last_at, usual_gap, said_at) "
    "VALUES (:source, :kind, :name, :last_at, :usual_gap, :now) "
    "ON CONFLICT DO NOTHING";

bool
silence_begin(struct db *db, const struct silence_scope *scope, const struct voice *v,
    int64_t now, bool *begun, struct err *e)
{
	struct statement *s = prepare_scope(db, BEGIN_SQL, scope, e);

	db_bind_text(s, ":name", v->name);
	db_bind_int(s, ":last_at", v->last_at);
	db_bind_int(s, ":usual_gap", v->gap_s);
	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	*begun = db_changes(db) > 0;
	return true;
}

static const char END_SQL[] =
    "UPDATE silence "
    "SET ended_at = :now "
    "WHERE source = :source "
    "  AND kind = :kind "
    "  AND name = :name "
    "  AND last_at < :last_at "
    "  AND ended_at IS NULL";

bool
silence_end(struct db *db, const struct silence_scope *scope, const struct voice *v,
    int64_t now, bool *ended, struct err *e)
{
	struct statement *s = prepare_scope(db, END_SQL, scope, e);

	db_bind_text(s, ":name", v->name);
	db_bind_int(s, ":last_at", v->last_at);
	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	*ended = db_changes(db) > 0;
	return true;
}

static const char FORGET_SQL[] =
    "DELETE FROM silence "
    "WHERE source = :source "
    "  AND kind = :kind "
    "  AND last_at < :since";

bool
silence_forget(struct db *db, const struct silence_scope *scope, struct err *e)
{
	struct statement *s = prepare_scope(db, FORGET_SQL, scope, e);

	db_bind_int(s, ":since", scope->since);
	return db_run(s, e);
}
