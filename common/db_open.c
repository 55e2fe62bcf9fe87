/*
 * db_open.c - opening, creating, migrating and checking the database file; see db.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/db.h"

#define PATH_TEXT_MAX 4200
#define LENGTH_MAX (64 << 20) /* bytes of one value */
#define WAL_KEPT_BYTES "16777216"
#define BUSY_SLEEP_MS 20

/* ---- waiting for a lock */

static void
say_waiting(struct db *db, int64_t now)
{
	char text[200];
	int64_t seconds = (now - db->waiting_since_ms) / 1000;

	db->said_at_ms = now;
	if (db->say == NULL)
		return;
	sqlite3_snprintf(sizeof text, text,
	    "the database has been locked by another program for %lld s; is a sqlite3 "
	    "shell in the "
	    "middle of a transaction?",
	    (long long)seconds);
	db->say(db->say_ctx, text);
}

static int
wait_for_lock(void *ctx, int calls)
{
	struct db *db = ctx;
	int64_t now = clock_monotonic_ms();

	if (calls == 0) {
		db->waiting_since_ms = now;
		db->said_at_ms = now;
	}
	if (now - db->waiting_since_ms > DB_BUSY_GIVE_UP_MS)
		return 0;
	if (now - db->said_at_ms > DB_BUSY_SAY_MS)
		say_waiting(db, now);
	sqlite3_sleep(BUSY_SLEEP_MS);
	return 1;
}

/* ---- what kind of file it is */

static bool
pragma_number(struct db *db, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *s;
	bool ok;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL) != SQLITE_OK)
		return db_fail(db, e, "opening the database");
	ok = sqlite3_step(s) == SQLITE_ROW;
	if (ok)
		*out = sqlite3_column_int64(s, 0);
	else
		db_fail(db, e, "opening the database");
	sqlite3_finalize(s);
	return ok;
}

struct identity {
	int64_t application_id, version, tables;
};

static bool
read_identity(struct db *db, struct identity *id, struct err *e)
{
	return pragma_number(db, "PRAGMA application_id", &id->application_id, e) &&
	       pragma_number(db, "PRAGMA user_version", &id->version, e) &&
	       pragma_number(db, "SELECT count(*) FROM sqlite_schema", &id->tables, e);
}

static bool
is_empty(const struct identity *id)
{
	return id->application_id == 0 && id->version == 0 && id->tables == 0;
}

static int
newest_version(void)
{
	int version = DB_VERSION;

	for (const struct migration *m = migrations; m->version != 0; m++)
		version = m->version > version ? m->version : version;
	return version;
}

static bool
accept_identity(const struct db *db, const struct identity *id, struct err *e)
{
	if (is_empty(id))
		return true;
	if (id->application_id != DB_APPLICATION_ID)
		return err_set(e, FAULT_CONFIG,
		    "%s is the database of another program; set `path` in "
		    "[database] to a file of potpress's own",
		    db->path);
	if (id->version > newest_version())
		return err_set(e, FAULT_CONFIG,
		    "%s was written by a newer potpress (its version %lld, "
		    "this program's %d); upgrade this program",
		    db->path, (long long)id->version, newest_version());
	return true;
}

/* ---- creating and migrating */

static bool
run_script(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return db_fail(db, e, "bringing the database up to date");
}

static bool
set_version(struct db *db, int version, struct err *e)
{
	char sql[80];

	/* A PRAGMA takes no parameters. */
	sqlite3_snprintf(sizeof sql, sql, "PRAGMA user_version = %d", version);
	return run_script(db, sql, e);
}

static bool
set_application_id(struct db *db, struct err *e)
{
	char sql[80];

	sqlite3_snprintf(
	    sizeof sql, sql, "PRAGMA application_id = %d", DB_APPLICATION_ID);
	return run_script(db, sql, e);
}

/* Another program may have been first: looks again under the lock. */
static bool
create(struct db *db, struct err *e)
{
	struct identity id;
	bool ok;

	if (!db_begin(db, e))
		return false;
	ok = read_identity(db, &id, e);
	if (ok && is_empty(&id))
		ok = run_script(db, schema_sql, e) && set_application_id(db, e) &&
		     set_version(db, DB_VERSION, e);
	if (ok)
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

static bool
migrate_one(struct db *db, const struct migration *m, struct err *e)
{
	struct identity id;
	bool ok;

	if (!db_begin(db, e))
		return false;
	ok = read_identity(db, &id, e);
	if (ok && id.version < m->version)
		ok = run_script(db, m->sql, e) && set_version(db, m->version, e);
	if (ok)
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

static const char COPY_SQL[] = "VACUUM INTO :path";

/* A copy of an earlier, broken try is older and may stay; it is never overwritten. */
static bool
keep_copy(struct db *db, int version, struct err *e)
{
	auto_buf path = BUF_INIT(PATH_TEXT_MAX);
	sqlite3_stmt *s;

	buf_printf(&path, "%s.before-%03d", db->path, version);
	if (access(buf_text(&path), F_OK) == 0)
		return true;
	s = db_prepare(db, COPY_SQL, e);
	if (s == NULL)
		return false;
	db_bind_text(s, ":path", buf_text(&path));
	if (db_run(db, s, e))
		return chmod(buf_text(&path), 0640) == 0 ||
		       err_set(e, FAULT_FATAL, "cannot chmod %s: %s", buf_text(&path),
			   strerror(errno));
	/* Another program made the same copy at the same moment. */
	if (access(buf_text(&path), F_OK) != 0)
		return false;
	err_clear(e);
	return true;
}

static bool
migrate(struct db *db, int64_t version, struct err *e)
{
	bool copied = false;

	for (const struct migration *m = migrations; m->version != 0; m++) {
		if (m->version <= version)
			continue;
		if (!copied && !keep_copy(db, m->version, e))
			return false;
		copied = true;
		if (!migrate_one(db, m, e))
			return false;
	}
	return true;
}

/* ---- opening */

static bool
check_directory(const char *path, struct err *e)
{
	auto_buf directory = BUF_INIT(PATH_TEXT_MAX);
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (slash == NULL || slash == path)
		return true;
	buf_put(&directory, path, (size_t)(slash - path));
	if (stat(buf_text(&directory), &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, FAULT_CONFIG,
		    "there is no directory %s for the database; make it: "
		    "install -d -o potpress -g potpress -m 0750 %s",
		    buf_text(&directory), buf_text(&directory));
	return true;
}

/* The file and what SQLite makes beside it (with the file's own mode) are 0640. */
static bool
make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd < 0 && errno == EEXIST)
		return true;
	if (fd < 0)
		return err_set(e, FAULT_FATAL,
		    "cannot create the database %s: %s; the directory must "
		    "belong to the user this program runs as",
		    path, strerror(errno));
	if (fchmod(fd, 0640) != 0) {
		close(fd);
		return err_set(
		    e, FAULT_FATAL, "cannot chmod %s: %s", path, strerror(errno));
	}
	close(fd);
	return true;
}

static bool
check_writable(const char *path, struct err *e)
{
	if (access(path, W_OK) == 0)
		return true;
	return err_set(e, FAULT_FATAL,
	    "the database %s cannot be written: %s; it must belong to the "
	    "user this program runs as",
	    path, strerror(errno));
}

static const char SETTINGS[] =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
    "PRAGMA journal_size_limit = " WAL_KEPT_BYTES ";";

static bool
configure(struct db *db, struct err *e)
{
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_handler(db->handle, wait_for_lock, db);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 1);
	return run_script(db, SETTINGS, e);
}

/* Two that open a fresh file at once can find each other in the way: the switch is not waited for by
 * the busy handler. */
static bool
use_wal(struct db *db, struct err *e)
{
	for (int tries = 0; tries < DB_BUSY_GIVE_UP_MS / BUSY_SLEEP_MS; tries++) {
		int rc = sqlite3_exec(
		    db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (rc == SQLITE_OK)
			return true;
		if ((rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_LOCKED)
			return db_fail(db, e, "opening the database");
		sqlite3_sleep(BUSY_SLEEP_MS);
	}
	return db_fail(db, e, "opening the database");
}

static bool
prepare_file(struct db *db, struct err *e)
{
	struct identity id;

	if (!configure(db, e) || !read_identity(db, &id, e) ||
	    !accept_identity(db, &id, e) || !use_wal(db, e))
		return false;
	if (is_empty(&id)) {
		if (!create(db, e))
			return false;
		id.version = DB_VERSION;
	}
	return migrate(db, id.version, e);
}

bool
db_open(struct db *db, const char *path, struct err *e)
{
	db->path = path;
	if (!check_directory(path, e) || !make_file(path, e) || !check_writable(path, e))
		return false;
	if (sqlite3_open_v2(path, &db->handle,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK) {
		db_fail(db, e, "opening the database");
		db_close(db);
		return false;
	}
	if (prepare_file(db, e))
		return true;
	db_close(db);
	return false;
}

/* ---- looking without touching */

static bool
exists_beside(const char *path, const char *suffix)
{
	auto_buf name = BUF_INIT(PATH_TEXT_MAX);

	buf_printf(&name, "%s%s", path, suffix);
	return access(buf_text(&name), F_OK) == 0;
}

/* Where a program is at work its -shm is there and reading creates nothing; else the file is read as
 * one that nobody changes, which needs no -shm. */
static bool
open_to_look(struct db *db, const char *path, struct err *e)
{
	auto_buf uri = BUF_INIT(3 * PATH_TEXT_MAX);
	bool live = exists_beside(path, "-wal") && exists_beside(path, "-shm");

	buf_puts(&uri, "file:");
	for (const char *p = path; *p != '\0'; p++) {
		if (*p == '?' || *p == '#' || *p == '%')
			buf_printf(&uri, "%%%02x", (unsigned char)*p);
		else
			buf_putc(&uri, *p);
	}
	buf_puts(&uri, live ? "?mode=ro" : "?mode=ro&immutable=1");
	if (sqlite3_open_v2(buf_text(&uri), &db->handle,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK)
		return true;
	return db_fail(db, e, "opening the database");
}

static bool
check_directory_writable(const char *path, struct err *e)
{
	auto_buf directory = BUF_INIT(PATH_TEXT_MAX);
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return true;
	buf_put(&directory, path, (size_t)(slash - path) + (slash == path));
	if (access(buf_text(&directory), W_OK) == 0)
		return true;
	return err_set(e, FAULT_FATAL,
	    "the directory %s of the database cannot be written: %s; it must "
	    "belong to the user this program runs as",
	    buf_text(&directory), strerror(errno));
}

bool
db_check(const char *path, bool *exists, struct err *e)
{
	struct db db = { .path = path };
	struct identity id;
	bool ok;

	*exists = access(path, F_OK) == 0;
	if (!check_directory(path, e) || !check_directory_writable(path, e))
		return false;
	if (!*exists)
		return true;
	if (access(path, R_OK) == 0 && !check_writable(path, e))
		return false;
	ok = open_to_look(&db, path, e) && read_identity(&db, &id, e) &&
	     accept_identity(&db, &id, e);
	db_close(&db);
	return ok;
}
