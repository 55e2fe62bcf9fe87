/*
 * heartbeat.c - the row of a process in table stage.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/internal.h"

static const char BEAT_SQL[] =
    "INSERT INTO stage (owner, name, started_at, alive_at, what, trouble) "
    "VALUES (:owner, :name, :started_at, :now, :what, :trouble) "
    "ON CONFLICT (owner) "
    "  DO UPDATE SET alive_at = excluded.alive_at, what = excluded.what, "
    "  trouble = excluded.trouble";

bool
heartbeat_beat(struct stage *st, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(&st->db, BEAT_SQL, e);

	db_bind_text(s, ":owner", st->queue.owner);
	db_bind_text(s, ":name", st->name);
	db_bind_int(s, ":started_at", st->started_at);
	db_bind_int(s, ":now", now);
	db_bind_text(s, ":what", st->what);
	db_bind_text(s, ":trouble", st->trouble);
	st->beat_at = now;
	return db_run(s, e);
}

static const char FORGET_SQL[] =
    "DELETE FROM stage "
    "WHERE alive_at < :old OR (name = :name AND :single = 1)";

bool
heartbeat_new(struct stage *st, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(&st->db, FORGET_SQL, e);

	db_bind_int(s, ":old", now - STAGE_GONE_S);
	db_bind_text(s, ":name", st->name);
	db_bind_int(s, ":single", st->single);
	return db_run(s, e) && heartbeat_beat(st, now, e);
}

static const char GONE_SQL[] =
    "DELETE FROM stage "
    "WHERE owner = :owner";

void
heartbeat_gone(struct stage *st)
{
	struct err ignored = ERR_NONE;
	struct statement *s = db_prepare(&st->db, GONE_SQL, &ignored);

	db_bind_text(s, ":owner", st->queue.owner);
	db_run(s, &ignored);
}
