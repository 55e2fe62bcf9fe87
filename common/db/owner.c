/*
 * owner.c - whether the database's files are still there and can be written, and what to do if not.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/user.h"
#include "common/db/internal.h"

bool
db_keeps_its_place(struct db *db, struct err *e)
{
	int moved = 0;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved == 0)
		return true;
	return err_set(e, FAULT_CONFIG,
	    "the database %s was moved or replaced while this program ran, and what it "
	    "wrote since is not in that file; stop all programs, remove its -wal and -shm, "
	    "put the copy there again, then start them",
	    db->path);
}

static bool
is_refused(const char *path, struct err *e)
{
	char user[USER_NAME_MAX];
	int cause = access(path, W_OK) == 0 ? 0 : errno;
	struct stat st;

	if (cause == 0 || cause == ENOENT)
		return false;
	if (cause != EACCES || stat(path, &st) != 0)
		return !err_set(
		    e, FAULT_FATAL, "%s cannot be written: %s", path, strerror(cause));
	return !err_set(e, FAULT_FATAL,
	    "%s cannot be written: it belongs to uid %d, and this program runs as uid "
	    "%d: chown %s %s",
	    path, (int)st.st_uid, (int)geteuid(), user_name(user), path);
}

bool
db_is_refused(const char *path, struct err *e)
{
	static const char *const SUFFIXES[] = { "", "-wal", "-shm" };
	const char *slash = strrchr(path, '/');
	auto_buf directory = BUF_CUT(DB_PATH_TEXT_MAX);

	for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
		auto_buf name = BUF_CUT(DB_PATH_TEXT_MAX);

		buf_printf(&name, "%s%s", path, SUFFIXES[i]);
		if (is_refused(buf_text(&name), e))
			return true;
	}
	if (slash == NULL)
		return is_refused(".", e);
	buf_put(&directory, path, (size_t)(slash - path) + (slash == path));
	return is_refused(buf_text(&directory), e);
}
