/*
 * answered.c - takes in a provider's answer and settles its row with it.
 *
 * Reading an answer needs no database and is done as it arrives. What has arrived is settled together, in
 * one transaction that also books the next requests (round.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/again.h"
#include "enricher/enricher.h"

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct flight *f = ctx;
	struct db *db = &f->desk->enricher->st.db;
	const struct kept_answer a = { .lookup = &f->lookup,
		.report = f->answer == ANSWER_FOUND ? &f->report : NULL,
		.joins_hashes = f->desk->provider->joins_hashes,
		.body = &f->reply.body,
		.packed = &f->reply.packed,
		.now = now };

	return f->unreadable ? store_unreadable(db, &a, e) : store_answer(db, &a, e);
}

/* A 200 that cannot be read is stored for the operator. */
static void
understand(struct flight *f, const struct err *transport)
{
	struct desk *d = f->desk;
	enum fault fault;

	f->report = (struct report)REPORT_INIT;
	f->fault = (struct err)ERR_NONE;
	f->answer = d->provider->read(d->client, &f->lookup.question, &f->reply,
	    transport, f->answered_at, &f->report, &f->fault);
	fault = f->fault.fault;
	f->unreadable = f->answer == ANSWER_FAULT &&
			(fault == FAULT_RETRY || fault == FAULT_DOUBT) &&
			f->reply.status == 200 && f->reply.body.len > 0;
}

/* Did the provider itself answer, and not a page of something in between? */
static bool
is_its_own(const struct err *fault)
{
	return fault->fault == FAULT_NONE || fault->fault == FAULT_RETRY ||
	       fault->fault == FAULT_REJECT;
}

void
desk_answered(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct flight *f = ctx;
	const struct clock *clock = &f->desk->enricher->st.clock;

	f->state = FLIGHT_LANDED;
	f->desk->flying--;
	if (f->desk->landed++ == 0)
		f->desk->landed_ms = clock_monotonic_ms();
	f->reply = http_reply_take(reply);
	f->lost = reply->status == 0 && transport->unknown_outcome;
	f->answered_at = clock_now(clock);
	f->took_ms = clock_monotonic_ms() - f->started_ms;
	minute_answered(&f->desk->minute, f->request_id, clock_steady_ms(clock));
	understand(f, transport);
	if (is_its_own(&f->fault))
		desk_compare_clock(f->desk, &f->reply, f->sent_steady_ms);
	f->counted_at = desk_now(f->desk);
}

/* A request that was sent and whose answer is lost keeps its slot until its timeout. */
static bool
note_answer(struct flight *f, struct err *e)
{
	return f->lost || ledger_answered(&f->desk->ledger, f->request_id, f->counted_at,
			      f->reply.status, e);
}

static bool
quota_until(struct desk *d, const struct err *fault, int64_t *until, struct err *e)
{
	struct enricher *en = d->enricher;
	int64_t now = clock_now(&en->st.clock);
	struct pause p;

	*until = 0;
	if (fault->fault != FAULT_OUTAGE || fault->outage != OUTAGE_QUOTA)
		return true;
	if (!pause_get(&en->st.db, d->service, &p, e))
		return false;
	/* Requests in flight that are refused together are one step of the ladder. */
	if (!d->service->probing && p.paused && p.kind == OUTAGE_QUOTA && p.until > now)
		return true;
	if (!ledger_refused(&d->ledger, desk_now(d), fault->retry_after_s,
		pause_strike(&p, OUTAGE_QUOTA), &en->st.clock, until, e))
		return false;
	*until -= d->clock.ahead_s;
	return true;
}

/* When to look up again; 0: never. */
static int64_t
due_again(const struct flight *f)
{
	const struct account *a = &f->desk->account;
	const struct lookup *l = &f->lookup;
	int64_t now = f->answered_at;

	switch (f->answer) {
	case ANSWER_NOT_FOUND:
		return again_next(a->unknown_again, l->first_at, now, l->nearer);
	case ANSWER_FOUND:
		return again_is_open(&f->report, now)
			   ? again_next(a->known_again, l->found_at, now, l->nearer)
			   : 0;
	case ANSWER_FAULT:
		break;
	}
	return 0;
}

static const char *
verdict_of(const struct flight *f)
{
	switch (f->answer) {
	case ANSWER_FOUND:
		return f->report.verdict;
	case ANSWER_NOT_FOUND:
		return "unknown";
	case ANSWER_FAULT:
		break;
	}
	return NULL;
}

bool
desk_settle_flight(struct flight *f, struct err *e)
{
	struct stage *st = &f->desk->enricher->st;
	struct settlement *s = &f->settlement;

	*s = (struct settlement){ .service = f->desk->service,
		.e = &f->fault,
		.save = save,
		.ctx = f,
		.save_faults = f->unreadable,
		.due_at = due_again(f),
		.what = f->lookup.question.value,
		.verdict = verdict_of(f),
		.took_ms = f->took_ms };
	if (!note_answer(f, e))
		return false;
	stage_crash_point("after-answer");
	return quota_until(f->desk, &f->fault, &s->quota_until, e) &&
	       stage_rule(st, &f->job, s, &f->ruling, e);
}

void
desk_end_flight(struct flight *f)
{
	report_done(&f->report);
	http_reply_done(&f->reply);
	f->state = FLIGHT_FREE;
}
