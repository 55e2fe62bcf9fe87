/*
 * with_db.h - the database of a unit test: fresh for each case, changed and asked by SQL as a person
 * would. Mistakes of the test itself end it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WITH_DB_H
#define POTPRESS_WITH_DB_H

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/db/db.h"
#include "tests/unit/tap.h"

#define QUERY_MAX 4000

static struct db db;
static char db_directory[] = "/tmp/potpress-unit-XXXXXX";
static char db_path[sizeof db_directory + 8];

static inline void
die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(1);
}

/* Once, at the start of main. */
static inline void
db_directory_make(void)
{
	if (mkdtemp(db_directory) == NULL)
		die("no temporary directory");
	snprintf(db_path, sizeof db_path, "%s/p.db", db_directory);
}

static inline void
db_files_remove(const char *path)
{
	static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
	char name[200];

	for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
		snprintf(name, sizeof name, "%s%s", path, SUFFIXES[i]);
		unlink(name);
	}
}

/* A new database in `db`, in place of the last one. */
static inline void
db_fresh(void)
{
	struct err e = ERR_NONE;

	db_close(&db);
	db_files_remove(db_path);
	db = (struct db){ .handle = NULL };
	if (!db_open(&db, db_path, &e))
		die(e.text);
}

/* Once, at the end of main. */
static inline void
db_directory_remove(void)
{
	db_close(&db);
	db_files_remove(db_path);
	rmdir(db_directory);
}

static inline void
sql_in(sqlite3 *handle, const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK) {
		printf("# %s\n", text);
		die(message);
	}
}

static inline void __attribute__((format(printf, 1, 2))) sql(const char *fmt, ...)
{
	char text[QUERY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	sql_in(db.handle, text);
}

static inline sqlite3_stmt *
first_row(const char *text)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db.handle, text, -1, &s, NULL) != SQLITE_OK) {
		printf("# %s\n", text);
		die(sqlite3_errmsg(db.handle));
	}
	sqlite3_step(s);
	return s;
}

/* The first column of the first row; NULL and no row are -1. */
static inline int64_t __attribute__((format(printf, 1, 2))) number(const char *fmt, ...)
{
	char text[QUERY_MAX];
	sqlite3_stmt *s;
	int64_t n = -1;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	s = first_row(text);
	if (sqlite3_column_type(s, 0) != SQLITE_NULL)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

/* The same as text, valid until the next call; NULL and no row are "". */
static inline const char *__attribute__((format(printf, 1, 2)))
words(const char *fmt, ...)
{
	static char text[QUERY_MAX];
	const char *seen;
	sqlite3_stmt *s;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	s = first_row(text);
	seen = (const char *)sqlite3_column_text(s, 0);
	snprintf(text, sizeof text, "%s", seen != NULL ? seen : "");
	sqlite3_finalize(s);
	return text;
}

#endif
