/*
 * test_backoff.c - the bounds of every wait, for the lowest and the highest throw of the dice.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/backoff.h"

#include <limits.h>

#include "tests/unit/tap.h"

#define TRIES 100

/* Throws what ctx points to. */
static uint32_t
loaded_draw(void *ctx)
{
	const uint32_t *bits = ctx;

	return *bits;
}

static int64_t
no_now(void *ctx)
{
	(void)ctx;
	return 0;
}

static int64_t
delay(int attempts, uint32_t bits)
{
	struct clock dice = { no_now, loaded_draw, &bits, 1, NULL, false, NULL };

	return backoff_delay(attempts, &dice);
}

static int64_t
outage(int strikes, uint32_t bits)
{
	struct clock dice = { no_now, loaded_draw, &bits, 1, NULL, false, NULL };

	return backoff_outage(strikes, &dice);
}

/* base * 2^(nth - 1), at most cap; written as the contract says it. */
static int64_t
limit(int64_t base, int nth, int64_t cap)
{
	double most = (double)base;

	for (int i = 1; i < nth; i++)
		most *= 2;
	return most < (double)cap ? (int64_t)most : cap;
}

static void
test_delay_steps(void)
{
	static const int64_t MOST[] = { 30, 60, 120, 240, 480, 960, 1920, 3600, 3600 };

	for (int i = 0; i < (int)(sizeof MOST / sizeof MOST[0]); i++)
		is_int(delay(i + 1, UINT32_MAX), MOST[i],
		    "the longest wait doubles up to an hour");
	is_int(delay(1, 0), 1, "the shortest is a second");
	is_int(delay(1, UINT32_MAX / 2), 15, "half a throw is half the wait");
}

static void
test_delay_bounds(void)
{
	bool lowest = true, highest = true;

	for (int attempts = 1; attempts <= TRIES; attempts++) {
		int64_t most = limit(BACKOFF_BASE_S, attempts, BACKOFF_CAP_S);

		lowest = lowest && delay(attempts, 0) == 1;
		highest = highest && delay(attempts, UINT32_MAX) == most;
	}
	ok(lowest, "the lowest throw is one second for a hundred attempts");
	ok(highest, "the highest is min(cap, base * 2^(attempts-1))");
	is_int(
	    delay(INT_MAX, UINT32_MAX), BACKOFF_CAP_S, "no number of attempts overflows");
}

static void
test_outage_steps(void)
{
	static const int64_t MOST[] = { 15, 30, 60, 120, 240, 300, 300 };

	for (int i = 0; i < (int)(sizeof MOST / sizeof MOST[0]); i++)
		is_int(outage(i + 1, 0), MOST[i],
		    "the longest pause doubles from 15 s to 5 minutes");
}

static void
test_outage_bounds(void)
{
	bool half = true, within = true;

	for (int strikes = 1; strikes <= TRIES; strikes++) {
		int64_t most = limit(15, strikes, 300),
			least = outage(strikes, UINT32_MAX);

		half = half && 2 * least >= most && 2 * least <= most + 3;
		for (uint32_t bits = 0; bits < UINT32_MAX - (1U << 27); bits += 1U << 27)
			within = within && outage(strikes, bits) <= most &&
				 outage(strikes, bits) >= least;
	}
	ok(half, "half of a pause is jitter, the other half is always waited");
	ok(within, "no throw leaves these bounds");
	is_int(outage(INT_MAX, 0), 300, "no number of strikes overflows");
}

int
main(void)
{
	test_delay_steps();
	test_delay_bounds();
	test_outage_steps();
	test_outage_bounds();
	return done_testing();
}
