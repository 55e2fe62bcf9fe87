/*
 * backoff.c - see backoff.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/backoff.h"

#define OUTAGE_BASE_S 15
#define OUTAGE_CAP_S 300

static int64_t
doubled(int64_t base, int times, int64_t cap)
{
	int64_t wait = base;

	while (times-- > 0 && wait < cap)
		wait *= 2;
	return wait < cap ? wait : cap;
}

int64_t
backoff_delay(int attempts, const struct clock *dice)
{
	int64_t most = doubled(BACKOFF_BASE_S, attempts - 1, BACKOFF_CAP_S);

	return 1 + clock_draw(dice, (uint32_t)most);
}

int64_t
backoff_outage(int strikes, const struct clock *dice)
{
	int64_t most = doubled(OUTAGE_BASE_S, strikes - 1, OUTAGE_CAP_S);

	return most - clock_draw(dice, (uint32_t)(most / 2));
}
