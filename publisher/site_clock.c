/*
 * site_clock.c - see site_clock.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/site_clock.h"

#include "common/base/time.h"

#define AHEAD_S HOUR_S /* a clock that is further ahead of the site's is wrong */
#define ASK_EVERY_S HOUR_S

void
site_clock_note(struct site_clock *c, struct stage *st)
{
	int64_t date = http_newest_date(st->http);

	c->ask = false;
	if (!st->clock.lone && date > 0)
		c->apart_s = date - clock_steady_ms(&st->clock) / 1000;
}

bool
site_clock_is_behind(struct site_clock *c, struct stage *st, int64_t now)
{
	int64_t steady_s = clock_steady_ms(&st->clock) / 1000;

	if (c->apart_s == 0 || now <= steady_s + c->apart_s + AHEAD_S) {
		c->said = false;
		c->ask_at = 0;
		return false;
	}
	if (steady_s >= c->ask_at) {
		c->ask = true;
		c->ask_at = steady_s + ASK_EVERY_S;
	} else if (!c->ask && !c->said) {
		log_line(&st->log, LOG_WARNING, "waiting", "why",
		    "the clock of this machine is ahead of the site's by more than an "
		    "hour: no digests are planned until it is right",
		    NULL);
		c->said = true;
	}
	return true;
}
