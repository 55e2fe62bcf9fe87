/*
 * notify.c - see notify.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/notify.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/buf.h"

#define MESSAGE_MAX (NOTIFY_STATUS_MAX + 16)
#define USEC_PER_MS 1000

static int64_t
number(const char *name)
{
	const char *text = secure_getenv(name);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

/* A path, or "@name" for an abstract socket. */
static bool
find_socket(struct notify *n)
{
	const char *path = secure_getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;

	if (len < 2 || len >= sizeof n->to || (path[0] != '/' && path[0] != '@'))
		return false;
	memcpy(n->to, path, len);
	if (path[0] == '@')
		n->to[0] = '\0';
	n->to_len = len;
	return true;
}

void
notify_init(struct notify *n)
{
	int64_t pid = number("WATCHDOG_PID");

	*n = (struct notify){ .to_len = 0 };
	if (!find_socket(n))
		return;
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (pid == 0 || pid == getpid())
		n->watchdog_ms = number("WATCHDOG_USEC") / USEC_PER_MS / 2;
}

void
notify_done(struct notify *n)
{
	if (n->to_len > 0)
		close(n->fd);
	n->to_len = 0;
}

static void
send_message(const struct notify *n, const char *message)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n->to_len);

	if (n->to_len == 0)
		return;
	memcpy(to.sun_path, n->to, n->to_len);
	(void)sendto(n->fd, message, strlen(message), MSG_NOSIGNAL,
	    (const struct sockaddr *)&to, len);
}

void
notify_ready(const struct notify *n)
{
	send_message(n, "READY=1");
}

void
notify_stopping(const struct notify *n)
{
	send_message(n, "STOPPING=1");
}

void
notify_status(struct notify *n, const char *what)
{
	auto_buf message = BUF_INIT(MESSAGE_MAX);

	if (n->to_len == 0 || strncmp(n->status, what, sizeof n->status - 1) == 0)
		return;
	buf_printf(&message, "STATUS=%.*s", NOTIFY_STATUS_MAX - 1, what);
	for (size_t i = 0; i < message.len; i++)
		if (message.ptr[i] == '\n')
			message.ptr[i] = ' ';
	BUF_FIXED(n->status, "%.*s", NOTIFY_STATUS_MAX - 1, what);
	send_message(n, buf_text(&message));
}

int
notify_alive(struct notify *n, int64_t now_ms)
{
	int64_t due_ms = n->alive_ms + n->watchdog_ms;

	if (n->watchdog_ms <= 0)
		return INT_MAX;
	if (now_ms < due_ms)
		return (int)(due_ms - now_ms);
	n->alive_ms = now_ms;
	send_message(n, "WATCHDOG=1");
	return (int)n->watchdog_ms;
}

bool
notify_is_journal(int fd)
{
	const char *stream = secure_getenv("JOURNAL_STREAM");
	struct stat st;
	char *inode;

	if (stream == NULL || fstat(fd, &st) != 0)
		return false;
	return strtoull(stream, &inode, 10) == st.st_dev && *inode == ':' &&
	       strtoull(inode + 1, NULL, 10) == st.st_ino;
}
