/*
 * minute.h - the requests of this process that hold a slot of the minute, timed by the steady clock.
 *
 * The ledger uses the wall clock, for all processes and across restarts; when that clock steps ahead,
 * used slots seem free. A slot is taken when a request is booked and free LEDGER_SLOT_S after its
 * answer. Nothing here reads a clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_MINUTE_H
#define POTPRESS_MINUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"

struct minute {
	struct minute_slot *slots;
	int size, used;
};

bool minute_init(struct minute *m, int64_t per_minute, struct err *e);
void minute_done(struct minute *m);

/* How many slots are free at `ms`. */
int minute_free(struct minute *m, int64_t ms);
/* How long until one is free, 0 if one is; a second if only answers can free one. */
int64_t minute_wait_ms(struct minute *m, int64_t ms);
/* Request `id` takes a free slot. */
void minute_take(struct minute *m, int64_t id);
/* Request `id` was answered, or will never be. */
void minute_answered(struct minute *m, int64_t id, int64_t ms);

#endif
