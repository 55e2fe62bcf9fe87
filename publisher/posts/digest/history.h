/*
 * history.h - what a digest reports beside its own numbers: how they compare with earlier days, and
 * what is new or has changed. There is no comparison if the number of sensors changed, days are
 * incomplete, or counting began too recently.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_HISTORY_H
#define POTPRESS_DIGEST_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/calendar.h"

#define DIGEST_NAMES_MAX 10
#define DIGEST_MONTHS_MAX 12

/* How many sensors reported on each complete day. */
struct digest_sensors {
	int64_t changes, low, high; /* changes: how often the number did */
	int64_t more; /* since the last change; below 0: fewer */
	struct calendar_date since; /* the day of that change */
};

struct digest_names {
	char *names[DIGEST_NAMES_MAX]; /* owned; hostile text */
	size_t count;
	int64_t total;
};

struct digest_day {
	struct calendar_date date;
	int64_t events;
};

struct digest_month {
	struct calendar_date first;
	int64_t daily; /* events of a complete day on average; 0: too few such days */
};

struct digest_history {
	/* of the period and the days it is compared with */
	struct digest_sensors sensors;
	/* A day among the complete ones of the last weeks; ranked 0: not comparable. */
	int64_t ranked, above; /* above: days with more events */
	struct calendar_date ranked_since;
	struct digest_day most,
	    least; /* of a longer period; events 0: too few complete days */
	struct digest_month months[DIGEST_MONTHS_MAX]; /* the last is the digest's own */
	size_t month_count;
	struct digest_names families; /* captured for the first time */
	int64_t families_before; /* the same of the period before; -1: not comparable */
	/* new files that VirusTotal received after they were captured here */
	int64_t first;
	/* Files found malicious in the period: VirusTotal had no record of them before, or few or no engines
	 * detected them. */
	int64_t were_unknown, were_missed;
	int64_t quiet_sensors; /* without events for unusually long */
	struct digest_names quiet_honeypots;
};
void digest_history_done(struct digest_history *h);

#endif
