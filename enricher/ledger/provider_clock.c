/*
 * provider_clock.c - see provider_clock.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/provider_clock.h"

#include <stdlib.h>

#include "enricher/ledger/ledger.h"

#define STEP_MS 5000 /* larger than what whole seconds and a slow correction amount to */

bool
provider_clock_holds(const struct provider_clock *c, int64_t now, int64_t steady_ms)
{
	return c->compared && llabs(now * 1000 - steady_ms - c->apart_ms) <= STEP_MS;
}

/* The answer was dated at some time between the request and its arrival. */
static int64_t
ahead(int64_t date, int64_t now, int64_t took_ms)
{
	int64_t least = date - now, most = least + 1 + (took_ms + 999) / 1000;

	return least > LEDGER_DAY_GRACE_S || most < -LEDGER_DAY_GRACE_S ? least : 0;
}

void
provider_clock_compare(struct provider_clock *c, int64_t date, int64_t now,
    int64_t steady_ms, int64_t took_ms)
{
	if (date == 0 && provider_clock_holds(c, now, steady_ms))
		return;
	*c = (struct provider_clock){ .compared = true,
		.apart_ms = now * 1000 - steady_ms,
		.ahead_s = date == 0 ? 0 : ahead(date, now, took_ms) };
}
