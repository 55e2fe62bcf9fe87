/*
 * provider_clock.h - the provider's clock, by which it counts its quota.
 *
 * Our clock may be wrong: a board without a battery starts in the past, and a step may come at any time.
 * So our clock is compared with the Date of the provider's answers, and counts only as long as it has
 * not stepped since, by the steady clock. If it is off by more than LEDGER_DAY_GRACE_S, the ledger uses
 * the provider's. Nothing here reads a clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PROVIDER_CLOCK_H
#define POTPRESS_PROVIDER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct provider_clock {
	bool compared;
	int64_t apart_ms; /* our clock minus the steady one at that time */
	int64_t ahead_s; /* of our clock; 0 if it is close enough */
};

/* Whether our clock was compared and has not stepped since. */
bool provider_clock_holds(const struct provider_clock *c, int64_t now, int64_t steady_ms);
/* Compares the Date of an answer (0: it had none) that arrived at `now` after took_ms. */
void provider_clock_compare(struct provider_clock *c, int64_t date, int64_t now,
    int64_t steady_ms, int64_t took_ms);

#endif
