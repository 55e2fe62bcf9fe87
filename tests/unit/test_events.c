/*
 * test_events.c - signals, and the wait they end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/events.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/unit/tap.h"

#define QUICK_MS 1500
#define HOLD_MS 60000
#define URL_MAX 60

static struct http *http;
static struct events events;

static void
begin(void)
{
	struct err e = ERR_NONE;

	http = http_new("potpress-unit/1", &e);
	if (http == NULL || !events_open(&events, http, &e)) {
		printf("Bail out! %s\n", e.text);
		exit(1);
	}
}

static void
end(void)
{
	http_free(http);
	events_close(&events);
}

static void
test_wait(void)
{
	int64_t start = clock_monotonic_ms();

	begin();
	events_wait(&events, 100);
	ok(clock_monotonic_ms() - start >= 90, "a wait without work lasts its time");
	ok(!events_hangup_taken(&events) && !events_stop_asked(&events),
	    "nobody asked for anything");
	kill(getpid(), SIGHUP);
	start = clock_monotonic_ms();
	events_wait(&events, HOLD_MS);
	ok(clock_monotonic_ms() - start < QUICK_MS, "a signal ends it");
	ok(events_hangup_taken(&events), "a hang-up is told");
	ok(!events_hangup_taken(&events), "once");
	ok(!events_stop_asked(&events), "and is no stop");
	kill(getpid(), SIGTERM);
	events_wait(&events, HOLD_MS);
	ok(events_stop_asked(&events), "SIGTERM asks to stop");
	ok(events_stop_asked(&events), "for good");
	end();
}

/* Connections are taken by the system, and nobody answers. */
static int
listen_silently(char url[URL_MAX])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(fd, 4) != 0 || getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
		printf("Bail out! no port of our own\n");
		exit(1);
	}
	snprintf(url, URL_MAX, "http://127.0.0.1:%d/", ntohs(at.sin_port));
	return fd;
}

static void
test_stop(void)
{
	struct service_config config = { .timeout_s = 20, .allow_http = true };
	struct http_service service = { .name = "unit", .config = &config };
	char url[URL_MAX];
	int fd = listen_silently(url);
	struct http_request r = {
		.service = &service, .method = "GET", .url = url, .reply_max = 1000
	};
	auto_reply hanging = { 0 };
	struct err e = ERR_NONE;
	int64_t start = clock_monotonic_ms(), took;

	begin();
	kill(getpid(), SIGINT);
	ok(!http_perform(http, &r, &hanging, &e), "after a stop a request is given up");
	took = clock_monotonic_ms() - start;
	ok(took >= EVENTS_STOP_GRACE_S * 1000 && took < 3 * EVENTS_STOP_GRACE_S * 1000,
	    "after its grace");
	ok(strstr(e.text, "asked to stop") != NULL, "the sentence says so");
	ok(e.fault == FAULT_OUTAGE && e.unknown_outcome, "and the outcome is unknown");
	is_int(http_in_flight(http), 0, "nothing is left under way");
	end();
	close(fd);
}

int
main(void)
{
	test_wait();
	test_stop();
	return done_testing();
}
