/*
 * db.c - transactions; see db.h. Statements are in statement.c, opening files in open.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/internal.h"

bool
db_is_open(const struct db *db)
{
	return db->handle != NULL;
}

void
db_close(struct db *db)
{
	statement_free_all(db);
	sqlite3_close(db->handle);
	db->handle = NULL;
}

/* ---- transactions */

static bool
run_constant(struct db *db, const char *sql, struct err *e)
{
	return db_run(db_prepare(db, sql, e), e);
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

	/* After a full disk or an I/O error SQLite has already rolled back. */
	if (!sqlite3_get_autocommit(db->handle))
		run_constant(db, ROLLBACK_SQL, &ignored);
}

bool
db_transact(
    struct db *db, bool (*body)(void *ctx, struct err *e), void *ctx, struct err *e)
{
	if (!sqlite3_get_autocommit(db->handle))
		return body(ctx, e);
	if (!db_begin(db, e))
		return false;
	if (body(ctx, e))
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

static const char DATA_VERSION_SQL[] = "PRAGMA data_version";

int64_t
db_version(struct db *db)
{
	struct err ignored = ERR_NONE;
	int64_t version = -1;

	db_one_int(db_prepare(db, DATA_VERSION_SQL, &ignored), &version, &ignored);
	return version;
}

bool
db_changed(struct db *db)
{
	int64_t before = db->data_version;

	db->data_version = db_version(db);
	return db->data_version < 0 || db->data_version != before;
}
