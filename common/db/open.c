/*
 * open.c - opens the database file; see db.h. migrate.c fills it, look.c only inspects it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/db/internal.h"

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
	    "the database has been locked by another program for %lld s, "
	    "perhaps by an open transaction in a sqlite3 shell",
	    (long long)seconds);
	db->say(db->ctx, text);
}

static int
wait_for_lock(void *ctx, int calls)
{
	struct db *db = ctx;
	int64_t now = clock_monotonic_ms(), waited;

	if (calls == 0) {
		db->waiting_since_ms = now;
		db->said_at_ms = now;
	}
	waited = now - db->waiting_since_ms;
	if (waited > (db->give_up_ms > 0 ? db->give_up_ms : DB_BUSY_GIVE_UP_MS))
		return 0;
	if (waited > DB_BUSY_STOP_MS && db->stop_asked != NULL &&
	    db->stop_asked(db->ctx)) {
		db->stopped_waiting = true;
		return 0;
	}
	if (now - db->said_at_ms > (db->say_ms > 0 ? db->say_ms : DB_BUSY_SAY_MS))
		say_waiting(db, now);
	sqlite3_sleep(BUSY_SLEEP_MS);
	return 1;
}

/* ---- what kind of file it is */

bool
db_accept_identity(const struct db *db, const struct db_identity *id, struct err *e)
{
	if (db_is_empty(id))
		return true;
	if (id->application_id != DB_APPLICATION_ID)
		return err_set(e, FAULT_CONFIG,
		    "%s is the database of another program; set `path` in [database] "
		    "to a potpress database",
		    db->path);
	if (id->version > db_newest_version())
		return err_set(e, FAULT_CONFIG,
		    "%s was written by a newer potpress (version %lld of the database, "
		    "this program knows %d); upgrade this program",
		    db->path, (long long)id->version, db_newest_version());
	return true;
}

/* ---- opening */

bool
db_check_directory(const char *path, struct err *e)
{
	auto_buf directory = BUF_INIT(DB_PATH_TEXT_MAX);
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return err_set(e, FAULT_CONFIG,
		    "%s is a directory; set `path` in [database] to a file in it: "
		    "%s/potpress.db",
		    path, path);
	if (slash == NULL || slash == path)
		return true;
	buf_put(&directory, path, (size_t)(slash - path));
	if (!buf_ok(&directory))
		return err_set(e, FAULT_FATAL, "out of memory");
	if (stat(buf_text(&directory), &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, FAULT_CONFIG,
		    "there is no directory %s for the database; create it: install -d "
		    "-o potpress -g potpress -m 0750 %s",
		    buf_text(&directory), buf_text(&directory));
	return true;
}

/* SQLite's -wal and the locks of single stages are named after the path, so a file must not have two
 * names. */
bool
db_check_link(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (S_ISLNK(st.st_mode))
		return err_set(e, FAULT_CONFIG,
		    "the database %s is a symbolic link; set `path` in [database] to the file "
		    "itself (its directory may be a link)",
		    path);
	if (S_ISREG(st.st_mode) && st.st_nlink > 1)
		return err_set(e, FAULT_CONFIG,
		    "the database %s has %ju names (hard links), and programs that open it "
		    "under different names corrupt it; find them with find -samefile, and remove "
		    "all but this one",
		    path, (uintmax_t)st.st_nlink);
	return true;
}

/* A file made by hand may be readable by everybody. */
static bool
hide_from_others(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0 || (st.st_mode & S_IRWXO) == 0 || st.st_uid != geteuid())
		return true;
	if (chmod(path, st.st_mode & 07770) == 0)
		return true;
	return err_set(e, FAULT_FATAL, "cannot chmod %s: %s", path, strerror(errno));
}

/* The file and what SQLite makes beside it (with the file's own mode) are 0640. */
static bool
make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd < 0 && errno == EEXIST)
		return hide_from_others(path, e);
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

bool
db_has_room(const struct db *db)
{
	struct statvfs room;

	/* Some file systems do not report it. */
	return statvfs(db->path, &room) != 0 || room.f_blocks == 0 ||
	       (int64_t)(room.f_bavail * room.f_frsize) >= DB_ROOM_MIN;
}

void
db_reclaim(struct db *db)
{
	sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* On an almost full disk a program would request answers that it cannot store. */
static bool
check_room(const struct db *db, struct err *e)
{
	if (db_has_room(db))
		return true;
	err_set(e, FAULT_FATAL,
	    "the disk is full; make room: less than %d MiB are free beside %s",
	    DB_ROOM_MIN >> 20, db->path);
	e->no_room = true;
	return false;
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
	return db_script(db, SETTINGS, e);
}

/* SQLite does not wait for a lock when it switches to WAL, so programs that open a new file at once can
 * collide. */
static bool
use_wal(struct db *db, struct err *e)
{
	for (int calls = 0;; calls++) {
		int rc = sqlite3_exec(
		    db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		bool busy = (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;

		if (rc == SQLITE_OK)
			return true;
		if (!busy || !wait_for_lock(db, calls))
			return db_fail(db, e, "opening the database");
	}
}

/* Before SQLite is used for the first time: it need not count its memory. */
static void
configure_library(void)
{
	static bool done;

	if (!done)
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	done = true;
}

/* Each connection is used by one thread. */
static bool
open_file(struct db *db, struct err *e)
{
	configure_library();
	return sqlite3_open_v2(db->path, &db->handle,
		   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK ||
	       db_fail(db, e, "opening the database");
}

/* Counts only before anything is in the file; see schema.sql. */
static const char SHRINKABLE[] = "PRAGMA auto_vacuum = INCREMENTAL";

static bool
prepare_file(struct db *db, struct err *e)
{
	bool lacks_wal = db_lacks_wal(db->path), was_filled = db_was_filled(db->path);
	struct db_identity id;

	if (!open_file(db, e) || !configure(db, e) || !db_identify(db, &id, e) ||
	    !db_accept_identity(db, &id, e) ||
	    (db_is_empty(&id) && !db_script(db, SHRINKABLE, e)) || !use_wal(db, e))
		return false;
	db->loss = db_loss(lacks_wal, was_filled, &id);
	return db_bring_up_to_date(db, &id, e);
}

bool
db_open(struct db *db, const char *path, struct err *e)
{
	db->path = path;
	if (!db_check_directory(path, e) || !db_check_link(path, e) ||
	    !make_file(path, e) || db_is_refused(path, e) || !check_room(db, e))
		return false;
	if (prepare_file(db, e))
		return true;
	db_close(db);
	return false;
}
