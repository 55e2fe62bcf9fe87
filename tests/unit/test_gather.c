/*
 * test_gather.c - the write-ahead log is written in large pieces, and whole.
 *
 * A VFS of SQLite under that of common/db/gather.c counts what is written to the log, and can refuse it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/internal.h"
#include "tests/unit/with_db.h"

static struct {
	sqlite3_vfs vfs, *system;
	sqlite3_io_methods methods;
	const sqlite3_io_methods *of_system;
	int writes;
	bool full;
} under;

static int
on_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
	under.writes++;
	return under.full ? SQLITE_FULL : under.of_system->xWrite(f, bytes, len, at);
}

static int
on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *got)
{
	int rc = under.system->xOpen(under.system, path, f, flags, got);

	(void)vfs;
	if (rc != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0)
		return rc;
	under.of_system = f->pMethods;
	under.methods = *f->pMethods;
	under.methods.xWrite = on_write;
	f->pMethods = &under.methods;
	return SQLITE_OK;
}

static void
get_under(void)
{
	under.system = sqlite3_vfs_find(NULL);
	under.vfs = *under.system;
	under.vfs.zName = "under";
	under.vfs.xOpen = on_open;
	sqlite3_vfs_register(&under.vfs, 1);
}

static void
keep(int64_t bytes)
{
	sql("INSERT INTO rejected (source, index_name, document_id, reason, at) "
	    "VALUES ('main', 'x', hex(randomblob(8)), hex(zeroblob(%lld)), 1)",
	    (long long)bytes / 2);
}

/* As another program finds it. */
static bool
is_whole(int64_t rows, int64_t bytes)
{
	struct db other = { .path = db_path };
	struct err e = ERR_NONE;
	int64_t n = -1, sum = -1, sound = 0;

	if (sqlite3_open(db_path, &other.handle) != SQLITE_OK)
		die("no second connection");
	db_one_int(db_prepare(&other, "SELECT count(*) FROM rejected", &e), &n, &e);
	db_one_int(
	    db_prepare(&other, "SELECT sum(length(reason)) FROM rejected", &e), &sum, &e);
	db_one_int(db_prepare(&other,
		       "SELECT count(*) FROM pragma_integrity_check "
		       "WHERE integrity_check = 'ok'",
		       &e),
	    &sound, &e);
	db_close(&other);
	return n == rows && sum == bytes && sound == 1;
}

static void
test_one_write(void)
{
	int before;

	db_fresh();
	keep(60000);
	before = under.writes;
	keep(60000);
	is_int(under.writes - before, 1, "a commit of many pages is one write");
	ok(is_whole(2, 120000), "and whole");
}

static void
test_large(void)
{
	int before;

	db_fresh();
	before = under.writes;
	keep(2000000);
	ok(under.writes - before < 40, "one of 500 pages is a few of them");
	ok(is_whole(1, 2000000), "and whole");
}

/* With little memory, SQLite writes pages before the commit, and reads them again. */
static void
test_spilled(void)
{
	db_fresh();
	sql("PRAGMA cache_size = 10");
	sql("BEGIN");
	for (int i = 0; i < 20; i++)
		keep(40000);
	is_int(number("SELECT sum(length(reason)) FROM rejected"), 800000,
	    "what was written before the commit can be read");
	sql("ROLLBACK");
	sql("BEGIN");
	for (int i = 0; i < 5; i++)
		keep(50000);
	sql("COMMIT");
	ok(is_whole(5, 250000), "a commit after a rollback is whole");
}

static bool
is_sound(struct db *other, int64_t lookups)
{
	struct err e = ERR_NONE;
	int64_t n = -1, sound = 0;

	db_one_int(db_prepare(other, "SELECT count(*) FROM lookup", &e), &n, &e);
	db_one_int(db_prepare(other,
		       "SELECT count(*) FROM pragma_integrity_check "
		       "WHERE integrity_check = 'ok'",
		       &e),
	    &sound, &e);
	return n == lookups && sound == 1;
}

/* What was gathered before a rollback must not be written over what another program commits there later. */
static bool
rolls_back(int64_t pages)
{
	struct db other = { .handle = NULL };
	struct err e = ERR_NONE;
	bool sound;

	db_fresh();
	if (!db_open(&other, db_path, &e))
		die("no second connection");
	sql("PRAGMA cache_size = 10");
	sql("PRAGMA wal_checkpoint");
	sql("BEGIN IMMEDIATE");
	keep(pages * 4096);
	sql("ROLLBACK");
	db_run(
	    db_prepare(&other,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
		"i < 5000) "
		"INSERT INTO lookup (value) SELECT 'v' || i FROM n",
		&e),
	    &e);
	sound = is_sound(&db, 5000) && is_sound(&other, 5000);
	db_close(&other);
	return sound;
}

static void
test_spilled_in_vain(void)
{
	int sound = 0;

	for (int pages = 20; pages < 50; pages++)
		sound += rolls_back(pages);
	is_int(sound, 30, "what another program commits after a rollback stays whole");
}

static void
test_full(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	keep(1000);
	under.full = true;
	ok(db_begin(&db, &e), "on a full disk a transaction begins");
	keep(1000);
	ok(!db_commit(&db, &e), "and cannot be committed");
	ok(e.no_room, "for want of room");
	under.full = false;
	ok(is_whole(1, 1000), "what was committed before is whole");
	keep(1000);
	ok(is_whole(2, 2000), "and so is what is committed once there is room");
}

/* SQLite may then take back the statement alone, and keep the transaction. */
static void
test_full_for_a_moment(void)
{
	struct err e = ERR_NONE;
	bool failed, kept;

	db_fresh();
	sql("PRAGMA cache_size = 10");
	sql("BEGIN IMMEDIATE");
	keep(100000);
	under.full = true;
	failed = !db_run(
	    db_prepare(&db,
		"INSERT INTO rejected (source, index_name, document_id, reason, at) "
		"SELECT source, index_name, document_id || n, reason || n, at "
		"FROM rejected, (SELECT 1 AS n UNION SELECT 2)",
		&e),
	    &e);
	under.full = false;
	ok(failed, "a statement fails while the disk is full");
	kept = !sqlite3_get_autocommit(db.handle);
	ok((!kept || db_commit(&db, &e)) && is_whole(kept, kept ? 100000 : 0),
	    "what was written in the transaction before is whole");
}

int
main(void)
{
	db_directory_make();
	get_under();
	test_one_write();
	test_large();
	test_spilled();
	test_spilled_in_vain();
	test_full();
	test_full_for_a_moment();
	db_directory_remove();
	return done_testing();
}
