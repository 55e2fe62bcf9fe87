/*
 * ask.c - claims rows, books a request for each, and sends them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"

#include <assert.h>

static struct flight *
free_flight(struct enricher *en)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++)
		if (!en->flights[i].used)
			return &en->flights[i];
	return NULL;
}

static bool
hold_unusable(struct enricher *en, const struct job *job, struct err *e)
{
	struct err fault = ERR_NONE;
	struct settlement s = { .e = &fault, .what = "lookup", .took_ms = -1 };

	err_set(&fault, FAULT_REJECT, "its value is no MD5, SHA-1 or SHA-256");
	return stage_settle(&en->st, job, &s, e);
}

/* Sends the request of a claimed row whose booking began at booking_ms. */
static bool
send(struct enricher *en, const struct job *job, const struct lookup *l,
    int64_t request_id, int64_t booking_ms, struct err *e)
{
	struct flight *f = free_flight(en);

	assert(f != NULL);
	stage_crash_point("after-booking");
	/* We slept on the way (a locked database, a stopped process): the slot is no longer ours. */
	if (clock_monotonic_ms() > booking_ms + LEDGER_SEND_S * 1000)
		return stage_give_back(&en->st, job, 0, NULL, e);
	*f = (struct flight){ .enricher = en,
		.used = true,
		.job = *job,
		.lookup = *l,
		.request_id = request_id,
		.started_ms = clock_monotonic_ms() };
	en->flying++;
	if (vt_ask(&en->vt, &l->value, enricher_answer, f, e))
		return true;
	f->used = false;
	en->flying--;
	return false;
}

bool
enricher_ask(struct enricher *en, int64_t now, int n, struct err *e)
{
	struct job jobs[CONCURRENCY_MAX];
	struct lookup lookups[CONCURRENCY_MAX];
	int64_t ids[CONCURRENCY_MAX];
	int claimed, asked = 0, booked = 0;
	int64_t booking_ms;

	claimed = queue_claim(&en->st.queue, now, jobs, n, e);
	if (claimed < 0)
		return false;
	for (int i = 0; i < claimed; i++) {
		if (!store_lookup(&en->st.db, jobs[i].id, &lookups[asked], e))
			return false;
		if (lookups[asked].unusable) {
			if (!hold_unusable(en, &jobs[i], e))
				return false;
			continue;
		}
		jobs[asked++] = jobs[i];
	}
	now = clock_now(&en->st.clock);
	booking_ms = clock_monotonic_ms();
	if (asked > 0 && !ledger_book(&en->ledger, now, asked, ids, &booked, e))
		return false;
	for (int i = 0; i < asked; i++) {
		bool ok = i < booked
			      ? send(en, &jobs[i], &lookups[i], ids[i], booking_ms, e)
			      : stage_give_back(&en->st, &jobs[i], 0, NULL, e);
		if (!ok)
			return false;
	}
	return true;
}
