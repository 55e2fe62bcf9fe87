/*
 * migrate.c - from an empty file, or one of an older version, to the schema of this program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/db/internal.h"

#define OBJECT_NAME_MAX 200 /* bytes of "DROP TRIGGER IF EXISTS NAME" */

static const char IDENTIFY_SQL[] =
    "SELECT ( "
    "    SELECT application_id "
    "    FROM pragma_application_id), "
    "  (SELECT user_version FROM pragma_user_version), "
    "  (SELECT count(*) FROM sqlite_schema)";

bool
db_identify(struct db *db, struct db_identity *out, struct err *e)
{
	struct statement *s = db_prepare(db, IDENTIFY_SQL, e);

	if (db_step(s, e) != 1)
		return false;
	out->application_id = db_int(s, 0);
	out->version = db_int(s, 1);
	out->tables = db_int(s, 2);
	db_reset(s);
	return true;
}

bool
db_is_empty(const struct db_identity *id)
{
	return id->application_id == 0 && id->version == 0 && id->tables == 0;
}

bool
db_script(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return db_fail(db, e, "upgrading the database");
}

int
db_newest_version(void)
{
	int version = DB_VERSION;

	for (const struct migration *m = migrations; m->version != 0; m++)
		version = m->version > version ? m->version : version;
	return version;
}

/* A PRAGMA takes no parameters. */
static bool
set_version(struct db *db, int version, struct err *e)
{
	auto_buf sql = BUF_INIT(80);

	buf_printf(&sql, "PRAGMA user_version = %d", version);
	return db_script(db, buf_text(&sql), e);
}

/* ---- the copy that is kept */

/* Created empty with the right mode before SQLite writes into it. */
static bool
make_private(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	bool ok = fd >= 0 && fchmod(fd, 0640) == 0;

	if (fd >= 0)
		close(fd);
	return ok || err_set(e, FAULT_FATAL, "cannot keep the copy %s: %s", path,
			 strerror(errno));
}

/* An incomplete copy must not look like a complete one. */
static bool
put_in_place(const char *fresh, const char *path, struct err *e)
{
	int fd = open(fresh, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (ok && rename(fresh, path) == 0)
		return true;
	return err_set(
	    e, FAULT_FATAL, "cannot keep the copy %s: %s", path, strerror(errno));
}

static const char COPY_SQL[] = "VACUUM INTO :path";

static bool
copy_to(struct db *db, const char *path, struct err *e)
{
	struct db reader = { .path = db->path };
	struct statement *s;
	bool ok;

	if (sqlite3_open_v2(db->path, &reader.handle, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK) {
		db_fail(&reader, e, "copying the database");
		db_close(&reader);
		return false;
	}
	sqlite3_busy_timeout(reader.handle, DB_BUSY_SAY_MS);
	s = db_prepare(&reader, COPY_SQL, e);
	db_bind_text(s, ":path", path);
	ok = db_run(s, e);
	db_close(&reader);
	return ok;
}

/* Keeps PATH.before-NNN. A separate connection reads what was last committed, while ours holds the lock
 * that keeps others from writing. */
static bool
keep_copy(struct db *db, int version, struct err *e)
{
	auto_buf path = BUF_INIT(DB_PATH_TEXT_MAX), fresh = BUF_INIT(DB_PATH_TEXT_MAX);

	buf_printf(&path, "%s.before-%03d", db->path, version);
	buf_printf(&fresh, "%s.partial", buf_text(&path));
	unlink(buf_text(&fresh));
	return make_private(buf_text(&fresh), e) && copy_to(db, buf_text(&fresh), e) &&
	       put_in_place(buf_text(&fresh), buf_text(&path), e);
}

/* ---- one step, in one transaction that checks again whether another program was first */

static bool
create_in(void *ctx, struct err *e)
{
	struct db *db = ctx;
	struct db_identity id;

	if (!db_identify(db, &id, e))
		return false;
	if (!db_is_empty(&id))
		return true;
	return db_script(db, schema_sql, e);
}

/* What schema.sql creates in an empty file, read back from a database in memory, so that the texts are
 * compared as SQLite stores them. */
static const char SCHEMA_OBJECTS_SQL[] =
    "SELECT type, name, sql "
    "FROM sqlite_schema "
    "WHERE type IN ('index', 'trigger', 'view') "
    "  AND sql IS NOT NULL";
static const char UNCHANGED_SQL[] =
    "SELECT 1 "
    "FROM sqlite_schema "
    "WHERE name = :name "
    "  AND sql = :sql";

static bool
replace_object(
    struct db *db, const char *type, const char *name, const char *text, struct err *e)
{
	struct statement *s = db_prepare(db, UNCHANGED_SQL, e);
	auto_buf drop = BUF_INIT(OBJECT_NAME_MAX);
	int64_t unchanged = 0;

	db_bind_text(s, ":name", name);
	db_bind_text(s, ":sql", text);
	if (!db_one_int(s, &unchanged, e))
		return false;
	if (unchanged)
		return true;
	buf_printf(&drop, "DROP %s IF EXISTS %s", type, name);
	return db_script(db, buf_text(&drop), e) && db_script(db, text, e);
}

static bool
replace_objects(struct db *db, struct db *fresh, struct err *e)
{
	struct statement *s;
	int step;

	if (!db_script(fresh, schema_sql, e))
		return false;
	s = db_prepare(fresh, SCHEMA_OBJECTS_SQL, e);
	while ((step = db_step(s, e)) == 1)
		if (!replace_object(db, db_text(s, 0), db_text(s, 1), db_text(s, 2), e))
			return false;
	return step == 0;
}

/* A migration changes tables; what depends on them always comes from the newest schema. */
static bool
renew_dependents(struct db *db, struct err *e)
{
	struct db fresh = { .path = ":memory:" };
	bool ok;

	if (sqlite3_open(fresh.path, &fresh.handle) == SQLITE_OK)
		ok = replace_objects(db, &fresh, e);
	else
		ok = db_fail(&fresh, e, "upgrading the database");
	db_close(&fresh);
	return ok;
}

struct migrating {
	struct db *db;
	const struct migration *step;
	bool copied; /* PATH.before-NNN exists */
};

static bool
migrate_in(void *ctx, struct err *e)
{
	struct migrating *mg = ctx;
	struct db *db = mg->db;
	const struct migration *m = mg->step;
	struct db_identity id;

	if (!db_identify(db, &id, e))
		return false;
	if (id.version >= m->version)
		return true;
	if (!mg->copied && !keep_copy(db, m->version, e))
		return false;
	mg->copied = true;
	return db_script(db, m->sql, e) &&
	       (m->version < db_newest_version() || renew_dependents(db, e)) &&
	       set_version(db, m->version, e);
}

bool
db_bring_up_to_date(struct db *db, const struct db_identity *id, struct err *e)
{
	int64_t version = db_is_empty(id) ? DB_VERSION : id->version;
	struct migrating mg = { .db = db, .step = migrations };

	mg.copied = db_is_empty(id); /* there was nothing to keep */
	if (db_is_empty(id) && !db_transact(db, create_in, db, e))
		return false;
	for (; mg.step->version != 0; mg.step++)
		if (mg.step->version > version && !db_transact(db, migrate_in, &mg, e))
			return false;
	return true;
}
