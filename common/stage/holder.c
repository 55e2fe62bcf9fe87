/*
 * holder.c - the lock of a stage that may run once per database.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/stage/internal.h"

#define LOCK_PATH_MAX 4200

static void
read_holder(int fd, char *held_by)
{
	ssize_t n = pread(fd, held_by, HOLDER_MAX - 1, 0);

	held_by[n > 0 ? n : 0] = '\0';
	held_by[strcspn(held_by, "\n")] = '\0';
	if (held_by[0] == '\0')
		memcpy(held_by, "another process", sizeof "another process");
}

static void
put_path(const struct stage *st, struct buf *path)
{
	buf_printf(path, "%s.%s.lock", st->config.database.path, st->name);
}

/* Is the file with this name still the one we have open? */
static bool
is_named(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

static bool
open_lock(struct stage *st, const char *path, struct err *e)
{
	if (st->lock_fd >= 0 && is_named(st->lock_fd, path))
		return true;
	holder_free(st);
	st->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	return st->lock_fd >= 0 ||
	       err_set(e, FAULT_FATAL,
		   "cannot open %s: %s; the directory must be writable "
		   "for this user",
		   path, strerror(errno));
}

static bool
sign(const struct stage *st, const char *path, struct err *e)
{
	auto_buf owner = BUF_INIT(HOLDER_MAX);

	buf_printf(&owner, "%s\n", st->queue.owner);
	return (ftruncate(st->lock_fd, 0) == 0 &&
		   pwrite(st->lock_fd, buf_text(&owner), owner.len, 0) ==
		       (ssize_t)owner.len) ||
	       err_set(e, FAULT_FATAL, "cannot write %s: %s", path, strerror(errno));
}

bool
holder_try(struct stage *st, bool *mine, char *held_by, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	auto_buf path = BUF_INIT(LOCK_PATH_MAX);

	*mine = false;
	put_path(st, &path);
	if (!open_lock(st, buf_text(&path), e))
		return false;
	if (fcntl(st->lock_fd, F_OFD_SETLK, &lock) != 0) {
		if (errno != EAGAIN && errno != EACCES)
			return err_set(e, FAULT_FATAL, "cannot lock %s: %s",
			    buf_text(&path), strerror(errno));
		read_holder(st->lock_fd, held_by);
		return true;
	}
	/* It was removed since it was opened: another process may lock the new one. */
	if (!is_named(st->lock_fd, buf_text(&path))) {
		memcpy(held_by, "another process", sizeof "another process");
		return true;
	}
	*mine = true;
	return sign(st, buf_text(&path), e);
}

bool
holder_keep(struct stage *st, struct err *e)
{
	char held_by[HOLDER_MAX];
	auto_buf path = BUF_INIT(LOCK_PATH_MAX);
	bool mine;

	if (!st->single || st->lock_fd < 0)
		return true;
	put_path(st, &path);
	if (is_named(st->lock_fd, buf_text(&path)))
		return true;
	if (!holder_try(st, &mine, held_by, e))
		return false;
	if (!mine)
		return err_set(e, FAULT_FATAL,
		    "%s was removed while this program held it, and %s has taken over; "
		    "do not remove lock files",
		    buf_text(&path), held_by);
	log_line(&st->log, LOG_WARNING, "resumed", "why",
	    "the lock file was removed and has been created again; do not "
	    "remove lock files",
	    "file", buf_text(&path), NULL);
	return true;
}

void
holder_free(struct stage *st)
{
	if (st->lock_fd >= 0)
		close(st->lock_fd);
	st->lock_fd = -1;
}
