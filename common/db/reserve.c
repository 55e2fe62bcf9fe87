/*
 * reserve.c - room that is taken beforehand, so that the reason can be written on a full disk; see db.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/db/internal.h"

#define PART_BYTES (256 << 10) /* a heartbeat takes less than a tenth of it */
#define RESERVE_BYTES (4 * PART_BYTES) /* one for each stage, and one to spare */

static int
open_reserve(const struct db *db, int flags)
{
	char path[DB_PATH_TEXT_MAX];

	BUF_FIXED(path, "%s-reserve", db->path);
	return open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0640);
}

void
db_reserve_keep(const struct db *db)
{
	int fd = open_reserve(db, O_CREAT);

	if (fd < 0)
		return;
	(void)posix_fallocate(fd, 0, RESERVE_BYTES);
	close(fd);
}

bool
db_reserve_spend(const struct db *db)
{
	int fd = open_reserve(db, 0);
	struct stat st;
	bool spent;

	if (fd < 0)
		return false;
	spent = fstat(fd, &st) == 0 && st.st_size >= PART_BYTES &&
		ftruncate(fd, st.st_size - PART_BYTES) == 0;
	close(fd);
	return spent;
}
