/*
 * clock.h - the only door to time and dice; nothing else may ask the system for either.
 *
 * Programs use clock_system(). In a test build (POTPRESS_TEST defined) the system clock reads
 * unix seconds from the file named by POTPRESS_CLOCK_FILE, so that months pass in seconds; a second
 * number there is the steady clock's, which else follows the first. That time is ours alone, unless
 * POTPRESS_CLOCK_SHARED is set. A release build does not contain that code. Unit tests pass a struct
 * clock of their own.
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
	/* Milliseconds that no step of `now` moves, and that go on while the machine sleeps; NULL: made
	 * of `now`. */
	int64_t (*steady_ms)(void *ctx);
	/* A time of our own, which others do not share: their Date headers say nothing about it. */
	bool lone;
};

#define CLOCK_TICK_MS 5000 /* a step of the clock is noticed so late */
#define CLOCK_TEST_TICK_MS 20

struct clock clock_system(void);
static inline int64_t
clock_now(const struct clock *c)
{
	return c->now(c->ctx);
}
static inline int64_t
clock_steady_ms(const struct clock *c)
{
	return c->steady_ms != NULL ? c->steady_ms(c->ctx) : 1000 * c->now(c->ctx);
}
/* Uniform in 0..bound-1; bound > 0. */
uint32_t clock_draw(const struct clock *c, uint32_t bound);
/* Milliseconds that never go back, and go on while the machine sleeps; for measuring and for timeouts of the
 * transport only. */
int64_t clock_monotonic_ms(void);

#endif
