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
		if (d->flights[i].state == FLIGHT_FREE)
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

/* Leaves `why` alone if the row can be looked up. */
static void
can_be_asked(const struct desk *d, const struct lookup *l, struct err *why)
{
	const struct question *q = &l->question;

	if (!answers(d->provider, q->kind))
		err_set(why, FAULT_REJECT, "%s has no answers of kind %s",
		    d->provider->name, q->kind);
	else if (strcmp(q->kind, "file") == 0 && q->hash.kind == HASH_NONE)
		err_set(why, FAULT_REJECT, "its value is not an MD5, SHA-1 or SHA-256");
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
	if (!http_start(d->enricher->st.http, &r, desk_answered, f, e))
		return false;
	f->state = FLIGHT_SENT;
	d->flying++;
	return true;
}

/* Sends the request of a claimed row whose booking began at booking_ms. */
static bool
take_off(struct desk *d, const struct claimed *row, int64_t booking_ms, struct err *e)
{
	struct flight *f = free_flight(d);

	assert(f != NULL);
	stage_crash_point("after-booking");
	/* The process was delayed (locked database, stopped process): the slot is no longer ours. */
	if (clock_monotonic_ms() > booking_ms + LEDGER_SEND_S * 1000)
		return stage_give_back(&d->enricher->st, &row->job, 0, NULL, e);
	minute_take(&d->minute, row->request_id);
	*f = (struct flight){ .desk = d,
		.job = row->job,
		.lookup = row->lookup,
		.request_id = row->request_id,
		.started_ms = clock_monotonic_ms(),
		.sent_steady_ms = clock_steady_ms(&d->enricher->st.clock) };
	return send(f, e);
}

static int
claim_jobs(struct desk *d, int64_t now, struct job *jobs, int n, struct err *e)
{
	const struct by_hand *b = &d->enricher->by_hand;

	return d->enricher->asked.ask.given
		   ? queue_claim_these(&d->queue, now, b->due, b->due_count, jobs, n, e)
		   : queue_claim_by(
			 &d->queue, now, d->order.plan, d->order.ranges, jobs, n, e);
}

static bool
claim(struct desk *d, int64_t now, int n, struct err *e)
{
	struct job jobs[CONCURRENCY_MAX];
	struct claims *b = &d->claims;
	int claimed = claim_jobs(d, now, jobs, n, e);

	b->count = 0;
	for (int i = 0; i < claimed; i++) {
		struct claimed *row = &b->rows[b->count++];

		*row = (struct claimed){ .job = jobs[i], .unfit = ERR_NONE };
		if (!store_lookup(&d->enricher->st.db, row->job.id, &row->lookup, e))
			return false;
		can_be_asked(d, &row->lookup, &row->unfit);
	}
	return claimed >= 0;
}

static bool
book_in(struct desk *d, const struct ledger_room *room, struct booking *bookings,
    int want, int *booked, struct err *e)
{
	struct ledger *l = &d->ledger;

	return room != NULL ? ledger_book_in(l, room, bookings, want, booked, e)
			    : ledger_book(l, desk_now(d), bookings, want, booked, e);
}

/* Books a request for each row that can be looked up; a row without one goes back. */
static bool
book(struct desk *d, const struct ledger_room *room, struct err *e)
{
	struct booking bookings[CONCURRENCY_MAX];
	struct claims *b = &d->claims;
	int want = 0, booked = 0, next = 0;

	for (int i = 0; i < b->count; i++)
		if (b->rows[i].unfit.fault == FAULT_NONE)
			bookings[want++] = (struct booking){
				.purpose = b->rows[i].lookup.question.kind,
				.again = b->rows[i].job.rank >= QUEUE_AGAIN,
			};
	if (want > 0 && !book_in(d, room, bookings, want, &booked, e))
		return false;
	for (int i = 0; i < b->count; i++) {
		struct claimed *row = &b->rows[i];

		if (row->unfit.fault != FAULT_NONE)
			continue;
		if (next < booked)
			row->request_id = bookings[next++].id;
		else if (!stage_give_back(&d->enricher->st, &row->job, 0, NULL, e))
			return false;
	}
	return true;
}

bool
desk_claim(struct desk *d, int n, const struct ledger_room *room, struct err *e)
{
	int64_t now = clock_now(&d->enricher->st.clock);

	d->claims.booking_ms = clock_monotonic_ms();
	return claim(d, now, n, e) && book(d, room, e);
}

bool
desk_send(struct desk *d, struct err *e)
{
	struct claims *b = &d->claims;
	bool ok = true;

	for (int i = 0; ok && i < b->count; i++) {
		const struct claimed *row = &b->rows[i];

		if (row->unfit.fault != FAULT_NONE)
			ok = hold(d, &row->job, &row->unfit, e);
		else if (row->request_id != 0)
			ok = take_off(d, row, b->booking_ms, e);
	}
	b->count = 0;
	return ok;
}

struct asking {
	struct desk *desk;
	int most;
};

static bool
claim_in(void *ctx, struct err *e)
{
	struct asking *a = ctx;

	return desk_claim(a->desk, a->most, NULL, e);
}

bool
desk_ask(struct desk *d, int n, struct err *e)
{
	struct asking a = { d, n };

	return db_transact(&d->enricher->st.db, claim_in, &a, e) && desk_send(d, e);
}
