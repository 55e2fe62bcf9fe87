/*
 * ask.c - claims a provider's rows, books a request for each, and sends them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"

#include <assert.h>
#include <string.h>

static struct flight *
free_flight(struct desk *d)
{
	for (int i = 0; i < CONCURRENCY_MAX; i++)
		if (!d->flights[i].used)
			return &d->flights[i];
	return NULL;
}

static bool
answers(const struct provider *p, const char *kind)
{
	for (int i = 0; p->kinds[i] != NULL; i++)
		if (strcmp(p->kinds[i], kind) == 0)
			return true;
	return false;
}

/* Can the row be looked up? If not, `why` says what is wrong with it. */
static bool
can_be_asked(const struct desk *d, const struct lookup *l, struct err *why)
{
	const struct question *q = &l->question;

	if (!answers(d->provider, q->kind))
		return err_set(why, FAULT_REJECT, "%s has no answers of kind %s",
		    d->provider->name, q->kind);
	if (strcmp(q->kind, "file") == 0 && q->hash.kind == HASH_NONE)
		return err_set(
		    why, FAULT_REJECT, "its value is not an MD5, SHA-1 or SHA-256");
	return true;
}

static bool
hold(struct desk *d, const struct job *job, const struct err *why, struct err *e)
{
	struct settlement s = { .e = why, .what = "lookup", .took_ms = -1 };

	return stage_settle(&d->enricher->st, job, &s, e);
}

static bool
send(struct flight *f, struct err *e)
{
	struct desk *d = f->desk;
	auto_buf url = BUF_INIT(PROVIDER_URL_MAX);
	struct http_request r;

	d->provider->ask(d->client, &f->lookup.question, &url, &r);
	f->used = true;
	d->flying++;
	if (http_start(d->enricher->st.http, &r, desk_answered, f, e))
		return true;
	f->used = false;
	d->flying--;
	return false;
}

/* Sends the request of a claimed row whose booking began at booking_ms. */
static bool
take_off(struct desk *d, const struct job *job, const struct lookup *l,
    int64_t request_id, int64_t booking_ms, struct err *e)
{
	struct flight *f = free_flight(d);

	assert(f != NULL);
	stage_crash_point("after-booking");
	/* The process was delayed (locked database, stopped process): the slot is no longer ours. */
	if (clock_monotonic_ms() > booking_ms + LEDGER_SEND_S * 1000)
		return stage_give_back(&d->enricher->st, job, 0, NULL, e);
	minute_take(&d->minute, request_id);
	*f = (struct flight){ .desk = d,
		.job = *job,
		.lookup = *l,
		.request_id = request_id,
		.started_ms = clock_monotonic_ms() };
	return send(f, e);
}

/* Rows that were claimed and can be looked up. */
struct batch {
	struct job jobs[CONCURRENCY_MAX];
	struct lookup lookups[CONCURRENCY_MAX];
	int count;
};

/* Claims up to n rows; those that cannot be looked up are held. */
static bool
claim(struct desk *d, int64_t now, int n, struct batch *b, struct err *e)
{
	struct job jobs[CONCURRENCY_MAX];
	int claimed = queue_claim(&d->queue, now, jobs, n, e);

	b->count = 0;
	for (int i = 0; i < claimed; i++) {
		struct lookup *l = &b->lookups[b->count];
		struct err why = ERR_NONE;

		if (!store_lookup(&d->enricher->st.db, jobs[i].id, l, e))
			return false;
		if (can_be_asked(d, l, &why))
			b->jobs[b->count++] = jobs[i];
		else if (!hold(d, &jobs[i], &why, e))
			return false;
	}
	return claimed >= 0;
}

bool
desk_ask(struct desk *d, int64_t now, int n, struct err *e)
{
	struct booking bookings[CONCURRENCY_MAX];
	int64_t booking_ms;
	struct batch b;
	int booked = 0;

	if (!claim(d, now, n, &b, e))
		return false;
	for (int i = 0; i < b.count; i++)
		bookings[i].purpose = b.lookups[i].question.kind;
	now = clock_now(&d->enricher->st.clock);
	booking_ms = clock_monotonic_ms();
	if (b.count > 0 && !ledger_book(&d->ledger, now, bookings, b.count, &booked, e))
		return false;
	for (int i = 0; i < b.count; i++) {
		bool ok = i < booked
			      ? take_off(d, &b.jobs[i], &b.lookups[i], bookings[i].id,
				    booking_ms, e)
			      : stage_give_back(&d->enricher->st, &b.jobs[i], 0, NULL, e);
		if (!ok)
			return false;
	}
	return true;
}
