/*
 * minute.c - see minute.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/minute.h"

#include <assert.h>
#include <stdlib.h>

#include "enricher/ledger/ledger.h"

#define SLOT_MS (LEDGER_SLOT_S * INT64_C(1000))
#define ON_ITS_WAY INT64_MAX

struct minute_slot {
	int64_t request_id;
	int64_t free_at_ms; /* ON_ITS_WAY until the answer comes */
};

bool
minute_init(struct minute *m, int64_t per_minute, struct err *e)
{
	*m = (struct minute){ .size = (int)per_minute };
	m->slots = calloc((size_t)per_minute, sizeof *m->slots);
	return m->slots != NULL || err_set(e, FAULT_FATAL, "out of memory");
}

void
minute_done(struct minute *m)
{
	free(m->slots);
	*m = (struct minute){ .slots = NULL };
}

int
minute_free(struct minute *m, int64_t ms)
{
	for (int i = m->used - 1; i >= 0; i--)
		if (m->slots[i].free_at_ms <= ms)
			m->slots[i] = m->slots[--m->used];
	return m->size - m->used;
}

int64_t
minute_wait_ms(struct minute *m, int64_t ms)
{
	int64_t first = ON_ITS_WAY;

	if (minute_free(m, ms) > 0)
		return 0;
	for (int i = 0; i < m->used; i++)
		if (m->slots[i].free_at_ms < first)
			first = m->slots[i].free_at_ms;
	return first == ON_ITS_WAY ? 1000 : first - ms;
}

void
minute_take(struct minute *m, int64_t id)
{
	assert(m->used < m->size);
	m->slots[m->used++] = (struct minute_slot){ id, ON_ITS_WAY };
}

void
minute_answered(struct minute *m, int64_t id, int64_t ms)
{
	for (int i = 0; i < m->used; i++)
		if (m->slots[i].request_id == id)
			m->slots[i].free_at_ms = ms + SLOT_MS;
}
