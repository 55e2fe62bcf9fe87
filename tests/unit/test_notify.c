/*
 * test_notify.c - what a service manager hears of us, and that nobody else hears anything.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/notify.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/tap.h"

#define HEARD_MAX 1024

/* A listener at `path`; "@name" is an abstract socket. */
static int
listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, path, len);
	if (path[0] == '@')
		at.sun_path[0] = '\0';
	ok(bind(fd, (struct sockaddr *)&at,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0,
	    "the listener is there");
	return fd;
}

/* The next datagram, "" where there is none. */
static const char *
heard(int fd)
{
	static char text[HEARD_MAX];
	ssize_t n = recv(fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
test_told(const char *path)
{
	struct notify n;
	int fd = listen_at(path);

	setenv("NOTIFY_SOCKET", path, 1);
	notify_init(&n);
	notify_ready(&n);
	is_text(heard(fd), "READY=1", "it says when it is ready");
	notify_status(&n, "publishing\nREADY=1");
	is_text(heard(fd), "STATUS=publishing READY=1", "a status is one line");
	notify_status(&n, "publishing\nREADY=1");
	is_text(heard(fd), "", "the same status is not repeated");
	notify_stopping(&n);
	is_text(heard(fd), "STOPPING=1", "it says that it stops");
	notify_done(&n);
	close(fd);
}

static void
test_watchdog(const char *path)
{
	char pid[24];
	struct notify n;
	int fd = listen_at(path);

	setenv("WATCHDOG_USEC", "120000000", 1);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	notify_init(&n);
	notify_alive(&n, 100000);
	is_text(heard(fd), "WATCHDOG=1", "the first sign of life is given at once");
	notify_alive(&n, 159999);
	is_text(heard(fd), "", "not more often than needed");
	notify_alive(&n, 160000);
	is_text(heard(fd), "WATCHDOG=1", "again at half the time");
	notify_done(&n);
	setenv("WATCHDOG_PID", "1", 1);
	notify_init(&n);
	notify_alive(&n, 100000);
	is_text(heard(fd), "", "another process's watchdog is not ours");
	notify_done(&n);
	close(fd);
}

static void
test_long_status(const char *path)
{
	char words[NOTIFY_STATUS_MAX * 2];
	struct notify n;
	int fd = listen_at(path);

	memset(words, 'w', sizeof words - 1);
	words[sizeof words - 1] = '\0';
	notify_init(&n);
	notify_status(&n, words);
	is_int((int64_t)strlen(heard(fd)),
	    (int64_t)strlen("STATUS=") + NOTIFY_STATUS_MAX - 1, "a long status is cut");
	notify_done(&n);
	close(fd);
}

static void
check_silent(const char *path, const char *words)
{
	struct notify n;

	if (path != NULL)
		setenv("NOTIFY_SOCKET", path, 1);
	else
		unsetenv("NOTIFY_SOCKET");
	notify_init(&n);
	notify_ready(&n);
	notify_alive(&n, 100000);
	is_int((int64_t)n.to_len, 0, words);
	notify_done(&n);
}

static void
test_journal(void)
{
	char stream[64];
	struct stat st;

	ok(fstat(STDOUT_FILENO, &st) == 0, "a stream");
	snprintf(
	    stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	ok(notify_is_journal(STDOUT_FILENO),
	    "the journal is known by its device and number");
	snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino + 1);
	setenv("JOURNAL_STREAM", stream, 1);
	ok(!notify_is_journal(STDOUT_FILENO), "another stream is not");
	unsetenv("JOURNAL_STREAM");
	ok(!notify_is_journal(STDOUT_FILENO), "nor is any without a word of systemd's");
}

int
main(void)
{
	char path[] = "/tmp/potpress-notify-XXXXXX", at[64];
	char abstract[64];

	ok(mkdtemp(path) != NULL, "a directory");
	snprintf(at, sizeof at, "%s/notify", path);
	snprintf(abstract, sizeof abstract, "@potpress-notify-%d", (int)getpid());
	test_told(at);
	test_told(abstract);
	unlink(at);
	test_told(at);
	unlink(at);
	test_watchdog(at);
	unlink(at);
	test_long_status(at);
	unlink(at);
	check_silent(NULL, "without systemd nothing is told");
	check_silent("relative", "a name that is no path is nobody");
	setenv("NOTIFY_SOCKET", at, 1);
	struct notify n;
	notify_init(&n);
	notify_ready(&n);
	notify_alive(&n, 1);
	ok(true, "a listener that is gone costs nothing");
	notify_done(&n);
	rmdir(path);
	test_journal();
	return done_testing();
}
