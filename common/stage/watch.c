/*
 * watch.c - see watch.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include "common/base/buf.h"

#define WAL_PATH_MAX 4200
#define EVENTS_BYTES 4096

void
watch_open(struct watch *w)
{
	*w = (struct watch){ .fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };
}

void
watch_close(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void
watch_read(struct watch *w)
{
	char events[EVENTS_BYTES];

	while (w->fd >= 0 && read(w->fd, events, sizeof events) > 0) {
		w->written = true;
		w->armed = false;
	}
}

bool
watch_written(const struct watch *w)
{
	return w->written || !w->armed;
}

void
watch_arm(struct watch *w, const char *path)
{
	char wal[WAL_PATH_MAX];

	w->written = false;
	if (w->fd < 0 || w->armed)
		return;
	BUF_FIXED(wal, "%s-wal", path);
	w->armed = inotify_add_watch(w->fd, wal, IN_MODIFY | IN_ONESHOT) >= 0;
	if (!w->armed)
		watch_close(w);
}
