/*
 * statement.c - statements, their parameters and their rows; see db.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/db/internal.h"

/* ---- the cache */

/* Statements mostly follow each other as they did the first time. */
static struct statement *
cached(struct db *db, const char *sql)
{
	for (int i = 0; i < db->cached; i++) {
		db->used = (db->used + 1) % db->cached;
		if (db->cache[db->used]->sql == sql)
			return db->cache[db->used];
	}
	return NULL;
}

static struct statement *
prepare(struct db *db, const char *sql, struct err *e)
{
	struct statement *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	s->db = db;
	s->sql = sql;
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt,
		NULL) == SQLITE_OK)
		return s;
	db_fail(db, e, "using the database");
	free(s);
	return NULL;
}

struct statement *
db_prepare(struct db *db, const char *sql, struct err *e)
{
	struct statement *s = cached(db, sql);

	if (s != NULL) {
		db_reset(s);
		sqlite3_clear_bindings(s->stmt);
		s->unbound = false;
		s->bound = 0;
		return s;
	}
	assert(db->cached < DB_STATEMENTS_MAX);
	s = prepare(db, sql, e);
	if (s != NULL)
		db->cache[db->cached++] = s;
	return s;
}

void
statement_free_all(struct db *db)
{
	for (int i = 0; i < db->cached; i++) {
		sqlite3_finalize(db->cache[i]->stmt);
		free(db->cache[i]);
	}
	db->cached = 0;
}

/* ---- parameters */

/* 0: there is none of this name. Values are mostly bound in the order of their names; finding one compares all
 * names before it. */
static int
find_parameter(struct statement *s, const char *name)
{
	const char *next = sqlite3_bind_parameter_name(s->stmt, s->bound + 1);

	if (next != NULL && strcmp(next, name) == 0)
		s->bound++;
	else
		s->bound = sqlite3_bind_parameter_index(s->stmt, name);
	return s->bound;
}

static int
parameter(struct statement *s, const char *name)
{
	int i = find_parameter(s, name);

	assert(i > 0);
	return i;
}

void
db_bind_int(struct statement *s, const char *name, int64_t value)
{
	if (s != NULL)
		sqlite3_bind_int64(s->stmt, parameter(s, name), value);
}

void
db_bind_int_or_null(struct statement *s, const char *name, int64_t value)
{
	if (value >= 0)
		db_bind_int(s, name, value);
	else
		db_bind_null(s, name);
}

static void
bind_valid(struct statement *s, const char *name, const char *value, size_t len)
{
	if (sqlite3_bind_text64(s->stmt, parameter(s, name), value, len, SQLITE_TRANSIENT,
		SQLITE_UTF8) != SQLITE_OK)
		s->unbound = true;
}

/* Each broken byte becomes the three of U+FFFD. */
static void
bind_repaired(struct statement *s, const char *name, const char *value, size_t len)
{
	auto_buf clean = BUF_INIT(3 * len + 1);

	utf8_clean(&clean, value, len, 3 * len);
	if (buf_ok(&clean))
		bind_valid(s, name, buf_text(&clean), clean.len);
	else
		s->unbound = true;
}

void
db_bind_text(struct statement *s, const char *name, const char *value)
{
	size_t len = value != NULL ? strlen(value) : 0;

	if (s == NULL)
		return;
	if (value == NULL || utf8_valid(value, len))
		bind_valid(s, name, value, len);
	else
		bind_repaired(s, name, value, len);
}

void
db_bind_blob(struct statement *s, const char *name, const void *bytes, size_t len)
{
	if (s != NULL && sqlite3_bind_blob64(s->stmt, parameter(s, name), bytes, len,
			     SQLITE_TRANSIENT) != SQLITE_OK)
		s->unbound = true;
}

void
db_bind_null(struct statement *s, const char *name)
{
	if (s != NULL)
		sqlite3_bind_null(s->stmt, parameter(s, name));
}

static bool
has_parameter(struct statement *s, const char *name)
{
	return s != NULL && find_parameter(s, name) > 0;
}

void
db_offer_int(struct statement *s, const char *name, int64_t value)
{
	if (has_parameter(s, name))
		db_bind_int(s, name, value);
}

void
db_offer_text(struct statement *s, const char *name, const char *value)
{
	if (has_parameter(s, name))
		db_bind_text(s, name, value);
}

/* ---- running */

int
db_step(struct statement *s, struct err *e)
{
	int rc;

	if (s == NULL)
		return -1;
	if (s->unbound) {
		err_set(e, FAULT_FATAL, "using the database: out of memory");
		return -1;
	}
	rc = sqlite3_step(s->stmt);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		db_fail(s->db, e, "using the database");
	db_reset(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

void
db_reset(struct statement *s)
{
	sqlite3_reset(s->stmt);
}

bool
db_run(struct statement *s, struct err *e)
{
	int step;

	while ((step = db_step(s, e)) == 1)
		;
	return step == 0;
}

bool
db_one_int(struct statement *s, int64_t *out, struct err *e)
{
	int step = db_step(s, e);

	if (step == 1) {
		if (!db_is_null(s, 0))
			*out = db_int(s, 0);
		db_reset(s);
	}
	return step >= 0;
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->handle);
}

/* ---- rows */

int64_t
db_int(struct statement *s, int column)
{
	return sqlite3_column_int64(s->stmt, column);
}

bool
db_is_null(struct statement *s, int column)
{
	return sqlite3_column_type(s->stmt, column) == SQLITE_NULL;
}

const void *
db_blob(struct statement *s, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(s->stmt, column);

	*len = (size_t)sqlite3_column_bytes(s->stmt, column);
	return bytes;
}

const char *
db_text(struct statement *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s->stmt, column);

	return text != NULL ? (const char *)text : "";
}

char *
db_text_dup(struct statement *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s->stmt, column);

	return text != NULL ? strdup((const char *)text) : NULL;
}
