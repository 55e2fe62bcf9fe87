/*
 * settle.c - from VirusTotal's answer to a settled row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"

/* What stage_settle has to write beside the row. */
struct result {
	struct enricher *enricher;
	const struct lookup *lookup;
	const struct http_reply *reply;
	enum vt_answer answer;
	struct report report;
	const char *verdict;
	bool unreadable;
};

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct result *r = ctx;
	struct db *db = &r->enricher->st.db;
	const char *body = buf_text(&r->reply->body);
	size_t len = r->reply->body.len;

	if (r->unreadable)
		return store_unreadable(db, r->lookup, body, len, now, e);
	if (r->answer == VT_NOT_FOUND)
		return store_not_found(db, r->lookup, body, len, now, e);
	return store_found(db, r->lookup, &r->report, r->verdict, body, len, now, e);
}

/* A parsed answer, or the fault that keeps us from having one. */
static void
understand(struct result *r, const struct err *transport, struct err *fault)
{
	struct enricher *en = r->enricher;

	r->answer = vt_answer(r->reply, transport, clock_now(&en->st.clock), fault);
	if (r->answer == VT_NOT_FOUND)
		r->verdict = "unknown";
	if (r->answer != VT_FOUND)
		return;
	if (report_parse(&r->report, buf_text(&r->reply->body), r->reply->body.len,
		&r->lookup->value, fault)) {
		r->verdict = report_verdict(&r->report, &en->rules);
		return;
	}
	r->answer = VT_FAULT;
	r->unreadable = fault->fault == FAULT_RETRY && r->reply->body.len > 0;
}

static bool
quota_until(struct enricher *en, const struct err *fault, int64_t *until, struct err *e)
{
	int64_t now = clock_now(&en->st.clock);
	struct pause p;

	*until = 0;
	if (fault->fault != FAULT_OUTAGE || fault->outage != OUTAGE_QUOTA)
		return true;
	if (!pause_get(&en->st.db, en->service, &p, e))
		return false;
	/* Several requests in flight are refused together: one step of the ladder. */
	if (!en->service->probing && p.paused && p.kind == OUTAGE_QUOTA && p.until > now)
		return true;
	return ledger_refused(&en->ledger, now, fault->retry_after_s,
	    pause_strike(&p, OUTAGE_QUOTA), &en->st.clock, until, e);
}

/* A request that was sent and whose answer is lost keeps its slot until its timeout. */
static bool
note_answer(struct flight *f, const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	if (reply->status == 0 && transport->unknown_outcome)
		return true;
	return ledger_answered(
	    &f->enricher->ledger, f->request_id, now, reply->status, e);
}

static bool
settle(struct flight *f, struct result *r, const struct err *transport, struct err *e)
{
	struct enricher *en = f->enricher;
	int64_t now = clock_now(&en->st.clock);
	struct err fault = ERR_NONE;
	struct settlement s = { .service = en->service,
		.e = &fault,
		.save = save,
		.ctx = r,
		.what = f->lookup.value.hex,
		.took_ms = clock_monotonic_ms() - f->started_ms };

	if (!note_answer(f, r->reply, transport, now, e))
		return false;
	stage_crash_point("after-answer");
	understand(r, transport, &fault);
	if (!quota_until(en, &fault, &s.quota_until, e))
		return false;
	s.verdict = r->verdict;
	s.save_faults = r->unreadable;
	if (r->answer == VT_NOT_FOUND && !f->lookup.was_not_found)
		s.due_at = now + ASK_AGAIN_S;
	return stage_settle(&en->st, &f->job, &s, e);
}

void
enricher_answer(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct flight *f = ctx;
	struct enricher *en = f->enricher;
	struct result r = { .enricher = en, .lookup = &f->lookup, .reply = reply };
	struct err e = ERR_NONE;

	f->used = false;
	en->flying--;
	if (!settle(f, &r, transport, &e) && en->fatal.fault == FAULT_NONE)
		en->fatal = e;
	report_done(&r.report);
}
