/*
 * fault.c - what SQLite's errors mean; see db.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/internal.h"

#include <errno.h>

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
	fail_as(e, FAULT_FATAL, db, doing, "the disk is full; make room");
	e->no_room = true;
	return false;
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
		    "%s is not an SQLite database; set `path` in [database] to a file "
		    "of potpress",
		    db->path);
	case SQLITE_CORRUPT:
		return db_corrupt(db, e, text);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail_as(e, FAULT_FATAL, db, doing,
		    "the database stayed locked by another program; stop that program "
		    "or end its transaction");
	case SQLITE_FULL:
		return disk_full(db, e, doing);
	case SQLITE_IOERR:
		/* The -shm could not grow. */
		if (sqlite3_system_errno(db->handle) == ENOSPC)
			return disk_full(db, e, doing);
		return fail_as(e, FAULT_FATAL, db, doing, text);
	case SQLITE_CANTOPEN:
		if (db_is_refused(db->path, e))
			return false;
		return fail_as(e, FAULT_FATAL, db, doing,
		    "it cannot be opened; it, its -wal and -shm and their "
		    "directory must belong to the user this program runs as");
	case SQLITE_READONLY:
		if (db_is_refused(db->path, e))
			return false;
		return fail_as(e, FAULT_FATAL, db, doing,
		    "the database cannot be written; it and its "
		    "directory must belong to the user this program runs as");
	default:
		return fail_as(e, FAULT_FATAL, db, doing, text);
	}
}
