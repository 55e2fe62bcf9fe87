/*
 * settle.c - the only place where faults become verbs of the queue.
 *
 * After an answer that may not come from the service itself (FAULT_DOUBT), either the row or the
 * service can be at fault; the results of other rows decide. The row goes behind the others, uncharged.
 * If the service answers another row before this one is tried again, this row is at fault: it is
 * charged then, and from then on also when it fails alone. If the next row fares no better, the service
 * is paused and no row is charged until one succeeds; a few rows are tried per pause, so that several
 * bad rows in a row do not block the good ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/backoff.h"
#include "common/stage/internal.h"

/* A row in doubt lets others go first for this long. */
#define DOUBT_WAIT_S 30
/* This many doubtful answers in a row pause the service ... */
#define DOUBTS_TO_PAUSE 2
/* ... and this many rows are tried per pause, while pauses are short. */
#define DOUBTS_PER_PAUSE 3
#define DOUBTS_STRIKES 5

/* ---- judging */

/* Has the service answered other rows since this one was last tried? */
static bool
others_answered(const struct ruling *r)
{
	return r->job->tried_at != 0 && r->before.answers > r->job->tried_after;
}

static bool
is_charged(struct ruling *r)
{
	const struct err *fault = r->s->e;

	if (fault->fault == FAULT_RETRY)
		return true;
	if (r->s->service == NULL || stage_stop_asked(r->st))
		return false;
	if (fault->fault == FAULT_DOUBT)
		return !r->before.paused && (others_answered(r) || r->job->doubted);
	return fault->fault == FAULT_OUTAGE && fault->outage == OUTAGE_DOWN &&
	       others_answered(r);
}

/* Does this doubtful answer cause a pause? */
static bool
is_too_much(const struct pause *before)
{
	int most = DOUBTS_TO_PAUSE;

	if (before->paused)
		most = before->strikes <= DOUBTS_STRIKES ? DOUBTS_PER_PAUSE : 1;
	return before->doubts + 1 >= most;
}

static enum effect
effect_of(const struct ruling *r)
{
	const struct settlement *s = r->s;

	if (s->service == NULL)
		return EFFECT_NONE;
	if (s->e->fault != FAULT_OUTAGE && s->e->fault != FAULT_DOUBT)
		return s->slight && s->e->fault == FAULT_NONE ? EFFECT_ASIDE : EFFECT_ROW;
	if (stage_stop_asked(r->st) ||
	    turn_is_known(s->service, &r->before, s->e, r->now))
		return EFFECT_NONE;
	if (s->e->fault == FAULT_OUTAGE)
		return EFFECT_PAUSE;
	if (r->charged)
		return EFFECT_NONE;
	return is_too_much(&r->before) ? EFFECT_PAUSE : EFFECT_DOUBT;
}

static bool
judge_fault(struct ruling *r, struct err *e)
{
	const struct settlement *s = r->s;

	r->before = (struct pause){ .paused = false };
	if (s->service != NULL && !pause_get(&r->st->db, s->service, &r->before, e))
		return false;
	r->charged = is_charged(r);
	r->effect = effect_of(r);
	if (r->effect == EFFECT_PAUSE) {
		r->pause = turn_pause(r->st, &r->before, s->e, r->now, s->quota_until);
		r->pause.by_row = true;
	}
	return true;
}

/* ---- the row */

static int64_t
retry_at(const struct ruling *r)
{
	int64_t wait = backoff_delay(r->job->attempts + 1, &r->st->clock);
	int64_t asked = r->s->e->retry_after_s;

	return r->now + (wait < asked ? asked : wait);
}

/* Only this row may fail, so other rows that are due by then go first; in doubt, for a while, even
 * those of a lower rank. */
static int64_t
behind_the_others(const struct ruling *r)
{
	const struct err *fault = r->s->e;

	if (fault->fault == FAULT_OUTAGE)
		return r->now;
	return r->now + (fault->retry_after_s > DOUBT_WAIT_S ? fault->retry_after_s
							     : DOUBT_WAIT_S);
}

static struct queue *
queue_of(const struct ruling *r)
{
	return r->s->queue != NULL ? r->s->queue : &r->st->queue;
}

static enum settled
settle_fault(struct ruling *r, struct err *e)
{
	struct queue *q = queue_of(r);
	const struct settlement *s = r->s;
	struct setback b = { .answers = r->before.answers + (r->effect == EFFECT_ROW),
		.doubt = s->e->fault == FAULT_DOUBT,
		.again = s->e->fault == FAULT_OUTAGE && r->job->tried_at != 0,
		.why = s->e->text };

	b.due_at = r->charged ? retry_at(r) : behind_the_others(r);
	if (b.due_at < s->not_before)
		b.due_at = s->not_before;
	if (r->charged)
		return queue_retry(q, r->job, r->now, &b, e);
	if (stage_stop_asked(r->st))
		return queue_release(q, r->job, r->now, s->not_before, NULL, e);
	if (s->e->fault == FAULT_OUTAGE && s->e->outage == OUTAGE_QUOTA)
		return queue_release(q, r->job, r->now, s->not_before, b.why, e);
	return queue_put_back(q, r->job, r->now, &b, e);
}

/* The queue's verb for this fault. */
static enum settled
settle_row(struct ruling *r, struct err *e)
{
	struct queue *q = queue_of(r);
	const struct settlement *s = r->s;

	switch (s->e->fault) {
	case FAULT_NONE:
		return s->skip ? queue_skip(q, r->job, r->now, s->e->text, e)
			       : queue_done(q, r->job, r->now, s->due_at, e);
	case FAULT_REJECT:
		return queue_hold(q, r->job, r->now, s->e->text, e);
	case FAULT_RETRY:
	case FAULT_OUTAGE:
	case FAULT_DOUBT:
		return settle_fault(r, e);
	case FAULT_CONFIG:
	case FAULT_FATAL:
		break;
	}
	*e = *s->e;
	return SETTLED_ERROR;
}

/* ---- the transaction */

static bool
settle_service(struct ruling *r, struct err *e)
{
	struct db *db = &r->st->db;
	struct service *service = r->s->service;

	switch (r->effect) {
	case EFFECT_NONE:
		break;
	case EFFECT_PAUSE:
		return pause_set(db, service, &r->pause, r->now, e);
	case EFFECT_DOUBT:
		return pause_doubt(db, service, r->now, e);
	case EFFECT_ASIDE:
		return pause_success(db, service, r->now, SUCCESS_ASIDE, &r->resumed, e);
	case EFFECT_ROW:
		return pause_success(db, service, r->now, SUCCESS_ROW, &r->resumed, e);
	}
	return true;
}

/* Settles the row, saves the result and updates the service. If the lease was lost, nothing is saved
 * for the row, but what the answer says about the service is kept. */
static bool
settle_in(void *ctx, struct err *e)
{
	struct ruling *r = ctx;
	const struct settlement *s = r->s;
	enum settled how;

	r->resumed = false;
	if (!judge_fault(r, e))
		return false;
	how = settle_row(r, e);
	r->lost = how == SETTLED_LEASE_LOST;
	if (how == SETTLED_ERROR)
		return false;
	if (!r->lost && s->save != NULL &&
	    (s->e->fault == FAULT_NONE || s->save_faults) && !s->save(s->ctx, r->now, e))
		return false;
	if (!settle_service(r, e))
		return false;
	stage_crash_point("before-settle-commit");
	return true;
}

/* ---- the log */

static const char *
settled_event(const struct ruling *r)
{
	enum fault fault = r->s->e->fault;

	if (fault == FAULT_NONE)
		return "done";
	if (fault == FAULT_REJECT ||
	    (r->charged && r->job->attempts + 1 >= QUEUE_ATTEMPTS_MAX))
		return "held";
	return "retry";
}

static void
log_settled(const struct ruling *r)
{
	const struct settlement *s = r->s;
	bool good = s->e->fault == FAULT_NONE;
	struct log_number attempt, took;

	log_line(&r->st->log, good ? LOG_INFO : LOG_WARNING, settled_event(r), "what",
	    s->what, "verdict", s->verdict, "attempt",
	    r->charged || good ? log_number(&attempt, r->job->attempts + 1) : NULL,
	    "took_ms", s->took_ms >= 0 ? log_number(&took, s->took_ms) : NULL, "why",
	    s->e->text[0] != '\0' ? s->e->text : NULL, NULL);
}

void
stage_say(struct ruling *r)
{
	struct service *service = r->s->service;

	if (r->effect == EFFECT_PAUSE)
		turn_say_paused(r->st, service, &r->pause);
	else if (r->effect != EFFECT_NONE)
		turn_say_answered(r->st, service, r->resumed);
	if (r->lost)
		log_line(
		    &r->st->log, LOG_WARNING, "lease_lost", "what", r->s->what, NULL);
	else
		log_settled(r);
}

static bool
is_about_the_row(const struct err *e)
{
	return e->fault == FAULT_RETRY || e->fault == FAULT_REJECT;
}

bool
stage_rule(struct stage *st, const struct job *job, const struct settlement *s,
    struct ruling *out, struct err *e)
{
	*out =
	    (struct ruling){ .st = st, .job = job, .s = s, .now = clock_now(&st->clock) };
	return db_transact(&st->db, settle_in, out, e);
}

bool
stage_settle(
    struct stage *st, const struct job *job, const struct settlement *s, struct err *e)
{
	struct ruling r;

	if (stage_rule(st, job, s, &r, e)) {
		stage_say(&r);
		return true;
	}
	if (s->e->fault == FAULT_NONE && is_about_the_row(e)) {
		struct err row = *e;
		struct settlement again = { .queue = s->queue,
			.service = s->service,
			.e = &row,
			.what = s->what,
			.took_ms = s->took_ms };

		err_clear(e);
		return stage_settle(st, job, &again, e);
	}
	return false;
}

bool
stage_give_back(struct stage *st, const struct job *job, int64_t not_before,
    const char *why, struct err *e)
{
	return queue_release(&st->queue, job, clock_now(&st->clock), not_before, why,
		   e) != SETTLED_ERROR;
}
