/*
 * events.h - signals, and the only wait of a program.
 *
 * SIGTERM and SIGINT ask to stop, SIGHUP to look for work now. They are blocked and read from a
 * signalfd, so that nothing runs in a handler. events_wait is the only place where a program waits:
 * for an answer to a request, a signal, another program's commit, or a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_EVENTS_H
#define POTPRESS_STAGE_EVENTS_H

#include "common/net/http.h"
#include "common/stage/notify.h"
#include "common/stage/watch.h"

/* After a request to stop, transfers may run this long; then they are aborted. */
#define EVENTS_STOP_GRACE_S 3

struct events {
	/* its transfers run during the wait; not owned; NULL: not open */
	struct http *http;
	int signal_fd;
	int wake_fd; /* readable when a signal came or another program wrote */
	struct watch watch;
	bool stop, hangup;
	struct notify notify; /* gets a sign of life from each wait */
	int64_t stop_ms; /* when the stop was asked for, clock_monotonic_ms */
};

/* Blocks the signals, which events_wait reads from now on; http_perform on `http` waits here too.
 * FAULT_FATAL when the system refuses. */
bool events_open(struct events *ev, struct http *http, struct err *e);
/* The signals stay blocked, as the program exits next. */
void events_close(struct events *ev);

/* Waits until an answer was delivered, a signal came, the watched database was written to, or `ms` passed
 * (or less: the sign of life to systemd is due earlier). Aborts transfers
 * EVENTS_STOP_GRACE_S after a request to stop. */
void events_wait(struct events *ev, int ms);

/* Whether SIGTERM or SIGINT came. */
bool events_stop_asked(struct events *ev);
/* True once after each SIGHUP. */
bool events_hangup_taken(struct events *ev);

#endif
