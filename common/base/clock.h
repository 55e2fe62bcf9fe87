/*
 * clock.h - the only access to time and random numbers; no other code asks the system for either.
 *
 * Programs use clock_system(). In a test build (POTPRESS_TEST defined) the system clock reads unix
 * seconds from the file named by POTPRESS_CLOCK_FILE, so that months pass in seconds; an optional
 * second number is the steady clock, which otherwise follows the first. Servers are taken to have
 * another clock, unless POTPRESS_CLOCK_SHARED is set. A release build does not contain that code. Unit
 * tests pass their own struct clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_CLOCK_H
#define POTPRESS_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
	int64_t (*now)(void *ctx); /* unix seconds, UTC */
	uint32_t (*draw)(void *ctx); /* 32 random bits */
	void *ctx;
	int tick_ms; /* longest wait before the clock must be read again */
	/* Milliseconds, unaffected by steps of `now`, running while the machine sleeps; NULL: derived
	 * from `now`. */
	int64_t (*steady_ms)(void *ctx);
	/* Servers do not share this clock, so their Date headers say nothing about it. */
	bool lone;
	int64_t *latest; /* the latest value of `now` so far; NULL: not kept */
};

#define CLOCK_TICK_MS 5000 /* a step of the clock is noticed after at most this time */
#define CLOCK_TEST_TICK_MS 20

/* The clock of the machine, or of the test build. */
struct clock clock_system(void);
static inline int64_t
clock_now(const struct clock *c)
{
	int64_t now = c->now(c->ctx);

	if (c->latest != NULL && *c->latest < now)
		*c->latest = now;
	return now;
}
/* The number of seconds the clock went back since the last call; 0: it did not. Times up to that far ahead
 * of `now` were read, and may have been stored. */
static inline int64_t
clock_set_back_s(const struct clock *c, int64_t now)
{
	int64_t back_s = c->latest != NULL ? *c->latest - now : 0;

	if (back_s > 0)
		*c->latest = now;
	return back_s > 0 ? back_s : 0;
}
static inline int64_t
clock_steady_ms(const struct clock *c)
{
	return c->steady_ms != NULL ? c->steady_ms(c->ctx) : 1000 * c->now(c->ctx);
}
/* Uniform in 0..bound-1; bound > 0. */
uint32_t clock_draw(const struct clock *c, uint32_t bound);
/* Monotonic milliseconds, running while the machine sleeps; only for measuring and for timeouts of the
 * transport. */
int64_t clock_monotonic_ms(void);

#endif
