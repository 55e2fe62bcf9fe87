/*
 * again.c - see again.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/again.h"

#include "common/base/time.h"

int64_t
again_next(const struct list *list, int64_t since, int64_t now, bool early)
{
	int64_t next = 0, wait, passed;

	if (since <= 0 || since > now)
		since = now;
	passed = now - since + (early ? AGAIN_EARLY_S : 0);
	for (size_t i = 0; i < list->count; i++)
		if (time_parse_duration(list->items[i], &wait) && wait > passed &&
		    (next == 0 || wait < next - since))
			next = since + wait;
	return next;
}

bool
again_is_open(const struct report *r, int64_t now)
{
	return r->stats.malicious < AGAIN_LOW ||
	       (r->first_submission_at >= 0 &&
		   r->first_submission_at > now - AGAIN_YOUNG_S);
}
