/*
 * answered.c - settles a row with a provider's answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/again.h"
#include "enricher/enricher.h"

/* What stage_settle writes besides the row. */
struct result {
	struct desk *desk;
	const struct lookup *lookup;
	const struct http_reply *reply;
	enum answer answer;
	struct report report;
	bool unreadable;
};

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct result *r = ctx;
	struct db *db = &r->desk->enricher->st.db;
	const struct kept_answer a = { .lookup = r->lookup,
		.report = r->answer == ANSWER_FOUND ? &r->report : NULL,
		.joins_hashes = r->desk->provider->joins_hashes,
		.body = &r->reply->body,
		.packed = &r->reply->packed,
		.now = now };

	return r->unreadable ? store_unreadable(db, &a, e) : store_answer(db, &a, e);
}

/* A 200 that cannot be read is stored for the operator. */
static void
understand(struct result *r, const struct err *transport, struct err *fault)
{
	struct desk *d = r->desk;

	r->answer = d->provider->read(d->client, &r->lookup->question, r->reply,
	    transport, clock_now(&d->enricher->st.clock), &r->report, fault);
	r->unreadable = r->answer == ANSWER_FAULT &&
			(fault->fault == FAULT_RETRY || fault->fault == FAULT_DOUBT) &&
			r->reply->status == 200 && r->reply->body.len > 0;
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
	return ledger_refused(&d->ledger, now, fault->retry_after_s,
	    pause_strike(&p, OUTAGE_QUOTA), &en->st.clock, until, e);
}

/* A request that was sent and whose answer is lost keeps its slot until its timeout. */
static bool
note_answer(struct flight *f, const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	minute_answered(&f->desk->minute, f->request_id,
	    clock_steady_ms(&f->desk->enricher->st.clock));
	if (reply->status == 0 && transport->unknown_outcome)
		return true;
	return ledger_answered(&f->desk->ledger, f->request_id, now, reply->status, e);
}

/* When to look up again; 0: never. */
static int64_t
due_again(const struct result *r, int64_t now)
{
	const struct enricher_config *c = &r->desk->enricher->st.config.enricher;
	const struct lookup *l = r->lookup;

	switch (r->answer) {
	case ANSWER_NOT_FOUND:
		return again_next(&c->unknown_again, l->first_at, now, l->nearer);
	case ANSWER_FOUND:
		return again_is_open(&r->report, now)
			   ? again_next(&c->known_again, l->found_at, now, l->nearer)
			   : 0;
	case ANSWER_FAULT:
		break;
	}
	return 0;
}

static bool
settle(struct flight *f, struct result *r, const struct err *transport, struct err *e)
{
	struct enricher *en = f->desk->enricher;
	int64_t now = clock_now(&en->st.clock);
	struct err fault = ERR_NONE;
	struct settlement s = { .service = f->desk->service,
		.e = &fault,
		.save = save,
		.ctx = r,
		.what = f->lookup.question.value,
		.took_ms = clock_monotonic_ms() - f->started_ms };

	if (!note_answer(f, r->reply, transport, now, e))
		return false;
	stage_crash_point("after-answer");
	understand(r, transport, &fault);
	if (!quota_until(f->desk, &fault, &s.quota_until, e))
		return false;
	if (r->answer != ANSWER_FAULT)
		s.verdict = r->answer == ANSWER_FOUND ? r->report.verdict : "unknown";
	s.save_faults = r->unreadable;
	s.due_at = due_again(r, now);
	return stage_settle(&en->st, &f->job, &s, e);
}

void
desk_answered(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct flight *f = ctx;
	struct enricher *en = f->desk->enricher;
	struct result r = { .desk = f->desk,
		.lookup = &f->lookup,
		.reply = reply,
		.report = REPORT_INIT };
	struct err e = ERR_NONE;

	f->used = false;
	f->desk->flying--;
	if (!settle(f, &r, transport, &e) && en->fatal.fault == FAULT_NONE)
		en->fatal = e;
	report_done(&r.report);
}
