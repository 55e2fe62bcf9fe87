/*
 * backoff.h - how long to wait before the next try; pure functions of numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_BACKOFF_H
#define POTPRESS_BASE_BACKOFF_H

#include <stdint.h>

#include "common/base/clock.h"

#define BACKOFF_BASE_S 30
#define BACKOFF_CAP_S 3600

/* Full jitter: 1 .. min(cap, base * 2^(attempts-1)) seconds for the attempts-th failure (>= 1). */
int64_t backoff_delay(int attempts, const struct clock *dice);
/* Pause of a service that is down, after its strikes-th outage in a row (>= 1): 15 s doubling to
 * 5 minutes, half of it jitter. */
int64_t backoff_outage(int strikes, const struct clock *dice);

#endif
