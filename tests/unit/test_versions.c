/*
 * test_versions.c - a filled file of version 1, brought to today's version by common/migrations while a
 * program of version 1 uses it.
 *
 * tests/fixtures/version-1 holds that version's schema.sql, rows in every table, and all statements of
 * its programs, one a line.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>

#include "common/base/buf.h"
#include "publisher/store/store.h"
#include "tests/unit/with_db.h"

#define FIXTURE_MAX (1 << 20)
#define ITEMS_MAX 100
#define TABLES_MAX 40

static char *
fixture(const char *name)
{
	static char text[FIXTURE_MAX];
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "tests/fixtures/version-1/%s", name);
	f = fopen(path, "r");
	if (f == NULL)
		die(path);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	return text;
}

/* `db` is the connection of a program of version 1. */
static void
fresh_version_1(void)
{
	db_close(&db);
	db_files_remove(db_path);
	db = (struct db){ .path = db_path };
	if (sqlite3_open(db_path, &db.handle) != SQLITE_OK)
		die("cannot open the file");
	sql("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
	sql_in(db.handle, fixture("schema.sql"));
	sql_in(db.handle, fixture("rows.sql"));
}

static void
bring_up_to_date(void)
{
	struct db newer = { .handle = NULL };
	struct err e = ERR_NONE;
	char copy[100];

	ok(db_open(&newer, db_path, &e), "a program of today opens it");
	if (e.fault != FAULT_NONE)
		printf("# %s\n", e.text);
	db_close(&newer);
	snprintf(copy, sizeof copy, "%s.before-002", db_path);
	is_int(unlink(copy), 0, "and keeps a copy");
}

/* ---- nothing is lost */

struct contents {
	char *table, *query, *rows;
};

/* One text of all columns and rows of each table of version 1. */
static size_t
read_contents(struct contents *all)
{
	static const char QUERIES[] =
	    "SELECT t.name, 'SELECT group_concat(' || "
	    "(SELECT group_concat('quote(\"' || name || '\")', ' || ') FROM "
	    "pragma_table_info(t.name)) "
	    "|| ', char(10)) FROM ' || t.name "
	    "FROM sqlite_schema t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' "
	    "ORDER BY t.name";
	sqlite3_stmt *s;
	size_t n = 0;

	if (sqlite3_prepare_v2(db.handle, QUERIES, -1, &s, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db.handle));
	while (sqlite3_step(s) == SQLITE_ROW && n < TABLES_MAX) {
		all[n].table = strdup((const char *)sqlite3_column_text(s, 0));
		all[n].query = strdup((const char *)sqlite3_column_text(s, 1));
		all[n].rows = strdup(words("%s", all[n].query));
		n++;
	}
	sqlite3_finalize(s);
	return n;
}

static void
test_rows(void)
{
	struct contents all[TABLES_MAX];
	size_t n;

	fresh_version_1();
	n = read_contents(all);
	bring_up_to_date();
	for (size_t i = 0; i < n; i++) {
		printf("# table %s\n", all[i].table);
		ok(all[i].rows[0] != '\0', "the file of version 1 has rows in it");
		if (strcmp(all[i].table, "guarded") == 0)
			is_text(words("%s", all[i].query), "",
			    "posts are searched again for every identity");
		else
			is_text(words("%s", all[i].query), all[i].rows, "all are kept");
		free(all[i].table);
		free(all[i].query);
		free(all[i].rows);
	}
	is_text(words("PRAGMA integrity_check"), "ok", "the file is sound");
	is_text(words("PRAGMA foreign_key_check"), "", "no row is an orphan");
	is_int(
	    number(
		"SELECT count(*) FROM lookup WHERE outcome IS NOT NULL AND first_at IS NULL"),
	    number("SELECT count(*) FROM lookup WHERE outcome IS NOT NULL"),
	    "the enricher will plan when answered files are looked up again");
}

/* Version 1 wrote brackets that the site's own editor brings to life; so does its publisher while it still
 * runs. */
static void
test_posts(void)
{
	struct err e = ERR_NONE;
	int64_t others, published;

	fresh_version_1();
	others = number("SELECT count(*) FROM post WHERE state IN ('held', 'skipped')");
	published = number(
	    "SELECT count(*) FROM post WHERE state = 'done' AND wanted = 'publish'");
	ok(others > 0 && published > 0, "the file of version 1 has posts of both kinds");
	bring_up_to_date();
	ok(store_write_unsealed(&db, &e), "the publisher starts");
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending' AND "
		      "wp_id IS NOT NULL"),
	    published, "every post on the site is written in today's markup");
	sql("UPDATE post SET state = 'done', token = token + 1, sent_seal = 's' "
	    "WHERE state = 'pending'");
	ok(store_write_unsealed(&db, &e), "the publisher starts again");
	is_int(
	    number("SELECT count(*) FROM post WHERE state = 'pending'"), 0, "... once");
	is_int(number("SELECT count(*) FROM post WHERE overwrite = 1"), 0,
	    "... but for what people changed");
	is_int(number("SELECT count(*) FROM post WHERE state IN ('held', 'skipped')"),
	    others, "... and what is held or skipped");
}

/* ---- a migrated file is like a new one */

/* Without comments, and with one blank for any white space. */
static void
tidy(struct buf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] == '-' && p[1] == '-') {
			p += strcspn(p, "\n");
			if (*p == '\0')
				break;
		}
		if (!isspace((unsigned char)*p))
			buf_putc(out, *p);
		else if (out->len > 0 && strchr("( ", out->ptr[out->len - 1]) == NULL &&
			 p[1 + strspn(p + 1, " \n\t")] != ')' &&
			 p[1 + strspn(p + 1, " \n\t")] != ',')
			buf_putc(out, ' ');
	}
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The columns and constraints of a CREATE TABLE, sorted, since a migration adds its columns at the end. */
static void
sort_items(struct buf *out, char *text)
{
	char *items[ITEMS_MAX], *start = strchr(text, '('), *p;
	size_t n = 0;
	int depth = 0;

	for (p = start; *p != '\0'; p++) {
		if (*p == '(' && depth++ == 0)
			items[n++] = p + 1;
		if (depth == 1 && *p == ',')
			items[n++] = p + 1;
		if ((depth == 1 && *p == ',') || (*p == ')' && --depth == 0))
			*p = '\0';
		if (n == ITEMS_MAX)
			die("more columns than the test expects");
		if (depth == 0 && p > start)
			break;
	}
	*start = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t len;

		items[i] += strspn(items[i], " ");
		len = strlen(items[i]);
		if (len > 0 && items[i][len - 1] == ' ')
			items[i][len - 1] = '\0';
	}
	qsort(items, n, sizeof items[0], by_text);
	buf_printf(out, "%s%s\n", text, p + 1);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "  %s\n", items[i]);
}

static char *
whole_schema(void)
{
	struct buf out = BUF_INIT(FIXTURE_MAX);
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db.handle,
		"SELECT type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT "
		"LIKE "
		"'sqlite_%' ORDER BY type, name",
		-1, &s, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db.handle));
	while (sqlite3_step(s) == SQLITE_ROW) {
		auto_buf tidied = BUF_INIT(FIXTURE_MAX);

		tidy(&tidied, (const char *)sqlite3_column_text(s, 1));
		if (strcmp((const char *)sqlite3_column_text(s, 0), "table") == 0)
			sort_items(&out, tidied.ptr);
		else
			buf_printf(&out, "%s\n", buf_text(&tidied));
	}
	sqlite3_finalize(s);
	return out.ptr;
}

static void
same_lines(char *have, char *want)
{
	char *h, *w, *h_rest, *w_rest;

	for (h = strtok_r(have, "\n", &h_rest), w = strtok_r(want, "\n", &w_rest);
	     h != NULL && w != NULL && strcmp(h, w) == 0;
	     h = strtok_r(NULL, "\n", &h_rest), w = strtok_r(NULL, "\n", &w_rest))
		;
	is_text(h != NULL ? h : "", w != NULL ? w : "",
	    "the first line in which a migrated schema differs from schema.sql");
}

static void
test_schema(void)
{
	char *migrated, *fresh, *noise;

	fresh_version_1();
	bring_up_to_date();
	migrated = whole_schema();
	noise = strdup(words("SELECT group_concat(hash || reason) FROM noise"));
	is_int(number("PRAGMA user_version"), DB_VERSION, "the version is today's");
	db_fresh();
	fresh = whole_schema();
	ok(strlen(fresh) > 10000, "schema.sql holds as much");
	same_lines(migrated, fresh);
	is_text(noise, words("SELECT group_concat(hash || reason) FROM noise"),
	    "and the same hashes are noise");
	free(migrated);
	free(fresh);
	free(noise);
}

/* ---- the older program goes on */

/* A LIMIT must be a number. */
static void
bind_limits(sqlite3_stmt *s)
{
	static const char *const NAMES[] = { ":most", ":max", ":batch" };

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		sqlite3_bind_int(s, sqlite3_bind_parameter_index(s, NAMES[i]), 1);
}

static int
compile_all(sqlite3_stmt **all, size_t max)
{
	char *rest, *text = fixture("statements.sql");
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (n == max)
			die("more statements than the test expects");
		if (sqlite3_prepare_v2(db.handle, line, -1, &all[n], NULL) != SQLITE_OK)
			printf("# %s: %s\n", line, sqlite3_errmsg(db.handle));
		bind_limits(all[n++]);
	}
	return (int)n;
}

/* With nothing else bound a statement changes nothing, or breaks a constraint: what matters is that it still
 * runs against the newer tables. */
static int
run_all(sqlite3_stmt **all, int n)
{
	int wrong = 0;

	for (int i = 0; i < n; i++) {
		int rc = all[i] != NULL ? sqlite3_step(all[i]) : SQLITE_MISUSE;

		if (rc != SQLITE_ROW && rc != SQLITE_DONE && rc != SQLITE_CONSTRAINT) {
			wrong++;
			printf(
			    "# %s: %s\n", sqlite3_sql(all[i]), sqlite3_errmsg(db.handle));
		}
		sqlite3_finalize(all[i]);
	}
	return wrong;
}

static void
test_older_program(void)
{
	sqlite3_stmt *all[200];
	int n;

	fresh_version_1();
	sql("CREATE TEMP TABLE asked (hash TEXT PRIMARY KEY) WITHOUT ROWID");
	n = compile_all(all, 200);
	ok(n > 100, "a program of version 1 has its statements ready");
	sql("UPDATE lookup SET state = 'leased', token = token + 1, owner = 'old', "
	    "lease_until = 9 "
	    "WHERE id = 4");
	bring_up_to_date();
	sql("BEGIN");
	is_int(run_all(all, n), 0, "all of them still run");
	sql("ROLLBACK");
	sql("INSERT INTO sample (sha256) VALUES ('%064x')", 5);
	is_int(number("SELECT count(*) FROM lookup WHERE state = 'pending'"), 1,
	    "its new sample is looked up");
	sql("UPDATE lookup SET state = 'done', token = token + 1, outcome = 'found', "
	    "owner = NULL, "
	    "lease_until = NULL, settled_at = 8 WHERE id = 4 AND token = 1 AND state = "
	    "'leased'");
	is_int(sqlite3_changes(db.handle), 1, "it settles what it had claimed");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "raw, raw_size) "
	    "VALUES (4, 4, 8, 'found', 'undetected', x'7b7d', 2)");
	is_int(
	    number("SELECT count(*) FROM post WHERE sample_id = 4 AND state = 'pending'"),
	    1, "and its answer makes a post");
}

int
main(void)
{
	db_directory_make();
	test_rows();
	test_posts();
	test_schema();
	test_older_program();
	db_directory_remove();
	return done_testing();
}
