/*
 * db.h - the one SQLite file: opening, migrating, transactions, statements.
 *
 * WAL, synchronous=FULL, short IMMEDIATE transactions with no network inside. schema.sql is
 * embedded; whichever program starts first creates the file (0640), two at once included. Numbered
 * migrations (common/migrations/NNN.sql) run one per transaction, with a copy PATH.before-NNN kept
 * before the first; killed at any point the file is as before a step or after it. They change tables and
 * rows only: the last one brings indexes, triggers and views to what schema.sql says. Files that are
 * not ours, or newer than this program, are refused.
 *
 * SQL stands in constants above the one function that runs it, one clause a line, and binds by name. It
 * keeps to what PostgreSQL understands too (tests/e2e/test_sql.py says which rule was broken): parameters
 * have names, and CAST where nothing tells their type; DO UPDATE names the key, and the own column is
 * qualified beside excluded; CASE, no min or max of two; IS [NOT] DISTINCT FROM; RETURNING id; booleans
 * are neither summed nor bound; no json_*, GLOB or INSERT OR; LIMIT goes with ORDER BY, and an UPDATE by
 * a subselect repeats its condition; a subquery has a name; NULL is never sorted by accident.
 *
 * What one writer at a time gives for nothing, and an engine with several would have to be asked for: a
 * claim sees no row that another claim has just leased (queue.c); the ledger reads its counts after it has
 * written its month's row, so that two that book wait for each other; whoever settles a post or merges
 * samples finds the sample's counts as they are when it commits. All else is one row under its token, an
 * upsert, or a table with one holder.
 *
 * A failed statement turns into a fault by db_fail: locked for long, full, unreadable are FAULT_FATAL;
 * foreign, newer and corrupt files are FAULT_CONFIG.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DB_H
#define POTPRESS_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

/* as in schema.sql */
#define DB_APPLICATION_ID 0x504f5450 /* "POTP" */
#define DB_VERSION 2
/* a lock held longer than this is said in the log, every time */
#define DB_BUSY_SAY_MS 5000
#define DB_BUSY_GIVE_UP_MS 60000
/* nor is one waited for longer than this once a stop was asked for */
#define DB_BUSY_STOP_MS 1000
/* with fewer bytes free no program starts to work, nor goes on after the disk was full */
#define DB_ROOM_MIN (8 << 20)
#define DB_STATEMENTS_MAX 128

struct statement;

struct db {
	struct sqlite3 *handle; /* common/db's own */
	const char *path;
	/* While a lock is waited for: told so; asked whether to give up. Both may be NULL. */
	void (*say)(void *ctx, const char *sentence);
	bool (*stop_asked)(void *ctx);
	void *ctx;
	int64_t say_ms, give_up_ms; /* 0: as above */
	const char *
	    loss; /* a sentence where the file seems to have lost what was written last */
	bool stopped_waiting; /* a wait was given up because a stop was asked for */
	int64_t waiting_since_ms, said_at_ms;
	struct statement *cache[DB_STATEMENTS_MAX];
	int cached;
	int64_t data_version;
};

extern const char schema_sql[];
struct migration {
	int version;
	const char *sql;
};
extern const struct migration migrations[]; /* versions 2.., ended by version 0 */

bool db_open(struct db *db, const char *path, struct err *e);
/* For --check: opens read-only and creates nothing, not even -wal or -shm; db_is_open tells
 * whether there is a file. FAULT_CONFIG with the fix for a missing directory, a foreign, newer or corrupt
 * file. Release with db_close. */
bool db_look(struct db *db, const char *path, struct err *e);
void db_close(struct db *db);

bool db_is_open(const struct db *db);
/* Is there room beside the file again, after a fault with no_room? */
bool db_has_room(const struct db *db);
/* Makes what was written so far part of the file proper, so that the room of the -wal is used again. */
void db_reclaim(struct db *db);

/* Runs body in one transaction that nobody else can write beside, committed when body returns true, else
 * rolled back. body changes nothing but the database: no log line, no counter, no field of ctx that its
 * next run would read, so that it can be run again; what it found out goes into ctx by assignment. */
bool db_transact(
    struct db *db, bool (*body)(void *ctx, struct err *e), void *ctx, struct err *e);

/* A statement from the cache, reset and with no bindings; NULL with a fault. Keyed by the address
 * of the constant. The functions below take NULL and do nothing, with the fault still in e, so that only
 * the last one is asked. */
struct statement *db_prepare(struct db *db, const char *sql, struct err *e);
/* Binding by name (":id"); an unknown name is an assertion. Text is copied, and what is not UTF-8 in it
 * replaced by U+FFFD: other engines refuse such a row for ever. NULL binds NULL. */
void db_bind_int(struct statement *s, const char *name, int64_t value);
void db_bind_int_or_null(
    struct statement *s, const char *name, int64_t value); /* below 0: NULL */
void db_bind_text(struct statement *s, const char *name, const char *value);
void db_bind_blob(struct statement *s, const char *name, const void *bytes, size_t len);
void db_bind_null(struct statement *s, const char *name);
/* Runs to the end; false with a fault. */
bool db_run(struct statement *s, struct err *e);
/* 1 a row, 0 the end (statement reset), -1 a fault. Who stops before the end calls db_reset: until then
 * the read stays open. */
int db_step(struct statement *s, struct err *e);
void db_reset(struct statement *s);
/* The first column of the first row; *out stays as it was when there is no row or it is NULL. False with
 * a fault. */
bool db_one_int(struct statement *s, int64_t *out, struct err *e);
int64_t db_changes(const struct db *db); /* rows of the last db_run */

/* Columns of the row, from 0: a number (0 for NULL), a text ("" for NULL, valid until the next step), the
 * text copied (free(); NULL for NULL). */
int64_t db_int(struct statement *s, int column);
bool db_is_null(struct statement *s, int column);
/* Bytes, valid until the next step; NULL for NULL and for none. */
const void *db_blob(struct statement *s, int column, size_t *len);
const char *db_text(struct statement *s, int column);
char *db_text_dup(struct statement *s, int column);

/* True when another connection committed since the last call. */
bool db_changed(struct db *db);

/* Says that the file is damaged, and the fix; returns false. */
bool db_corrupt(const struct db *db, struct err *e, const char *what);
/* Turns SQLite's last error into a fault and a sentence; returns false. */
bool db_fail(struct db *db, struct err *e, const char *doing);

#endif
