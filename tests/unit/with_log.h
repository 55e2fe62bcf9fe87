/*
 * with_log.h - a clock that a unit test sets, and a log that it reads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WITH_LOG_H
#define POTPRESS_WITH_LOG_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"

#define LOGGED_MAX 65536

static int64_t now; /* what the clock says */
static int log_pipe[2] = { -1, -1 };

static inline int64_t
clock_says(void *ctx)
{
	(void)ctx;
	return now;
}

static inline uint32_t
clock_draws(void *ctx)
{
	(void)ctx;
	return UINT32_MAX / 2;
}

static inline struct clock
clock_of_test(void)
{
	return (struct clock){ .now = clock_says, .draw = clock_draws, .tick_ms = 20 };
}

/* The clock outlives it. */
static inline struct log
log_of_test(const char *stage, const struct clock *clock)
{
	if (log_pipe[0] < 0 && pipe2(log_pipe, O_NONBLOCK | O_CLOEXEC) != 0) {
		printf("Bail out! no pipe\n");
		exit(1);
	}
	return (struct log){ .stage = stage, .clock = clock, .fd = log_pipe[1] };
}

/* What was logged since the last call, valid until the next; "": nothing. */
static inline const char *
logged(void)
{
	static char text[LOGGED_MAX];
	ssize_t n = read(log_pipe[0], text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

#endif
