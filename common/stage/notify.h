/*
 * notify.h - reports the program's state to systemd; does nothing unless systemd started it.
 *
 * The protocol is sd_notify(3): one datagram of KEY=VALUE lines to the socket that $NOTIFY_SOCKET
 * names. Errors are ignored: the work goes on without a service manager.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_NOTIFY_H
#define POTPRESS_STAGE_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTIFY_SOCKET_MAX 108 /* bytes of its address, unix(7) */
#define NOTIFY_STATUS_MAX 400 /* bytes of one status */

struct notify {
	int fd;
	char to[NOTIFY_SOCKET_MAX]; /* the listener; an abstract one begins with NUL */
	size_t to_len; /* 0: no listener */
	int64_t watchdog_ms; /* how often a sign of life is due; 0: never */
	int64_t alive_ms; /* when the last one was given */
	char status[NOTIFY_STATUS_MAX]; /* as last sent */
};

/* Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID. */
void notify_init(struct notify *n);
void notify_done(struct notify *n);
/* The program is up, or waits for another process that holds its stage. */
void notify_ready(const struct notify *n);
/* The program has been asked to stop. */
void notify_stopping(const struct notify *n);
/* What it does, or why it is paused: one line for `systemctl status`. Sent only when it changed. */
void notify_status(struct notify *n, const char *what);
/* Called before each wait: sends a sign of life at half of the interval that systemd allows. Returns
 * after how many milliseconds the next one is due; INT_MAX: never. now_ms: clock_monotonic_ms(). */
int notify_alive(struct notify *n, int64_t now_ms);

/* Is this descriptor the journal ($JOURNAL_STREAM)? Its lines may begin with a priority. */
bool notify_is_journal(int fd);

#endif
