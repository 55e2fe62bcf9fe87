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

#define LOOK_MS \
	900 /* where commits are not reported: another stage's work is seen within a second */
#define GATHER_MS 200
#define SET_BACK_S 60 /* smaller steps back do not end pauses */
#define WAL_LARGE_BYTES (INT64_C(256) << 20)

/* A sqlite3 shell left in a transaction keeps the -wal from being used again. Logged when it is large, and
 * each time it has doubled. */
static void
watch_wal(struct stage *st)
{
	int64_t bytes = db_wal_bytes(&st->db);
	struct log_number mib;

	if (bytes < WAL_LARGE_BYTES)
		st->wal_said = 0;
	if (bytes < WAL_LARGE_BYTES || bytes < 2 * st->wal_said)
		return;
	st->wal_said = bytes;
	log_line(&st->log, LOG_WARNING, "waiting", "wal_mib",
	    log_number(&mib, bytes >> 20), "why",
	    "the -wal file of the database is large and cannot be used again: a program "
	    "keeps reading in one transaction, perhaps a sqlite3 shell; end it",
	    NULL);
}

/* Also after the clock was ahead only for a moment, in the middle of a round. */
static bool
take_back(struct stage *st, int64_t now, int64_t back_s, struct err *e)
{
	return ahead_pull_back(st, e) &&
	       (back_s <= SET_BACK_S || stage_probe_now(st, now, e));
}

static bool
heartbeat(struct stage *st, int64_t now, struct err *e)
{
	int64_t back_s = clock_set_back_s(&st->clock, now);

	if (back_s == 0 && now < st->beat_at + STAGE_HEARTBEAT_S)
		return true;
	if (back_s > 0 && !take_back(st, now, back_s, e))
		return false;
	watch_wal(st);
	if (!db_keeps_its_place(&st->db, e) || !room_check(st, e) ||
	    !holder_keep(st, e) || !heartbeat_beat(st, now, e))
		return false;
	metrics_write(st, now);
	return true;
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

/* How long to wait: to the middle of the second before wake_at, as `now` has no parts of a second, then in
 * halves of a second. */
static int
wait_ms(const struct stage *st, int64_t now, int64_t wake_at)
{
	int most_ms = st->clock.tick_ms;

	if (wake_at <= now)
		return 0;
	if (st->queue.sql != NULL &&
	    (st->events.watch.fd < 0 || st->events.watch.looks > 0))
		most_ms = stage_shorter(st, LOOK_MS);
	return wake_at - now > most_ms / 1000
		   ? most_ms
		   : stage_shorter(st, (int)(wake_at - now) * 1000 - 500);
}

/* An idle program lets commits gather first, so that a flood of them costs it little; one with something in
 * flight does not look, since its next round does. */
static bool
another_wrote(struct stage *st, bool flying, bool waited)
{
	struct watch *watch = &st->events.watch;

	if (st->queue.sql == NULL || (!watch_written(watch) && watch->looks == 0))
		return false;
	watch->looks = watch_written(watch) ? WATCH_LOOKS : watch->looks - 1;
	if (!flying && waited && watch->fd >= 0)
		events_wait(&st->events, stage_shorter(st, GATHER_MS));
	watch_arm(watch, st->db.path);
	return flying || db_changed(&st->db);
}

/* Waits for an answer, a signal, another stage's commit or what the step says, whichever comes first. */
static void
wait_for_something(struct stage *st, const struct step *step)
{
	bool flying = http_in_flight(st->http) > 0 || step->look_ms > 0;

	for (;;) {
		int ms = wait_ms(st, clock_now(&st->clock), step->wake_at);
		bool changed;
		int64_t now;

		if (step->look_ms > 0 && step->look_ms < ms)
			ms = step->look_ms;
		if (!flying && ms > 0)
			memory_give_back(st);
		events_wait(&st->events, ms);
		changed = another_wrote(st, flying, ms > 0);
		take_hangup(st);
		if (changed || flying || ms == 0 || st->look_now || stage_stop_asked(st))
			return;
		now = clock_now(&st->clock);
		if (now >= step->wake_at || now < st->beat_at ||
		    now >= st->beat_at + STAGE_HEARTBEAT_S)
			return;
	}
}

static bool
stop_work(struct stage *st, const struct stage_work *work, struct err *e)
{
	int64_t deadline = clock_monotonic_ms() + (EVENTS_STOP_GRACE_S + 1) * 1000;

	for (;;) {
		if (work->stop != NULL && !work->stop(work->ctx, e))
			return false;
		if (http_in_flight(st->http) == 0 || clock_monotonic_ms() >= deadline)
			return true;
		events_wait(&st->events, 50);
	}
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
	watch_arm(&st->events.watch, st->db.path);
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
		wait_for_something(st, &step);
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
	notify_status(&st->events.notify, st->what);
}

#ifdef POTPRESS_TEST
void
stage_crash_point(const char *name)
{
	const char *crash = secure_getenv("POTPRESS_CRASH_AT");
	const char *stop = secure_getenv("POTPRESS_STOP_AT");

	if (crash != NULL && strcmp(crash, name) == 0)
		raise(SIGKILL);
	if (stop != NULL && strcmp(stop, name) == 0)
		raise(SIGSTOP);
}
#endif
