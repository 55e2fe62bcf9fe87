/*
 * site_clock.h - whether this machine's clock is ahead of the site's.
 *
 * Digests would otherwise be published of days that are still to come.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SITE_CLOCK_H
#define POTPRESS_SITE_CLOCK_H

#include "common/stage/stage.h"

/* Zeroed: nothing is known, and nothing seems ahead. */
struct site_clock {
	int64_t apart_s; /* of the site's clock from the steady one; 0: unknown */
	int64_t ask_at; /* seconds of the steady clock; 0: as soon as ours seems ahead */
	bool ask; /* the site is to be asked for the time */
	bool said; /* it was logged that ours is ahead */
};

/* After an answer of the site. */
void site_clock_note(struct site_clock *c, struct stage *st);
/* By more than an hour; logged once. The steady clock stands still while a virtual machine is halted, so
 * `ask` is set before this is believed, and every hour while it is true. */
bool site_clock_is_behind(struct site_clock *c, struct stage *st, int64_t now);

#endif
