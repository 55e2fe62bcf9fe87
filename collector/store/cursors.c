/*
 * cursors.c - see store.h: how far each index was read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/internal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_POLL_SHARD (-1)

/* ---- reading */

static const char CURSORS_SQL[] =
    "SELECT index_name, index_uuid, shard, position, checkpoint, checkpoint_at, settled_at, start_at,"
    " start_until, coalesce(seen, -1), coalesce(last_number, -1), last_id, audited_at,"
    " coalesce(highest, -1), coalesce(again_to, -1)"
    " FROM cursor"
    " WHERE source = :source"
    " ORDER BY CASE WHEN again_to IS NULL THEN 0 ELSE 1 END, checkpoint_at, index_name, shard";

static void
copy_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		len = size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
}

static void
read_cursor(struct statement *s, const char *source, struct cursor *c)
{
	*c = (struct cursor){ .source = source,
		.shard = db_int(s, 2),
		.position = db_int(s, 3),
		.checkpoint = db_int(s, 4),
		.checkpoint_at = db_int(s, 5),
		.settled_at = db_int(s, 6),
		.start_at = db_int(s, 7),
		.start_until = db_int(s, 8),
		.seen = db_int(s, 9),
		.last_number = db_int(s, 10),
		.audited_at = db_int(s, 12),
		.highest = db_int(s, 13),
		.again_to = db_int(s, 14) };
	copy_text(c->index, sizeof c->index, db_text(s, 0));
	copy_text(c->uuid, sizeof c->uuid, db_text(s, 1));
	copy_text(c->last_id, sizeof c->last_id, db_text(s, 11));
}

static bool
add_cursor(struct cursor_list *list, const struct cursor *c, struct err *e)
{
	struct cursor *grown;

	if (c->shard == FIRST_POLL_SHARD) {
		list->polled = true;
		list->polled_at = c->checkpoint_at;
		list->start_at = c->start_at;
		list->counted = c->seen;
		memcpy(list->pattern, c->index, sizeof list->pattern);
		return true;
	}
	grown = realloc(list->items, (list->count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	list->items = grown;
	list->items[list->count++] = *c;
	return true;
}

bool
store_cursors(struct db *db, const char *source, struct cursor_list *out, struct err *e)
{
	struct statement *s = db_prepare(db, CURSORS_SQL, e);
	int step;

	*out = (struct cursor_list){ .counted = -1 };
	db_bind_text(s, ":source", source);
	while ((step = db_step(s, e)) == 1) {
		struct cursor c;

		read_cursor(s, source, &c);
		if (!add_cursor(out, &c, e)) {
			db_reset(s);
			return false;
		}
	}
	return step == 0;
}

void
store_cursors_done(struct cursor_list *list)
{
	free(list->items);
	*list = (struct cursor_list){ .items = NULL };
}

/* ---- a poll */

static const char CURSOR_SQL[] =
    "INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, checkpoint_at,"
    " settled_at, start_at, start_until, seen, last_number, last_id, audited_at, highest, again_to)"
    " VALUES (:source, :uuid, :shard, :index, :position, :checkpoint, :checkpoint_at,"
    " :settled_at, :start_at, :start_until, :seen, :last_number, :last_id, :audited_at, :highest,"
    " :again_to)"
    " ON CONFLICT (source, index_uuid, shard) DO UPDATE"
    " SET index_name = excluded.index_name, position = excluded.position,"
    " checkpoint = excluded.checkpoint, checkpoint_at = excluded.checkpoint_at,"
    " settled_at = excluded.settled_at, start_at = excluded.start_at,"
    " start_until = excluded.start_until, seen = excluded.seen, last_number = excluded.last_number,"
    " last_id = excluded.last_id, audited_at = excluded.audited_at, highest = excluded.highest,"
    " again_to = excluded.again_to";

static bool
write_cursor(struct db *db, const struct cursor *c, struct err *e)
{
	struct statement *s = db_prepare(db, CURSOR_SQL, e);

	db_bind_text(s, ":source", c->source);
	db_bind_text(s, ":uuid", c->uuid);
	db_bind_int(s, ":shard", c->shard);
	db_bind_text(s, ":index", c->index);
	db_bind_int(s, ":position", c->position);
	db_bind_int(s, ":checkpoint", c->checkpoint);
	db_bind_int(s, ":checkpoint_at", c->checkpoint_at);
	db_bind_int(s, ":settled_at", c->settled_at);
	db_bind_int(s, ":start_at", c->start_at);
	db_bind_int(s, ":start_until", c->start_until);
	db_bind_int_or_null(s, ":seen", c->seen);
	db_bind_int_or_null(s, ":last_number", c->last_number);
	db_bind_text(s, ":last_id", c->last_id[0] != '\0' ? c->last_id : NULL);
	db_bind_int(s, ":audited_at", c->audited_at);
	db_bind_int_or_null(s, ":highest", c->highest);
	db_bind_int_or_null(s, ":again_to", c->again_to);
	return db_run(s, e);
}

/* The same name with another uuid: the index was deleted and created again. */
static const char RECREATED_SQL[] =
    "DELETE FROM cursor"
    " WHERE source = :source AND index_name = :index AND index_uuid <> :uuid AND shard >= 0";

static bool
forget_recreated(struct db *db, const struct cursor *c, struct err *e)
{
	struct statement *s = db_prepare(db, RECREATED_SQL, e);

	db_bind_text(s, ":source", c->source);
	db_bind_text(s, ":index", c->index);
	db_bind_text(s, ":uuid", c->uuid);
	return db_run(s, e);
}

struct writing_poll {
	struct db *db;
	const struct poll *poll;
};

static bool
write_first(struct db *db, const struct poll *poll, struct err *e)
{
	struct cursor first = { .source = poll->source,
		.shard = FIRST_POLL_SHARD,
		.position = -1,
		.checkpoint = -1,
		.checkpoint_at = poll->now,
		.settled_at = poll->now,
		.start_at = poll->start_at,
		.start_until = -1,
		.seen = poll->counted,
		.last_number = -1,
		.highest = -1,
		.again_to = -1 };

	copy_text(first.index, sizeof first.index, poll->pattern);
	return write_cursor(db, &first, e);
}

static bool
write_poll(void *ctx, struct err *e)
{
	const struct writing_poll *w = ctx;

	if (w->poll->first && !write_first(w->db, w->poll, e))
		return false;
	for (size_t i = 0; i < w->poll->count; i++)
		if (!forget_recreated(w->db, &w->poll->changed[i], e) ||
		    !write_cursor(w->db, &w->poll->changed[i], e))
			return false;
	return true;
}

bool
store_poll(struct db *db, const struct poll *poll, struct err *e)
{
	struct writing_poll w = { db, poll };

	if (poll->count == 0 && !poll->first)
		return true;
	return db_transact(db, write_poll, &w, e);
}

/* ---- moving on, and back */

static const char MOVE_SQL[] =
    "UPDATE cursor"
    " SET position = :to, checkpoint = :checkpoint, seen = :seen, last_number = :last_number,"
    " last_id = :last_id, audited_at = :audited_at, again_to = :again_to"
    " WHERE source = :source AND index_uuid = :uuid AND shard = :shard AND position = :from";

bool
store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e)
{
	struct statement *s = db_prepare(db, MOVE_SQL, e);

	db_bind_text(s, ":source", from->source);
	db_bind_text(s, ":uuid", from->uuid);
	db_bind_int(s, ":shard", from->shard);
	db_bind_int(s, ":from", from->position);
	db_bind_int(s, ":to", to->position);
	db_bind_int(s, ":checkpoint", to->checkpoint);
	db_bind_int_or_null(s, ":seen", to->seen);
	db_bind_int_or_null(s, ":last_number", to->last_number);
	db_bind_text(s, ":last_id", to->last_id[0] != '\0' ? to->last_id : NULL);
	db_bind_int(s, ":audited_at", to->audited_at);
	db_bind_int_or_null(s, ":again_to", to->again_to);
	return db_run(s, e);
}

bool
store_put_aside(struct db *db, const struct cursor *cursor, struct err *e)
{
	struct cursor c = *cursor;

	c.checkpoint = c.position;
	return store_move(db, cursor, &c, e);
}

static const char LOOK_LATER_SQL[] =
    "UPDATE cursor"
    " SET settled_at = :settled_at"
    " WHERE source = :source AND index_uuid = :uuid AND shard = :shard AND position = :from";

bool
store_look_later(struct db *db, const struct cursor *cursor, struct err *e)
{
	struct statement *s = db_prepare(db, LOOK_LATER_SQL, e);

	db_bind_text(s, ":source", cursor->source);
	db_bind_text(s, ":uuid", cursor->uuid);
	db_bind_int(s, ":shard", cursor->shard);
	db_bind_int(s, ":from", cursor->position);
	db_bind_int(s, ":settled_at", cursor->settled_at);
	return db_run(s, e);
}

bool
store_audited(struct db *db, const struct cursor *cursor, int64_t now, struct err *e)
{
	struct cursor c = *cursor;

	c.audited_at = now;
	return store_move(db, cursor, &c, e);
}

bool
store_read_again(struct db *db, const struct cursor *cursor, int64_t now, struct err *e)
{
	struct cursor c = *cursor;

	c.again_to = c.position;
	c.position = c.checkpoint = c.last_number = -1;
	c.seen = 0;
	c.last_id[0] = '\0';
	c.audited_at = now;
	return store_move(db, cursor, &c, e);
}

static const char RECOUNT_SQL[] =
    "UPDATE cursor"
    " SET again_to = CASE WHEN position >= 0 THEN position END, position = -1, checkpoint = -1,"
    " seen = CASE WHEN shard = -1 THEN :counted ELSE 0 END"
    " WHERE source = :source";

static bool
run_counted(
    struct db *db, const char *sql, const char *source, int64_t counted, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, ":source", source);
	db_bind_int(s, ":counted", counted);
	return db_run(s, e);
}

bool
store_recount(struct db *db, const char *source, int64_t counted, struct err *e)
{
	return run_counted(db, RECOUNT_SQL, source, counted, e);
}

static const char COUNT_ANEW_SQL[] =
    "UPDATE cursor"
    " SET seen = CASE WHEN shard = -1 THEN :counted END, audited_at = 0"
    " WHERE source = :source";

bool
store_count_anew(struct db *db, const char *source, int64_t counted, struct err *e)
{
	return run_counted(db, COUNT_ANEW_SQL, source, counted, e);
}

static const char PULL_BACK_SQL[] =
    "UPDATE cursor"
    " SET start_at = CASE WHEN start_at > :start_at THEN :start_at ELSE start_at END,"
    " checkpoint_at = CASE WHEN checkpoint_at > :now THEN :now ELSE checkpoint_at END,"
    " settled_at = CASE WHEN settled_at > :now THEN :now ELSE settled_at END,"
    " position = -1, checkpoint = -1, last_number = NULL, last_id = NULL, audited_at = 0,"
    " again_to = NULL,"
    " seen = CASE WHEN shard = -1 THEN seen ELSE 0 END"
    " WHERE source = :source";

bool
store_pull_back(
    struct db *db, const char *source, int64_t now, int64_t start_at, struct err *e)
{
	struct statement *s = db_prepare(db, PULL_BACK_SQL, e);

	db_bind_text(s, ":source", source);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":start_at", start_at);
	return db_run(s, e);
}
