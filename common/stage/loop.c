/*
 * loop.c - the loop of every program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/stage.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/stage/internal.h"

static bool
heartbeat(struct stage *st, int64_t now, struct err *e)
{
	if (now >= st->beat_at && now < st->beat_at + STAGE_HEARTBEAT_S)
		return true;
	if (now < st->beat_at && !ahead_pull_back(st, now, e))
		return false;
	return room_check(st, e) && holder_keep(st, e) && heartbeat_beat(st, now, e);
}

static bool
reap(struct stage *st, int64_t now, struct err *e)
{
	int moved;

	if (st->queue.sql == NULL || st->reaped_at == now)
		return true;
	moved = queue_reap(&st->queue, now, e);
	/* Once a second; after a batch that moved rows there may be more. */
	if (moved == 0)
		st->reaped_at = now;
	return moved >= 0;
}

static void
take_hangup(struct stage *st)
{
	if (events_hangup_taken(&st->events))
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

		events_wait(&st->events, ms);
		take_hangup(st);
		if (flying || ms == 0 || st->look_now || stage_stop_asked(st))
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
	int64_t deadline = clock_monotonic_ms() + (EVENTS_STOP_GRACE_S + 1) * 1000;

	if (work->stop != NULL && !work->stop(work->ctx, e))
		return false;
	while (http_in_flight(st->http) > 0 && clock_monotonic_ms() < deadline)
		events_wait(&st->events, 50);
	return true;
}

/* --once succeeds unless a service is still paused because it is down or refuses the credentials. */
static bool
once_result(struct stage *st, struct err *e)
{
	for (size_t i = 0; i < st->service_count; i++) {
		struct pause p;

		if (!pause_get(&st->db, &st->services[i], &p, e))
			return false;
		if (p.paused && p.kind != OUTAGE_QUOTA && p.until > clock_now(&st->clock))
			return err_set(e, FAULT_FATAL, "%s", p.why);
	}
	return true;
}

static bool
one_round(
    struct stage *st, const struct stage_work *work, struct step *out, struct err *e)
{
	int64_t now = clock_now(&st->clock);

	if (st->look_now && !stage_probe_now(st, now, e))
		return false;
	if (!heartbeat(st, now, e) || !reap(st, now, e) ||
	    !work->step(work->ctx, now, out, e))
		return false;
	st->look_now = false;
	return true;
}

bool
stage_run(struct stage *st, const struct stage_work *work, struct err *e)
{
	while (!stage_stop_asked(st)) {
		struct step step = { .wake_at = INT64_MAX };

		if (!one_round(st, work, &step, e)) {
			if (!room_wait(st, e))
				return false;
			continue;
		}
		if (step.finished)
			return true;
		if (st->options.once && step.idle && http_in_flight(st->http) == 0)
			return once_result(st, e);
		wait_for_something(st, step.wake_at);
	}
	return stop_work(st, work, e);
}

bool
stage_stop_asked(struct stage *st)
{
	return events_stop_asked(&st->events);
}

void
stage_doing(struct stage *st, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(st->what, sizeof st->what, fmt, ap);
	va_end(ap);
	notify_status(&st->events.notify, st->what);
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
