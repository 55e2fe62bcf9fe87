/*
 * db.h - the one SQLite file: opening, migrating, transactions, statements.
 *
 * WAL, synchronous=FULL, short IMMEDIATE transactions with no network inside. schema.sql is
 * embedded; whichever program starts first creates the file (0640), two at once included. Numbered
 * migrations (common/migrations/NNN.sql) run one per transaction, with a copy PATH.before-NNN kept
 * before the first; killed at any point the file is as before a step or after it. Files that are
 * not ours, or newer than this program, are refused.
 *
 * SQL stands in constants above the one function that runs it, and binds by name. A failed
 * statement turns into a fault by db_fail: locked for long, full, unreadable are FAULT_FATAL;
 * foreign, newer and corrupt files are FAULT_CONFIG.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DB_H
#define POTPRESS_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

/* as in schema.sql */
#define DB_APPLICATION_ID 0x504f5450 /* "POTP" */
#define DB_VERSION 1
/* a lock held longer than this is said in the log, every time */
#define DB_BUSY_SAY_MS 5000
#define DB_BUSY_GIVE_UP_MS 60000
/* nor is one waited for longer than this once a stop was asked for */
#define DB_BUSY_STOP_MS 1000
/* with fewer bytes free no program starts to work */
#define DB_ROOM_MIN (8 << 20)
#define DB_STATEMENTS_MAX 128

struct db {
	sqlite3 *handle;
	const char *path;
	/* While a lock is waited for: told so; asked whether to give up. Both may be NULL. */
	void (*say)(void *ctx, const char *sentence);
	bool (*stop_asked)(void *ctx);
	void *ctx;
	int64_t say_ms, give_up_ms; /* 0: as above */
	bool stopped_waiting; /* a wait was given up because a stop was asked for */
	int64_t waiting_since_ms, said_at_ms;
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} cache[DB_STATEMENTS_MAX];
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
/* For --check: opens read-only and creates nothing, not even -wal or -shm; db->handle stays NULL when
 * there is no file yet. FAULT_CONFIG with the cure for a missing directory, a foreign, newer or corrupt
 * file. Release with db_close. */
bool db_look(struct db *db, const char *path, struct err *e);
void db_close(struct db *db);

bool db_begin(struct db *db, struct err *e); /* BEGIN IMMEDIATE */
bool db_commit(struct db *db, struct err *e); /* rolls back when it fails */
void db_rollback(struct db *db);

/* A statement from the cache, reset and with no bindings; NULL with a fault. Keyed by the address
 * of the constant. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct err *e);
/* Binding by name (":id"); an unknown name is an assertion. Text is copied; NULL binds NULL. */
void db_bind_int(sqlite3_stmt *s, const char *name, int64_t value);
void db_bind_text(sqlite3_stmt *s, const char *name, const char *value);
void db_bind_blob(sqlite3_stmt *s, const char *name, const void *bytes, size_t len);
void db_bind_null(sqlite3_stmt *s, const char *name);
/* Runs to the end; false with a fault. */
bool db_run(struct db *db, sqlite3_stmt *s, struct err *e);
/* 1 a row, 0 the end (statement reset), -1 a fault. */
int db_step(struct db *db, sqlite3_stmt *s, struct err *e);
int64_t db_changes(const struct db *db); /* rows of the last db_run */
int64_t db_last_id(const struct db *db);
/* One number or one text (caller frees); false when there is no row or it is NULL. */
bool db_one_int(struct db *db, sqlite3_stmt *s, int64_t *out, struct err *e);
/* Column as text, "" for NULL, valid until the next step. */
const char *db_text(sqlite3_stmt *s, int column);
/* Column as text copied (free()), NULL for NULL. */
char *db_text_dup(sqlite3_stmt *s, int column);

/* True when another connection committed since the last call. */
bool db_changed(struct db *db);

/* Says that the file is damaged, and the cure; returns false. */
bool db_corrupt(const struct db *db, struct err *e, const char *what);
/* Turns SQLite's last error into a fault and a sentence; returns false. */
bool db_fail(struct db *db, struct err *e, const char *doing);

#endif
