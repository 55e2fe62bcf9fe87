/*
 * stage_row.c - who runs: the heartbeat row of a process and the holder's lock of a single stage.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/stage_internal.h"

#define LOCK_PATH_MAX 4200

static const char BEAT_SQL[] =
    "INSERT INTO stage (owner, name, started_at, alive_at, what) "
    "VALUES (:owner, :name, :started_at, :now, :what) "
    "ON CONFLICT (owner) DO UPDATE SET alive_at = excluded.alive_at, what = "
    "excluded.what";

bool
stage_row_beat(struct stage *st, int64_t now, struct err *e)
{
	sqlite3_stmt *s = db_prepare(&st->db, BEAT_SQL, e);

	if (s == NULL)
		return false;
	db_bind_text(s, ":owner", st->queue.owner);
	db_bind_text(s, ":name", st->name);
	db_bind_int(s, ":started_at", st->started_at);
	db_bind_int(s, ":now", now);
	db_bind_text(s, ":what", st->what);
	st->beat_at = now;
	return db_run(&st->db, s, e);
}

static const char FORGET_SQL[] =
    "DELETE FROM stage WHERE alive_at < :old OR (name = :name AND :single)";

bool
stage_row_new(struct stage *st, int64_t now, struct err *e)
{
	sqlite3_stmt *s = db_prepare(&st->db, FORGET_SQL, e);

	if (s == NULL)
		return false;
	db_bind_int(s, ":old", now - STAGE_GONE_S);
	db_bind_text(s, ":name", st->name);
	db_bind_int(s, ":single", st->single);
	return db_run(&st->db, s, e) && stage_row_beat(st, now, e);
}

static const char GONE_SQL[] = "DELETE FROM stage WHERE owner = :owner";

void
stage_row_gone(struct stage *st)
{
	struct err ignored = ERR_NONE;
	sqlite3_stmt *s = db_prepare(&st->db, GONE_SQL, &ignored);

	if (s == NULL)
		return;
	db_bind_text(s, ":owner", st->queue.owner);
	db_run(&st->db, s, &ignored);
}

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
