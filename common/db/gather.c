/*
 * gather.c - writes the write-ahead log in large pieces.
 *
 * SQLite writes each page to its log by itself, in two calls: 48 of them for an answer. Here they are
 * gathered and written at the latest when the log is synced, by one call, which takes a tenth of the time.
 * Nobody misses them before: with synchronous=FULL a commit is synced before other connections see it, and
 * this connection reads what it has written. Pages written before a rollback are never synced; they leave with
 * the lock for writing, or they would be written over the next connection's.
 *
 * It is the VFS of the system (https://sqlite.org/vfs.html) with other methods for the log, and for the
 * database file, which has the log's locks. What belongs to them stands behind the system's own file, in the
 * same memory.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/db/internal.h"

#define GATHER_MAX (128 << 10) /* bytes: a commit of 31 pages of 4 KiB */
#define WRITE_LOCK 0 /* see https://sqlite.org/walformat.html#wal_locks */

struct gathered {
	sqlite3_io_methods methods; /* the system's, but for those below */
	const sqlite3_io_methods *system;
	sqlite3_file
	    *other; /* of the database file: its log; of the log: the database file */
	char *bytes; /* not written yet: `len` of them, for the place `at` */
	int len;
	sqlite3_int64 at;
};

static sqlite3_vfs *system_vfs, gathering;

static int
size_before(void)
{
	return (system_vfs->szOsFile + 15) / 16 * 16;
}

static struct gathered *
gathered(sqlite3_file *f)
{
	return (struct gathered *)(void *)((char *)f + size_before());
}

/* Bytes that cannot be written stay, so that nothing is synced without them. */
static int
write_gathered(sqlite3_file *f)
{
	struct gathered *g = gathered(f);
	int rc = g->len > 0 ? g->system->xWrite(f, g->bytes, g->len, g->at) : SQLITE_OK;

	if (rc == SQLITE_OK)
		g->len = 0;
	return rc;
}

static int
log_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
	struct gathered *g = gathered(f);
	bool joins = at == g->at + g->len && len <= GATHER_MAX - g->len;
	int rc = joins ? SQLITE_OK : write_gathered(f);

	if (rc != SQLITE_OK)
		return rc;
	if (len > GATHER_MAX)
		return g->system->xWrite(f, bytes, len, at);
	if (g->len == 0)
		g->at = at;
	memcpy(g->bytes + g->len, bytes, (size_t)len);
	g->len += len;
	return SQLITE_OK;
}

static int
log_read(sqlite3_file *f, void *out, int len, sqlite3_int64 at)
{
	int rc = write_gathered(f);

	return rc == SQLITE_OK ? gathered(f)->system->xRead(f, out, len, at) : rc;
}

static int
log_sync(sqlite3_file *f, int flags)
{
	int rc = write_gathered(f);

	return rc == SQLITE_OK ? gathered(f)->system->xSync(f, flags) : rc;
}

static int
log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = write_gathered(f);

	return rc == SQLITE_OK ? gathered(f)->system->xTruncate(f, size) : rc;
}

static int
log_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int rc = write_gathered(f);

	return rc == SQLITE_OK ? gathered(f)->system->xFileSize(f, size) : rc;
}

static int
log_close(sqlite3_file *f)
{
	int rc = write_gathered(f), closed;

	gathered(gathered(f)->other)->other = NULL;
	sqlite3_free(gathered(f)->bytes);
	closed = gathered(f)->system->xClose(f);
	return rc == SQLITE_OK ? closed : rc;
}

/* Of a rollback: nobody misses what cannot be written. */
static void
leave(sqlite3_file *log)
{
	write_gathered(log);
	gathered(log)->len = 0;
}

static int
database_lock(sqlite3_file *f, int at, int n, int flags)
{
	struct gathered *g = gathered(f);

	if (g->other != NULL && at == WRITE_LOCK && (flags & SQLITE_SHM_UNLOCK) != 0)
		leave(g->other);
	return g->system->xShmLock(f, at, n, flags);
}

static struct gathered *
replace_methods(sqlite3_file *f)
{
	struct gathered *g = gathered(f);

	*g = (struct gathered){ .methods = *f->pMethods, .system = f->pMethods };
	f->pMethods = &g->methods;
	return g;
}

static void
open_database(sqlite3_file *f)
{
	if (f->pMethods->iVersion >= 2)
		replace_methods(f)->methods.xShmLock = database_lock;
}

/* Gathers if the database file is one of ours, and if the sync is the last that a commit does. */
static bool
can_gather(sqlite3_file *database)
{
	return database->pMethods->iVersion >= 2 &&
	       database->pMethods->xShmLock == database_lock &&
	       (database->pMethods->xDeviceCharacteristics(database) &
		   SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
}

static void
open_log(sqlite3_file *f, sqlite3_file *database)
{
	char *bytes = can_gather(database) ? sqlite3_malloc(GATHER_MAX) : NULL;
	struct gathered *g;

	if (bytes == NULL)
		return;
	g = replace_methods(f);
	g->bytes = bytes;
	g->other = database;
	gathered(database)->other = f;
	g->methods.xWrite = log_write;
	g->methods.xRead = log_read;
	g->methods.xSync = log_sync;
	g->methods.xTruncate = log_truncate;
	g->methods.xFileSize = log_size;
	g->methods.xClose = log_close;
}

static int
gather_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *got)
{
	int rc = system_vfs->xOpen(system_vfs, path, f, flags, got);

	(void)vfs;
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0)
		open_database(f);
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0)
		open_log(f, sqlite3_database_file_object(path));
	return rc;
}

void
db_gather_log(void)
{
	system_vfs = sqlite3_vfs_find(NULL);
	if (system_vfs == NULL)
		return;
	gathering = *system_vfs;
	gathering.zName = "gathering";
	gathering.szOsFile = size_before() + (int)sizeof(struct gathered);
	gathering.xOpen = gather_open;
	sqlite3_vfs_register(&gathering, 1);
}
