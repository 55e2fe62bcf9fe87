/*
 * stage.c - the loop of every program, and the one place where faults become queue verbs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/stage_internal.h"
#include "common/text.h"

#define QUOTA_PAUSE_S 60 /* where neither the service nor the ledger says how long */
/* of a service that is down; the quota has a ladder of its own */
#define RETRY_AFTER_MAX_S 3600

static bool
heartbeat(struct stage *st, int64_t now, struct err *e)
{
	if (now >= st->beat_at && now < st->beat_at + STAGE_HEARTBEAT_S)
		return true;
	return stage_row_beat(st, now, e);
}

static bool
reap(struct stage *st, int64_t now, struct err *e)
{
	int moved;

	if (st->queue.sql == NULL || st->reaped_at == now)
		return true;
	moved = queue_reap(&st->queue, now, e);
	/* Once a second, but a batch that was full has more behind it. */
	if (moved == 0)
		st->reaped_at = now;
	return moved >= 0;
}

static void
take_hangup(struct stage *st)
{
	if (http_hangup_taken(st->http))
		st->look_now = true;
}

/* Waits for an answer, a signal, another stage's commit or wake_at, whichever comes first. */
static void
wait_for_something(struct stage *st, int64_t wake_at)
{
	bool flying = http_in_flight(st->http) > 0;

	for (;;) {
		int64_t now = clock_now(&st->clock);
		int ms = wake_at > now ? st->clock.tick_ms : 0;

		http_wait(st->http, ms);
		take_hangup(st);
		if (flying || ms == 0 || st->look_now || http_stop_asked(st->http))
			return;
		now = clock_now(&st->clock);
		if (now >= wake_at || now < st->beat_at ||
		    now >= st->beat_at + STAGE_HEARTBEAT_S)
			return;
		if (st->queue.sql != NULL && db_changed(&st->db))
			return;
	}
}

static bool
stop_work(struct stage *st, const struct stage_work *work, struct err *e)
{
	int64_t deadline = clock_monotonic_ms() + (HTTP_STOP_GRACE_S + 1) * 1000;

	if (work->stop != NULL && !work->stop(work->ctx, e))
		return false;
	while (http_in_flight(st->http) > 0 && clock_monotonic_ms() < deadline)
		http_wait(st->http, 50);
	return true;
}

/* --once ends well unless its service is down or refuses us. */
static bool
once_result(struct stage *st, struct err *e)
{
	struct pause p;

	if (!pause_get(&st->db, &st->service, &p, e))
		return false;
	if (p.paused && p.kind != OUTAGE_QUOTA)
		return err_set(e, FAULT_FATAL, "%s", p.why);
	return true;
}

bool
stage_run(struct stage *st, const struct stage_work *work, struct err *e)
{
	while (!http_stop_asked(st->http)) {
		int64_t now = clock_now(&st->clock), wake_at = INT64_MAX;
		bool idle = false;

		if (st->look_now && !pause_probe_now(&st->db, &st->service, now, e))
			return false;
		if (!heartbeat(st, now, e) || !reap(st, now, e) ||
		    !work->step(work->ctx, now, &wake_at, &idle, e))
			return false;
		st->look_now = false;
		if (st->options.once && idle && http_in_flight(st->http) == 0)
			return once_result(st, e);
		wait_for_something(st, wake_at);
	}
	return stop_work(st, work, e);
}

void
stage_doing(struct stage *st, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(st->what, sizeof st->what, fmt, ap);
	va_end(ap);
}

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

bool
stage_pause_in(struct stage *st, const struct err *why, int64_t now, int64_t quota_until,
    struct err *e)
{
	char until_text[TIME_TEXT_MAX];
	struct pause p;
	int64_t until;

	if (!pause_get(&st->db, &st->service, &p, e))
		return false;
	until = pause_end(st, why, &p, now, quota_until);
	/* Several requests in flight fail together: that is one outage. */
	if (!st->probing && p.paused && p.kind == why->outage && p.until > now)
		return true;
	st->probing = false;
	if (!pause_set(&st->db, &st->service, why->outage, now, until, why->text, e))
		return false;
	time_format_iso(until, until_text);
	log_line(&st->log, LOG_WARNING, "paused", "service", st->service.service, "until",
	    until_text, "why", why->text, NULL);
	return true;
}

bool
stage_pause(struct stage *st, const struct err *why, int64_t quota_until, struct err *e)
{
	if (http_stop_asked(st->http))
		return true;
	if (!db_begin(&st->db, e))
		return false;
	if (stage_pause_in(st, why, clock_now(&st->clock), quota_until, e))
		return db_commit(&st->db, e);
	db_rollback(&st->db);
	return false;
}

bool
stage_may_ask(struct stage *st, int64_t now, bool *probe, int64_t *until, struct err *e)
{
	struct pause p;
	bool mine = false;

	*probe = false;
	*until = now;
	if (!pause_get(&st->db, &st->service, &p, e))
		return false;
	if (!p.paused)
		return true;
	if (p.until > now) {
		*until = p.until;
		return true;
	}
	if (!pause_take_probe(&st->db, &st->service, now, QUEUE_LEASE_S, &mine, e))
		return false;
	*probe = st->probing = mine;
	if (!mine)
		*until = now + 1;
	return true;
}

static bool
succeeded_in(struct stage *st, int64_t now, struct err *e)
{
	bool ended = false;

	if (!pause_success(&st->db, &st->service, now, st->probing, &ended, e))
		return false;
	st->probing = false;
	if (ended)
		log_line(
		    &st->log, LOG_INFO, "resumed", "service", st->service.service, NULL);
	return true;
}

bool
stage_succeeded(struct stage *st, struct err *e)
{
	if (!db_begin(&st->db, e))
		return false;
	if (succeeded_in(st, clock_now(&st->clock), e))
		return db_commit(&st->db, e);
	db_rollback(&st->db);
	return false;
}

/* ---- settling */

/* An outage is the row's own fault only if the service answered others since the row's last try. */
static bool
outage_is_charged(struct stage *st, const struct job *job, const struct err *why,
    bool *charged, struct err *e)
{
	int64_t ok_at = 0;

	*charged = false;
	if (why->outage != OUTAGE_DOWN || job->tried_at == 0)
		return true;
	if (!pause_ok_at(&st->db, &st->service, &ok_at, e))
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
settle_outage(struct stage *st, const struct job *job, const struct settlement *s,
    int64_t now, struct err *e)
{
	bool stopping = http_stop_asked(st->http), charged;

	if (stopping)
		return queue_release(&st->queue, job, now, 0, false, NULL, e);
	if (!outage_is_charged(st, job, s->e, &charged, e) ||
	    !stage_pause_in(st, s->e, now, s->quota_until, e))
		return SETTLED_ERROR;
	if (charged)
		return queue_retry(
		    &st->queue, job, now, retry_at(st, job, s, now), s->e->text, e);
	return queue_release(&st->queue, job, now, s->not_before,
	    s->e->outage == OUTAGE_DOWN, s->e->text, e);
}

/* The queue's verb for this fault, and the result beside it. */
static enum settled
settle_in(struct stage *st, const struct job *job, const struct settlement *s,
    int64_t now, struct err *e)
{
	enum settled how = SETTLED_ERROR;
	bool save = s->save != NULL && (s->e->fault == FAULT_NONE || s->save_faults);

	switch (s->e->fault) {
	case FAULT_NONE:
		how = s->skip ? queue_skip(&st->queue, job, now, s->e->text, e)
			      : queue_done(&st->queue, job, now, s->due_at, e);
		break;
	case FAULT_RETRY:
		how = queue_retry(
		    &st->queue, job, now, retry_at(st, job, s, now), s->e->text, e);
		break;
	case FAULT_REJECT:
		how = queue_hold(&st->queue, job, now, s->e->text, e);
		break;
	case FAULT_OUTAGE:
		return settle_outage(st, job, s, now, e);
	case FAULT_CONFIG:
	case FAULT_FATAL:
		*e = *s->e;
		return SETTLED_ERROR;
	}
	if (how != SETTLED)
		return how;
	if (save && !s->save(s->ctx, now, e))
		return SETTLED_ERROR;
	if (s->unasked)
		return SETTLED;
	/* Whatever the answer says of the row, the service did answer. */
	return succeeded_in(st, now, e) ? SETTLED : SETTLED_ERROR;
}

static void
log_settled(const struct stage *st, const struct job *job, const struct settlement *s)
{
	struct log_number attempt, took;
	enum log_level level = s->e->fault == FAULT_NONE ? LOG_INFO : LOG_WARNING;
	const char *event = s->e->fault == FAULT_NONE     ? "done"
			    : s->e->fault == FAULT_REJECT ? "held"
							  : "retry";

	log_line(&st->log, level, event, "what", s->what, "verdict", s->verdict,
	    "attempt", log_number(&attempt, job->attempts + 1), "took_ms",
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
	int64_t now = clock_now(&st->clock);
	enum settled how;

	if (!db_begin(&st->db, e))
		return false;
	how = settle_in(st, job, s, now, e);
	if (how == SETTLED) {
		stage_crash_point("before-settle-commit");
		if (!db_commit(&st->db, e))
			return false;
		log_settled(st, job, s);
		return true;
	}
	db_rollback(&st->db);
	if (how == SETTLED_LEASE_LOST) {
		log_line(&st->log, LOG_WARNING, "lease_lost", "what", s->what, NULL);
		return true;
	}
	if (s->e->fault == FAULT_NONE && is_about_the_row(e)) {
		struct err row = *e;
		struct settlement again = {
			.e = &row, .what = s->what, .took_ms = s->took_ms
		};

		err_clear(e);
		return stage_settle(st, job, &again, e);
	}
	return false;
}

bool
stage_give_back(struct stage *st, const struct job *job, int64_t not_before,
    const char *why, struct err *e)
{
	enum settled how;

	if (!db_begin(&st->db, e))
		return false;
	how = queue_release(
	    &st->queue, job, clock_now(&st->clock), not_before, false, why, e);
	if (how != SETTLED_ERROR)
		return db_commit(&st->db, e);
	db_rollback(&st->db);
	return false;
}

#ifdef POTPRESS_TEST
void
stage_crash_point(const char *name)
{
	const char *at = secure_getenv("POTPRESS_CRASH_AT");

	if (at != NULL && strcmp(at, name) == 0)
		raise(SIGKILL);
}
#endif
