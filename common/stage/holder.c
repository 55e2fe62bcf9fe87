/*
 * holder.c - the lock of a stage that may run once per database.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
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

bool
holder_try(struct stage *st, bool *mine, char *held_by, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	auto_buf path = BUF_INIT(LOCK_PATH_MAX);

	*mine = false;
	buf_printf(&path, "%s.%s.lock", st->config.database.path, st->name);
	if (st->lock_fd < 0)
		st->lock_fd = open(buf_text(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (st->lock_fd < 0)
		return err_set(e, FAULT_FATAL,
		    "cannot open %s: %s; the directory must be writable "
		    "for this user",
		    buf_text(&path), strerror(errno));
	if (fcntl(st->lock_fd, F_OFD_SETLK, &lock) != 0) {
		if (errno != EAGAIN && errno != EACCES)
			return err_set(e, FAULT_FATAL, "cannot lock %s: %s",
			    buf_text(&path), strerror(errno));
		read_holder(st->lock_fd, held_by);
		return true;
	}
	auto_buf owner = BUF_INIT(HOLDER_MAX);
	buf_printf(&owner, "%s\n", st->queue.owner);
	if (ftruncate(st->lock_fd, 0) != 0 ||
	    pwrite(st->lock_fd, buf_text(&owner), owner.len, 0) != (ssize_t)owner.len)
		return err_set(e, FAULT_FATAL, "cannot write %s: %s", buf_text(&path),
		    strerror(errno));
	*mine = true;
	return true;
}

void
holder_free(struct stage *st)
{
	if (st->lock_fd >= 0)
		close(st->lock_fd);
	st->lock_fd = -1;
}
