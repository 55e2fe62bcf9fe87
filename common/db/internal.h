/* internal.h - what the files of this room share; the only place that knows SQLite.
 * SPDX-License-Identifier: MIT */
#ifndef POTPRESS_DB_INTERNAL_H
#define POTPRESS_DB_INTERNAL_H

#include <sqlite3.h>

#include "common/db/db.h"

struct statement {
	struct db *db;
	const char *sql; /* the constant it was prepared from */
	sqlite3_stmt *stmt;
	int bound; /* the parameter that was bound last */
	bool unbound; /* memory ran out for a value: it must not run */
};
void statement_free_all(struct db *db);

#define DB_PATH_TEXT_MAX 4200

bool db_begin(struct db *db, struct err *e); /* BEGIN IMMEDIATE */
bool db_commit(struct db *db, struct err *e); /* rolls back when it fails */
void db_rollback(struct db *db);

/* What a file says about itself. */
struct db_identity {
	int64_t application_id, version, tables;
};
bool db_identify(struct db *db, struct db_identity *out, struct err *e);
bool db_is_empty(const struct db_identity *id);

/* FAULT_CONFIG for a file that is foreign or newer; an empty one is fine. */
bool db_accept_identity(const struct db *db, const struct db_identity *id, struct err *e);
/* Checks the path before it is opened; names the fix for a missing directory, a link, or missing
 * rights. */
bool db_check_directory(const char *path, struct err *e);
bool db_check_link(const char *path, struct err *e);
/* Whether the database, its -wal, its -shm or their directory cannot be written; e names which, its owner and
 * the fix. */
bool db_is_refused(const char *path, struct err *e);

bool db_exists_beside(const char *path, const char *suffix);
/* Before SQLite opens the file: is there a -shm without a -wal? Does the file hold anything, without a
 * -wal? */
bool db_lacks_wal(const char *path);
bool db_was_filled(const char *path);
/* What these mean, as a sentence for struct db. */
const char *db_loss(bool lacks_wal, bool was_filled, const struct db_identity *id);

/* Runs statements that take no parameters. */
bool db_script(struct db *db, const char *sql, struct err *e);

/* The newest version this program knows. */
int db_newest_version(void);
/* Creates the schema in an empty file, or applies the migrations that are missing; two programs at once
 * do it once. After a kill at any point the file is as before, or up to date. */
bool db_bring_up_to_date(struct db *db, const struct db_identity *id, struct err *e);

#endif
