/*
 * db.h - the one SQLite file: opening, migrating, transactions, statements.
 *
 * WAL, synchronous=FULL, short IMMEDIATE transactions with no network inside. schema.sql is embedded;
 * the program that starts first creates the file (0640), even if two start at once. Numbered migrations
 * (common/migrations/NNN.sql) run one per transaction, with a copy PATH.before-NNN kept before the
 * first; after a kill at any point the file is as before a step or after it. Migrations change only
 * tables and rows; after the last one, indexes, triggers and views are made as in schema.sql. Files
 * that are not ours, or newer than this program, are refused.
 *
 * SQL stands in constants above the one function that runs it, one clause a line, and binds by name. It
 * uses only what PostgreSQL also understands (tests/e2e/test_sql.py names a broken rule): parameters
 * have names, and a CAST where their type is not clear; DO UPDATE names the key, and qualifies the
 * table's column next to excluded; CASE, no min or max of two; IS [NOT] DISTINCT FROM; RETURNING id;
 * booleans are neither summed nor bound; no json_*, GLOB or INSERT OR; LIMIT goes with ORDER BY, and an
 * UPDATE by a subselect repeats its condition; a subquery has a name; NULL is never sorted by accident.
 *
 * SQLite's single writer guarantees the following; an engine with several writers would need locks for
 * it: a claim sees no row that another claim has just leased (queue.c); the ledger writes its month's
 * row before it reads its counts, so that two bookings wait for each other; settling a post and merging
 * samples see the sample's counts as of their commit. Everything else is one row under its token, an
 * upsert, or a table with one holder.
 *
 * db_fail turns a failed statement into a fault: locked for too long, full and unreadable are
 * FAULT_FATAL; foreign, newer and corrupt files are FAULT_CONFIG.
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
/* a lock held longer than this is logged, every time */
#define DB_BUSY_SAY_MS 5000
#define DB_BUSY_GIVE_UP_MS 60000
/* longest wait for a lock after a request to stop */
#define DB_BUSY_STOP_MS 1000
/* free bytes below which no program starts, or resumes after a full disk */
#define DB_ROOM_MIN (8 << 20)
#define DB_STATEMENTS_MAX 256

struct statement;

struct db {
	struct sqlite3 *handle; /* private to common/db */
	const char *path;
	/* Called while waiting for a lock: one to report it, one to ask whether to give up. Both may be
	 * NULL. */
	void (*say)(void *ctx, const char *sentence);
	bool (*stop_asked)(void *ctx);
	void *ctx;
	int64_t say_ms, give_up_ms; /* 0: as above */
	/* a sentence if the file seems to have lost its latest writes; NULL: no sign of it */
	const char *loss;
	bool stopped_waiting; /* a wait was given up because of a request to stop */
	int64_t waiting_since_ms, said_at_ms;
	struct statement *cache[DB_STATEMENTS_MAX];
	int cached, used; /* their number, and the one that was used last */
	int64_t data_version;
};

extern const char schema_sql[];
struct migration {
	int version;
	const char *sql;
};
extern const struct migration migrations[]; /* versions 2.., ended by version 0 */

/* Opens the file, after creating or migrating it if necessary. `path` is kept by reference. Faults as from
 * db_fail; FAULT_CONFIG also for a path that cannot be used. Release with db_close. */
bool db_open(struct db *db, const char *path, struct err *e);
/* For --check: opens read-only and creates nothing, not even -wal or -shm; db_is_open says whether
 * there is a file. FAULT_CONFIG with the fix for a missing directory, a foreign, newer or corrupt file.
 * Release with db_close. */
bool db_look(struct db *db, const char *path, struct err *e);
void db_close(struct db *db);

bool db_is_open(const struct db *db);
/* After a fault with no_room: is there room on the file system again? */
bool db_has_room(const struct db *db);
/* Moves what was written so far from the -wal into the file, so that the room of the -wal is reused. */
void db_reclaim(struct db *db);
/* Makes PATH-reserve, a file that only takes room, as large as it can be. */
void db_reserve_keep(const struct db *db);
/* On a full disk: gives a part of that room back, for one short write; false: nothing is left. */
bool db_reserve_spend(const struct db *db);
/* Gives a part of the free space inside the file back to the file system, if much of the file is free.
 * *more: call it again. Does nothing to a file of version 1, which cannot shrink. */
bool db_shrink(struct db *db, bool *more, struct err *e);
/* Whether the open file still has its name; FAULT_CONFIG: it was moved, removed or replaced. */
bool db_keeps_its_place(struct db *db, struct err *e);
/* Size of the -wal file; 0: there is none. */
int64_t db_wal_bytes(const struct db *db);
/* Size of the file itself. */
int64_t db_file_bytes(const struct db *db);

/* Runs body in one transaction with no other writer; it is committed when body returns true, else
 * rolled back. body may run again, so it changes only the database: it writes no log line, raises no
 * counter and changes no field of ctx that its next run would read; it assigns its results to ctx.
 * Inside another body it is a part of that transaction, and if it fails, the other must fail too. */
bool db_transact(
    struct db *db, bool (*body)(void *ctx, struct err *e), void *ctx, struct err *e);

/* A statement from the cache, reset and with no bindings; NULL with a fault. Keyed by the address of
 * the constant. The functions below accept NULL and do nothing, and the fault stays in e, so only the
 * last result needs a check. */
struct statement *db_prepare(struct db *db, const char *sql, struct err *e);
/* Binding by name (":id"); an unknown name is an assertion. Text is copied, with U+FFFD in place of
 * what is not UTF-8: other engines would always refuse such a row. NULL binds NULL. */
void db_bind_int(struct statement *s, const char *name, int64_t value);
void db_bind_int_or_null(
    struct statement *s, const char *name, int64_t value); /* below 0: NULL */
void db_bind_text(struct statement *s, const char *name, const char *value);
void db_bind_blob(struct statement *s, const char *name, const void *bytes, size_t len);
void db_bind_null(struct statement *s, const char *name);
/* The same for a name that the statement need not have. */
void db_offer_int(struct statement *s, const char *name, int64_t value);
void db_offer_text(struct statement *s, const char *name, const char *value);
/* Runs to the end; false with a fault. */
bool db_run(struct statement *s, struct err *e);
/* 1 a row, 0 the end (statement reset), -1 a fault. To stop before the end, call db_reset: until then
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

/* Another number whenever another connection has committed; -1: it cannot be read. */
int64_t db_version(struct db *db);
/* True when another connection committed since the last call. */
bool db_changed(struct db *db);

/* Sets the fault for a damaged file, with the fix; returns false. */
bool db_corrupt(const struct db *db, struct err *e, const char *what);
/* Turns SQLite's last error into a fault and a sentence; returns false. */
bool db_fail(struct db *db, struct err *e, const char *doing);

#endif
