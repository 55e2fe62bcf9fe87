/*
 * loss.c - signs that a file has lost its latest writes; see db.h.
 *
 * SQLite keeps the newest commits in PATH-wal until it moves them into the file, and removes -wal and
 * -shm together. A copy made with cp while programs run, without the -wal, is outdated or empty. Once
 * it has tables, nothing shows that.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/db/internal.h"

bool
db_exists_beside(const char *path, const char *suffix)
{
	char name[DB_PATH_TEXT_MAX];

	BUF_FIXED(name, "%s%s", path, suffix);
	return access(name, F_OK) == 0;
}

/* Checked twice: a program that exits removes -shm first, one that starts creates -wal first. */
bool
db_lacks_wal(const char *path)
{
	return !db_exists_beside(path, "-wal") && db_exists_beside(path, "-shm") &&
	       !db_exists_beside(path, "-wal");
}

bool
db_was_filled(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0 && !db_exists_beside(path, "-wal");
}

const char *
db_loss(bool lacks_wal, bool was_filled, const struct db_identity *id)
{
	if (lacks_wal)
		return "its -wal file is missing, and with it what was written last; restore a "
		       "backup, or continue without it";
	if (was_filled && db_is_empty(id))
		return "it has no tables; was it copied without its -wal file? Restore a copy "
		       "made by potpress-backup, or start afresh";
	return NULL;
}
