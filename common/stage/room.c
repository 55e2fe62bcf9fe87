/*
 * room.c - when the disk fills up while a program runs, it waits until there is room again.
 *
 * Nothing is requested that could not be stored. Interrupted work is as after a crash: its transaction
 * was rolled back, and its lease expires.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/internal.h"

#define ROOM_TRY_MS \
	5000 /* between tries if the file system reports room but refuses to write */

static const char TROUBLE[] = "the disk of the database is full; make room";

/* Tries to write a heartbeat, which also clears the trouble. */
static bool
is_well(struct stage *st)
{
	struct err ignored = ERR_NONE;

	st->trouble = NULL;
	if (db_has_room(&st->db) && heartbeat_beat(st, clock_now(&st->clock), &ignored)) {
		db_reserve_keep(&st->db);
		return true;
	}
	st->trouble = TROUBLE;
	return false;
}

static bool
record_trouble(struct stage *st)
{
	struct err ignored = ERR_NONE;

	return heartbeat_beat(st, clock_now(&st->clock), &ignored);
}

static void
log_no_room(struct stage *st, const struct err *why)
{
	log_line(&st->log, LOG_WARNING, "waiting", "why", why->text, NULL);
	notify_status(&st->events.notify, why->text);
	/* The -wal may have room for it as it is. */
	db_reclaim(&st->db);
	if (!record_trouble(st) && db_reserve_spend(&st->db))
		record_trouble(st);
}

static void
wait_for_room(struct stage *st)
{
	int64_t try_ms = clock_monotonic_ms() + ROOM_TRY_MS;
	bool was_short = !db_has_room(&st->db);

	while (!stage_stop_asked(st)) {
		events_wait(&st->events, st->clock.tick_ms);
		if (was_short ? db_has_room(&st->db) : clock_monotonic_ms() >= try_ms)
			return;
	}
}

bool
room_wait(struct stage *st, struct err *e)
{
	if (!e->no_room || st->options.once)
		return false;
	if (!is_well(st)) {
		log_no_room(st, e);
		do {
			wait_for_room(st);
		} while (!stage_stop_asked(st) && !is_well(st));
		log_line(&st->log, LOG_INFO, "resumed", "why",
		    "there is room on the disk again", NULL);
	}
	err_clear(e);
	return true;
}

bool
room_check(struct stage *st, struct err *e)
{
	if (db_has_room(&st->db))
		return true;
	err_set(
	    e, FAULT_FATAL, "%s: less than %d MiB are free", TROUBLE, DB_ROOM_MIN >> 20);
	e->no_room = true;
	return false;
}
