/*
 * store.c - see store.h: how far each index was read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store_internal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_POLL_SHARD (-1)

bool
store_finish(struct db *db, bool ok, struct err *e)
{
	if (ok)
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

/* ---- cursors */

static const char CURSORS_SQL[] =
    "SELECT index_name, index_uuid, shard, position, checkpoint, checkpoint_at, "
    "settled_at, start_at, start_until "
    "FROM cursor WHERE source = :source ORDER BY checkpoint_at, index_name, shard";

static void
copy_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		len = size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
}

static bool
add_cursor(struct cursor_list *list, const struct cursor *c, struct err *e)
{
	struct cursor *grown;

	if (c->shard == FIRST_POLL_SHARD) {
		list->polled = true;
		list->polled_at = c->checkpoint_at;
		list->start_at = c->start_at;
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
store_cursors(struct db *db, struct cursor_list *out, struct err *e)
{
	struct statement *s = db_prepare(db, CURSORS_SQL, e);
	int step;

	*out = (struct cursor_list){ .items = NULL };
	db_bind_text(s, ":source", SOURCE);
	while ((step = db_step(s, e)) == 1) {
		struct cursor c = { .shard = db_int(s, 2),
			.position = db_int(s, 3),
			.checkpoint = db_int(s, 4),
			.checkpoint_at = db_int(s, 5),
			.settled_at = db_int(s, 6),
			.start_at = db_int(s, 7),
			.start_until = db_int(s, 8) };

		copy_text(c.index, sizeof c.index, db_text(s, 0));
		copy_text(c.uuid, sizeof c.uuid, db_text(s, 1));
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

static const char CURSOR_SQL[] =
    "INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, "
    "checkpoint_at, settled_at, "
    "start_at, start_until) VALUES (:source, :uuid, :shard, :index, :position, "
    ":checkpoint, "
    ":checkpoint_at, :settled_at, :start_at, :start_until) "
    "ON CONFLICT DO UPDATE SET index_name = excluded.index_name, position = "
    "excluded.position, "
    "checkpoint = excluded.checkpoint, checkpoint_at = excluded.checkpoint_at, "
    "settled_at = excluded.settled_at, "
    "start_at = excluded.start_at, start_until = excluded.start_until";

static bool
write_cursor(struct db *db, const struct cursor *c, struct err *e)
{
	struct statement *s = db_prepare(db, CURSOR_SQL, e);

	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":uuid", c->uuid);
	db_bind_int(s, ":shard", c->shard);
	db_bind_text(s, ":index", c->index);
	db_bind_int(s, ":position", c->position);
	db_bind_int(s, ":checkpoint", c->checkpoint);
	db_bind_int(s, ":checkpoint_at", c->checkpoint_at);
	db_bind_int(s, ":settled_at", c->settled_at);
	db_bind_int(s, ":start_at", c->start_at);
	db_bind_int(s, ":start_until", c->start_until);
	return db_run(s, e);
}

static const char MOVE_SQL[] =
    "UPDATE cursor SET position = :to, checkpoint = :checkpoint "
    "WHERE source = :source AND index_uuid = :uuid AND shard = :shard AND position = "
    ":from";

bool
store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e)
{
	struct statement *s = db_prepare(db, MOVE_SQL, e);

	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":uuid", from->uuid);
	db_bind_int(s, ":shard", from->shard);
	db_bind_int(s, ":from", from->position);
	db_bind_int(s, ":to", to->position);
	db_bind_int(s, ":checkpoint", to->checkpoint);
	return db_run(s, e);
}

/* The same name with another uuid: the index was deleted and created again. */
static const char RECREATED_SQL[] =
    "DELETE FROM cursor WHERE source = :source AND index_name = :index AND index_uuid <> "
    ":uuid "
    "AND shard >= 0";

static bool
forget_recreated(struct db *db, const struct cursor *c, struct err *e)
{
	struct statement *s = db_prepare(db, RECREATED_SQL, e);

	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":index", c->index);
	db_bind_text(s, ":uuid", c->uuid);
	return db_run(s, e);
}

static bool
write_poll(struct db *db, const struct poll *poll, struct err *e)
{
	struct cursor first = { .shard = FIRST_POLL_SHARD,
		.position = -1,
		.checkpoint = -1,
		.checkpoint_at = poll->now,
		.settled_at = poll->now,
		.start_at = poll->start_at,
		.start_until = -1 };

	copy_text(first.index, sizeof first.index, poll->pattern);
	if (poll->first && !write_cursor(db, &first, e))
		return false;
	for (size_t i = 0; i < poll->count; i++)
		if (!forget_recreated(db, &poll->changed[i], e) ||
		    !write_cursor(db, &poll->changed[i], e))
			return false;
	return true;
}

bool
store_poll(struct db *db, const struct poll *poll, struct err *e)
{
	if (poll->count == 0 && !poll->first)
		return true;
	return db_begin(db, e) && store_finish(db, write_poll(db, poll, e), e);
}

bool
store_put_aside(struct db *db, const struct cursor *cursor, struct err *e)
{
	struct cursor c = *cursor;

	c.checkpoint = c.position;
	return db_begin(db, e) && store_finish(db, store_move(db, cursor, &c, e), e);
}

/* ---- what is said once a day */

static const char DAILY_SQL[] =
    "INSERT INTO said (topic, at) VALUES (:topic, :now) "
    "ON CONFLICT DO UPDATE SET at = excluded.at "
    "WHERE said.at <= :now - 86400 OR said.at > :now";

bool
store_daily(struct db *db, const char *topic, int64_t now, bool *due, struct err *e)
{
	struct statement *s = db_prepare(db, DAILY_SQL, e);

	db_bind_text(s, ":topic", topic);
	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	*due = db_changes(db) > 0;
	return true;
}
