/*
 * test_watch.c - the writes to a database that end a wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"

#define DB "/tmp/potpress-watch-XXXXXX"
#define PATH_MAX_OURS 64
#define WAL_MAX_OURS 80

static char path[PATH_MAX_OURS], wal[WAL_MAX_OURS];
static int file;

static void
begin(void)
{
	int fd;

	snprintf(path, sizeof path, "%s", DB);
	fd = mkstemp(path);
	snprintf(wal, sizeof wal, "%s-wal", path);
	file = open(wal, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || file < 0) {
		printf("Bail out! no file of our own\n");
		exit(1);
	}
	close(fd);
}

static void
end(void)
{
	close(file);
	unlink(wal);
	unlink(path);
}

static void
commit(void)
{
	ok(write(file, "frame", 5) == 5, "a commit is appended");
}

static bool
readable(const struct watch *w)
{
	struct pollfd fd = { .fd = w->fd, .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

static void
test_one_write(void)
{
	struct watch w;

	watch_open(&w);
	ok(watch_written(&w), "before it is armed, anything may have been written");
	watch_arm(&w, path);
	ok(!watch_written(&w) && !readable(&w), "armed, it waits");
	commit();
	ok(readable(&w), "a commit makes it readable");
	watch_read(&w);
	ok(watch_written(&w), "and is told");
	commit();
	ok(!readable(&w), "the next one wakes nobody before it is armed again");
	watch_arm(&w, path);
	ok(!watch_written(&w) && !readable(&w), "then it waits again");
	commit();
	ok(readable(&w), "and wakes again");
	watch_close(&w);
}

static void
test_no_watch(void)
{
	struct watch w;

	watch_open(&w);
	watch_arm(&w, "/nonexistent/potpress.db");
	ok(w.fd < 0, "a file that cannot be watched leaves no watch");
	ok(watch_written(&w), "then it must be looked at each time");
	watch_arm(&w, path);
	watch_read(&w);
	ok(watch_written(&w), "for ever");
	watch_close(&w);
}

int
main(void)
{
	begin();
	test_one_write();
	test_no_watch();
	end();
	return done_testing();
}
