/*
 * db.c - transactions, statements and what SQLite's errors mean; see db.h. db_open.c opens files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/db.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- errors */

static bool
fail_as(struct err *e, enum fault fault, const struct db *db, const char *doing,
    const char *what)
{
	return err_set(e, fault, "%s (%s): %s", doing, db->path, what);
}

bool
db_corrupt(const struct db *db, struct err *e, const char *what)
{
	return err_set(e, FAULT_CONFIG,
	    "the database %s is corrupt (%s): stop the programs, "
	    "keep a copy, and restore a backup or use sqlite3's .recover",
	    db->path, what);
}

static bool
disk_full(const struct db *db, struct err *e, const char *doing)
{
	return fail_as(e, FAULT_FATAL, db, doing, "the disk is full; make room");
}

bool
db_fail(struct db *db, struct err *e, const char *doing)
{
	int code = db->handle != NULL ? sqlite3_errcode(db->handle) & 0xff : SQLITE_NOMEM;
	const char *text =
	    db->handle != NULL ? sqlite3_errmsg(db->handle) : "out of memory";

	switch (code) {
	case SQLITE_NOTADB:
		return err_set(e, FAULT_CONFIG,
		    "%s is no SQLite database; set `path` in [database] to "
		    "a file of potpress's own",
		    db->path);
	case SQLITE_CORRUPT:
		return db_corrupt(db, e, text);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail_as(e, FAULT_FATAL, db, doing,
		    "the database stayed locked by another "
		    "program; end that program or its transaction");
	case SQLITE_FULL:
		return disk_full(db, e, doing);
	case SQLITE_IOERR:
		/* The -shm could not grow. */
		if (sqlite3_system_errno(db->handle) == ENOSPC)
			return disk_full(db, e, doing);
		return fail_as(e, FAULT_FATAL, db, doing, text);
	case SQLITE_CANTOPEN:
		return fail_as(e, FAULT_FATAL, db, doing,
		    "it cannot be opened; it, its -wal and -shm and their "
		    "directory must belong to the user this program runs as");
	case SQLITE_READONLY:
		return fail_as(e, FAULT_FATAL, db, doing,
		    "the database cannot be written; it and its "
		    "directory must belong to the user this program runs as");
	default:
		return fail_as(e, FAULT_FATAL, db, doing, text);
	}
}

void
db_close(struct db *db)
{
	for (int i = 0; i < db->cached; i++)
		sqlite3_finalize(db->cache[i].stmt);
	db->cached = 0;
	sqlite3_close(db->handle);
	db->handle = NULL;
}

/* ---- transactions */

static bool
run_constant(struct db *db, const char *sql, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, sql, e);

	return s != NULL && db_run(db, s, e);
}

static const char BEGIN_SQL[] = "BEGIN IMMEDIATE";
static const char COMMIT_SQL[] = "COMMIT";
static const char ROLLBACK_SQL[] = "ROLLBACK";

bool
db_begin(struct db *db, struct err *e)
{
	return run_constant(db, BEGIN_SQL, e);
}

bool
db_commit(struct db *db, struct err *e)
{
	if (run_constant(db, COMMIT_SQL, e))
		return true;
	db_rollback(db);
	return false;
}

void
db_rollback(struct db *db)
{
	struct err ignored = ERR_NONE;

	/* A full disk or an I/O error has rolled back by itself. */
	if (!sqlite3_get_autocommit(db->handle))
		run_constant(db, ROLLBACK_SQL, &ignored);
}

/* ---- statements */

sqlite3_stmt *
db_prepare(struct db *db, const char *sql, struct err *e)
{
	sqlite3_stmt *s = NULL;

	for (int i = 0; i < db->cached; i++) {
		if (db->cache[i].sql != sql)
			continue;
		sqlite3_reset(db->cache[i].stmt);
		sqlite3_clear_bindings(db->cache[i].stmt);
		return db->cache[i].stmt;
	}
	assert(db->cached < DB_STATEMENTS_MAX);
	if (sqlite3_prepare_v3(
		db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK) {
		db_fail(db, e, "using the database");
		return NULL;
	}
	db->cache[db->cached].sql = sql;
	db->cache[db->cached++].stmt = s;
	return s;
}

static int
parameter(sqlite3_stmt *s, const char *name)
{
	int i = sqlite3_bind_parameter_index(s, name);

	assert(i > 0);
	return i;
}

void
db_bind_int(sqlite3_stmt *s, const char *name, int64_t value)
{
	sqlite3_bind_int64(s, parameter(s, name), value);
}

void
db_bind_text(sqlite3_stmt *s, const char *name, const char *value)
{
	sqlite3_bind_text(s, parameter(s, name), value, -1, SQLITE_TRANSIENT);
}

void
db_bind_blob(sqlite3_stmt *s, const char *name, const void *bytes, size_t len)
{
	sqlite3_bind_blob64(s, parameter(s, name), bytes, len, SQLITE_TRANSIENT);
}

void
db_bind_null(sqlite3_stmt *s, const char *name)
{
	sqlite3_bind_null(s, parameter(s, name));
}

int
db_step(struct db *db, sqlite3_stmt *s, struct err *e)
{
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(s);
		return 0;
	}
	db_fail(db, e, "using the database");
	sqlite3_reset(s);
	return -1;
}

bool
db_run(struct db *db, sqlite3_stmt *s, struct err *e)
{
	int step;

	while ((step = db_step(db, s, e)) == 1)
		;
	return step == 0;
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t
db_last_id(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

bool
db_one_int(struct db *db, sqlite3_stmt *s, int64_t *out, struct err *e)
{
	bool found = db_step(db, s, e) == 1 && sqlite3_column_type(s, 0) != SQLITE_NULL;

	if (found)
		*out = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return found;
}

const char *
db_text(sqlite3_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s, column);

	return text != NULL ? (const char *)text : "";
}

char *
db_text_dup(sqlite3_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s, column);

	return text != NULL ? strdup((const char *)text) : NULL;
}

static const char DATA_VERSION_SQL[] = "PRAGMA data_version";

bool
db_changed(struct db *db)
{
	struct err ignored = ERR_NONE;
	sqlite3_stmt *s = db_prepare(db, DATA_VERSION_SQL, &ignored);
	int64_t version = db->data_version;
	bool changed;

	if (s == NULL || !db_one_int(db, s, &version, &ignored))
		return true;
	changed = version != db->data_version;
	db->data_version = version;
	return changed;
}
