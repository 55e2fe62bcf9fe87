/*
 * events.c - see events.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/events.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/base/clock.h"

static int
open_signals(void)
{
	static const int OURS[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++) {
		/* nohup and shells pass on ignored signals, which a signalfd never sees. */
		signal(OURS[i], SIG_DFL);
		sigaddset(&set, OURS[i]);
	}
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool
add(int to, int fd)
{
	struct epoll_event readable = { .events = EPOLLIN };

	return epoll_ctl(to, EPOLL_CTL_ADD, fd, &readable) == 0;
}

/* One descriptor for all that ends a wait. Without a watch the loop looks at the database itself. */
static bool
open_wake(struct events *ev)
{
	ev->wake_fd = epoll_create1(EPOLL_CLOEXEC);
	watch_open(&ev->watch);
	if (ev->watch.fd >= 0 && !add(ev->wake_fd, ev->watch.fd))
		watch_close(&ev->watch);
	return ev->wake_fd >= 0 && add(ev->wake_fd, ev->signal_fd);
}

static void
wait_for_one(void *ctx, int ms)
{
	events_wait(ctx, ms);
}

bool
events_open(struct events *ev, struct http *http, struct err *e)
{
	int fd = open_signals();

	if (fd < 0)
		return err_set(
		    e, FAULT_FATAL, "signals cannot be read: %s", strerror(errno));
	*ev = (struct events){ .http = http, .signal_fd = fd };
	if (!open_wake(ev))
		return err_set(
		    e, FAULT_FATAL, "epoll(7) is not available: %s", strerror(errno));
	notify_init(&ev->notify);
	http_wait_by(http, wait_for_one, ev);
	return true;
}

void
events_close(struct events *ev)
{
	if (ev->http != NULL) {
		notify_stopping(&ev->notify);
		notify_done(&ev->notify);
		watch_close(&ev->watch);
		close(ev->wake_fd);
		close(ev->signal_fd);
	}
	ev->http = NULL;
}

static void
read_signals(struct events *ev)
{
	struct signalfd_siginfo info;

	while (ev->http != NULL &&
	       read(ev->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP) {
			ev->hangup = true;
			continue;
		}
		if (!ev->stop)
			ev->stop_ms = clock_monotonic_ms();
		ev->stop = true;
	}
}

void
events_wait(struct events *ev, int ms)
{
	int alive_ms = notify_alive(&ev->notify, clock_monotonic_ms());

	http_poll(ev->http, ev->wake_fd, alive_ms < ms ? alive_ms : ms);
	watch_read(&ev->watch);
	read_signals(ev);
	if (ev->stop && clock_monotonic_ms() >= ev->stop_ms + EVENTS_STOP_GRACE_S * 1000)
		http_give_up(ev->http, "asked to stop");
}

bool
events_stop_asked(struct events *ev)
{
	read_signals(ev);
	return ev->stop;
}

bool
events_hangup_taken(struct events *ev)
{
	bool hangup = ev->hangup;

	ev->hangup = false;
	return hangup;
}
