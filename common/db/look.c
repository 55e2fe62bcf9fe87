/*
 * look.c - inspects a database without changing it, for --check; see db.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/db/internal.h"

#define LOOK_BUSY_MS 500
#define LOOK_CHECK_MS 1000 /* a large file is checked only in part */
#define LOOK_CHECK_STEPS 10000 /* of SQLite's machine, between two checks of the time */

static bool
is_live(const char *path)
{
	return db_exists_beside(path, "-wal") && db_exists_beside(path, "-shm");
}

/* Can it be read completely? A crash of the machine leaves a -wal without its -shm; the next program
 * that opens the database repairs that. */
static bool
is_at_rest(const char *path)
{
	return is_live(path) || !db_exists_beside(path, "-wal");
}

/* While a program runs there is a -shm, and reading creates nothing; else the file is read as
 * immutable, which needs no -shm. */
static bool
open_to_look(struct db *db, const char *path, struct err *e)
{
	auto_buf uri = BUF_INIT(3 * DB_PATH_TEXT_MAX);

	buf_puts(&uri, "file:");
	for (const char *p = path; *p != '\0'; p++) {
		if (*p == '?' || *p == '#' || *p == '%')
			buf_printf(&uri, "%%%02x", (unsigned char)*p);
		else
			buf_putc(&uri, *p);
	}
	buf_puts(&uri, is_live(path) ? "?mode=ro" : "?mode=ro&immutable=1");
	if (sqlite3_open_v2(buf_text(&uri), &db->handle,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK)
		return sqlite3_busy_timeout(db->handle, LOOK_BUSY_MS) == SQLITE_OK;
	return db_fail(db, e, "opening the database");
}

static int
is_late(void *ctx)
{
	const int64_t *deadline_ms = ctx;

	return clock_monotonic_ms() > *deadline_ms;
}

static const char QUICK_CHECK_SQL[] = "PRAGMA quick_check(1)";

/* Checks for damage within LOOK_CHECK_MS. */
static bool
looks_whole(struct db *db, struct err *e)
{
	int64_t deadline_ms = clock_monotonic_ms() + LOOK_CHECK_MS;
	struct statement *s = db_prepare(db, QUICK_CHECK_SQL, e);
	bool ok = true;
	int rc;

	if (s == NULL)
		return false;
	sqlite3_progress_handler(db->handle, LOOK_CHECK_STEPS, is_late, &deadline_ms);
	rc = sqlite3_step(s->stmt);
	if (rc == SQLITE_ROW && strcmp(db_text(s, 0), "ok") != 0)
		ok = db_corrupt(db, e, db_text(s, 0));
	else if (rc != SQLITE_ROW && rc != SQLITE_INTERRUPT)
		ok = db_fail(db, e, "looking at the database");
	sqlite3_progress_handler(db->handle, 0, NULL, NULL);
	db_reset(s);
	return ok;
}

bool
db_look(struct db *db, const char *path, struct err *e)
{
	bool lacks_wal = db_lacks_wal(path), was_filled = db_was_filled(path);
	struct db_identity id;

	*db = (struct db){ .path = path };
	if (!db_check_directory(path, e) || !db_check_link(path, e) ||
	    db_is_refused(path, e))
		return false;
	if (access(path, F_OK) != 0)
		return true;
	if (open_to_look(db, path, e) && db_identify(db, &id, e) &&
	    db_accept_identity(db, &id, e) && (!is_at_rest(path) || looks_whole(db, e))) {
		db->loss = db_loss(lacks_wal, was_filled, &id);
		return true;
	}
	db_close(db);
	return false;
}
