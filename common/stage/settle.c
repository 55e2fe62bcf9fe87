/*
 * settle.c - the one place where faults become verbs of the queue and pauses of a service.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/backoff.h"
#include "common/base/time.h"
#include "common/stage/internal.h"

#define QUOTA_PAUSE_S 60 /* where neither the service nor the ledger says how long */
/* of a service that is down; the quota has a ladder of its own */
#define RETRY_AFTER_MAX_S 3600

/* ---- pauses */

static int64_t
pause_end(struct stage *st, const struct err *why, const struct pause *p, int64_t now,
    int64_t quota_until)
{
	int64_t asked = why->retry_after_s, wait;

	switch (why->outage) {
	case OUTAGE_CREDENTIALS:
		return now + PAUSE_CREDENTIALS_S;
	case OUTAGE_QUOTA:
		if (quota_until > now)
			return quota_until;
		return now + (asked > 0 ? asked : QUOTA_PAUSE_S);
	case OUTAGE_DOWN:
		break;
	}
	wait = backoff_outage(pause_strike(p, OUTAGE_DOWN), &st->clock);
	if (asked > RETRY_AFTER_MAX_S)
		asked = RETRY_AFTER_MAX_S;
	return now + (asked > wait ? asked : wait);
}

/* Several requests in flight fail together: that is one outage; and one that merely got no answer does
 * not shorten the pause for a spent quota or a refused key. */
static bool
is_known(const struct service *service, const struct pause *p, const struct err *why,
    int64_t now)
{
	return !service->probing && p->paused && p->until > now &&
	       (p->kind == why->outage || why->outage == OUTAGE_DOWN);
}

/* Inside a transaction. */
static bool
pause_in(struct stage *st, struct service *service, const struct err *why, int64_t now,
    int64_t quota_until, struct err *e)
{
	char until_text[TIME_TEXT_MAX];
	struct pause p;

	if (!pause_get(&st->db, service, &p, e))
		return false;
	if (is_known(service, &p, why, now))
		return true;
	p.until = pause_end(st, why, &p, now, quota_until);
	p.kind = why->outage;
	memcpy(p.why, why->text, sizeof p.why);
	service->probing = false;
	if (!pause_set(&st->db, service, &p, now, e))
		return false;
	time_format_iso(p.until, until_text);
	log_line(&st->log, LOG_WARNING, "paused", "service", service->name, "until",
	    until_text, "why", why->text, NULL);
	notify_status(&st->events.notify, why->text);
	return true;
}

bool
stage_pause(struct stage *st, struct service *service, const struct err *why,
    int64_t quota_until, struct err *e)
{
	if (stage_stop_asked(st))
		return true;
	if (!db_begin(&st->db, e))
		return false;
	if (pause_in(st, service, why, clock_now(&st->clock), quota_until, e))
		return db_commit(&st->db, e);
	db_rollback(&st->db);
	return false;
}

bool
stage_may_ask(struct stage *st, struct service *service, int64_t now, bool *probe,
    int64_t *until, struct err *e)
{
	struct pause p;
	bool mine = false;

	*probe = false;
	*until = now;
	if (!pause_get(&st->db, service, &p, e))
		return false;
	if (!p.paused)
		return true;
	if (p.until > now) {
		*until = p.until;
		return true;
	}
	if (!pause_take_probe(&st->db, service, now, QUEUE_LEASE_S, &mine, e))
		return false;
	*probe = service->probing = mine;
	if (!mine)
		*until = now + 1;
	return true;
}

bool
stage_probe_now(struct stage *st, int64_t now, struct err *e)
{
	for (size_t i = 0; i < st->service_count; i++)
		if (!pause_probe_now(&st->db, &st->services[i], now, e))
			return false;
	return true;
}

static bool
succeeded_in(struct stage *st, struct service *service, int64_t now, struct err *e)
{
	bool ended = false;

	if (!pause_success(&st->db, service, now, service->probing, &ended, e))
		return false;
	service->probing = false;
	if (ended)
		log_line(&st->log, LOG_INFO, "resumed", "service", service->name, NULL);
	return true;
}

bool
stage_succeeded(struct stage *st, struct service *service, struct err *e)
{
	if (!db_begin(&st->db, e))
		return false;
	if (succeeded_in(st, service, clock_now(&st->clock), e))
		return db_commit(&st->db, e);
	db_rollback(&st->db);
	return false;
}

/* ---- settling */

/* Does this fault count against the row? An outage does only if the service answered others since the
 * row's last try. */
static bool
is_charged(struct stage *st, const struct job *job, const struct settlement *s,
    bool *charged, struct err *e)
{
	const struct err *fault = s->e;
	int64_t ok_at = 0;

	*charged = fault->fault == FAULT_RETRY;
	if (fault->fault != FAULT_OUTAGE || fault->outage != OUTAGE_DOWN ||
	    s->service == NULL || job->tried_at == 0 || stage_stop_asked(st))
		return true;
	if (!pause_ok_at(&st->db, s->service, &ok_at, e))
		return false;
	*charged = ok_at > job->tried_at;
	return true;
}

static int64_t
retry_at(const struct stage *st, const struct job *job, const struct settlement *s,
    int64_t now)
{
	int64_t wait = backoff_delay(job->attempts + 1, &st->clock);

	if (wait < s->e->retry_after_s)
		wait = s->e->retry_after_s;
	return now + wait > s->not_before ? now + wait : s->not_before;
}

static enum settled
release(struct stage *st, const struct job *job, const struct settlement *s, int64_t now,
    struct err *e)
{
	int64_t not_before = s->not_before;

	if (stage_stop_asked(st))
		return queue_release(&st->queue, job, now, 0, false, NULL, e);
	/* It may be the row alone that is refused: after the pause others are asked first. */
	if (s->e->outage == OUTAGE_CREDENTIALS && not_before < now)
		not_before = now;
	return queue_release(
	    &st->queue, job, now, not_before, s->e->outage == OUTAGE_DOWN, s->e->text, e);
}

/* The queue's verb for this fault. */
static enum settled
settle_row(struct stage *st, const struct job *job, const struct settlement *s,
    bool charged, int64_t now, struct err *e)
{
	switch (s->e->fault) {
	case FAULT_NONE:
		return s->skip ? queue_skip(&st->queue, job, now, s->e->text, e)
			       : queue_done(&st->queue, job, now, s->due_at, e);
	case FAULT_REJECT:
		return queue_hold(&st->queue, job, now, s->e->text, e);
	case FAULT_RETRY:
	case FAULT_OUTAGE:
		return charged ? queue_retry(&st->queue, job, now,
				     retry_at(st, job, s, now), s->e->text, e)
			       : release(st, job, s, now, e);
	case FAULT_CONFIG:
	case FAULT_FATAL:
		break;
	}
	*e = *s->e;
	return SETTLED_ERROR;
}

/* What the answer says of the service: it is out, or it did answer, whatever it said of the row. */
static bool
settle_service(struct stage *st, const struct settlement *s, int64_t now, struct err *e)
{
	if (s->service == NULL)
		return true;
	if (s->e->fault != FAULT_OUTAGE)
		return succeeded_in(st, s->service, now, e);
	return stage_stop_asked(st) ||
	       pause_in(st, s->service, s->e, now, s->quota_until, e);
}

/* The row, the result beside it, and the service. */
static enum settled
settle_in(struct stage *st, const struct job *job, const struct settlement *s,
    bool *charged, int64_t now, struct err *e)
{
	bool save = s->save != NULL && (s->e->fault == FAULT_NONE || s->save_faults);
	enum settled how;

	if (!is_charged(st, job, s, charged, e))
		return SETTLED_ERROR;
	how = settle_row(st, job, s, *charged, now, e);
	if (how != SETTLED)
		return how;
	if (save && !s->save(s->ctx, now, e))
		return SETTLED_ERROR;
	return settle_service(st, s, now, e) ? SETTLED : SETTLED_ERROR;
}

/* The row was taken from us; what we learned of the service still counts. */
static bool
lease_lost(struct stage *st, const struct settlement *s, struct err *e)
{
	log_line(&st->log, LOG_WARNING, "lease_lost", "what", s->what, NULL);
	if (s->service == NULL)
		return true;
	return s->e->fault == FAULT_OUTAGE
		   ? stage_pause(st, s->service, s->e, s->quota_until, e)
		   : stage_succeeded(st, s->service, e);
}

static const char *
settled_event(const struct job *job, const struct settlement *s, bool charged)
{
	if (s->e->fault == FAULT_NONE)
		return "done";
	if (s->e->fault == FAULT_REJECT ||
	    (charged && job->attempts + 1 >= QUEUE_ATTEMPTS_MAX))
		return "held";
	return "retry";
}

static void
log_settled(const struct stage *st, const struct job *job, const struct settlement *s,
    bool charged)
{
	bool counts = charged || s->e->fault == FAULT_NONE;
	enum log_level level = s->e->fault == FAULT_NONE ? LOG_INFO : LOG_WARNING;
	struct log_number attempt, took;

	log_line(&st->log, level, settled_event(job, s, charged), "what", s->what,
	    "verdict", s->verdict, "attempt",
	    counts ? log_number(&attempt, job->attempts + 1) : NULL, "took_ms",
	    s->took_ms >= 0 ? log_number(&took, s->took_ms) : NULL, "why",
	    s->e->text[0] != '\0' ? s->e->text : NULL, NULL);
}

static bool
is_about_the_row(const struct err *e)
{
	return e->fault == FAULT_RETRY || e->fault == FAULT_REJECT;
}

bool
stage_settle(
    struct stage *st, const struct job *job, const struct settlement *s, struct err *e)
{
	bool charged = false;
	enum settled how;

	if (!db_begin(&st->db, e))
		return false;
	how = settle_in(st, job, s, &charged, clock_now(&st->clock), e);
	if (how == SETTLED) {
		stage_crash_point("before-settle-commit");
		if (!db_commit(&st->db, e))
			return false;
		log_settled(st, job, s, charged);
		return true;
	}
	db_rollback(&st->db);
	if (how == SETTLED_LEASE_LOST)
		return lease_lost(st, s, e);
	if (s->e->fault == FAULT_NONE && is_about_the_row(e)) {
		struct err row = *e;
		struct settlement again = { .service = s->service,
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
	return queue_release(&st->queue, job, clock_now(&st->clock), not_before, false,
		   why, e) != SETTLED_ERROR;
}
