/* internal.h - what the parts of the stage share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_STAGE_INTERNAL_H
#define POTPRESS_STAGE_INTERNAL_H

#include "common/stage/stage.h"

/* A wait of `ms`, or until the clock must be read again. */
static inline int
stage_shorter(const struct stage *st, int ms)
{
	return ms < st->clock.tick_ms ? ms : st->clock.tick_ms;
}

/* The holder's lock of a single stage: an OFD lock on PATH.STAGE.lock, free the instant its process
 * dies. If another process has it, *held_by (HOLDER_MAX bytes) is that process's owner text. */
#define HOLDER_MAX 128
bool holder_try(struct stage *st, bool *mine, char *held_by, struct err *e);
void holder_free(struct stage *st);
/* For the holder: checks that its lock file was not removed; if it was, locks a new one. FAULT_FATAL
 * when another process was faster. */
bool holder_keep(struct stage *st, struct err *e);

/* --check, after the configuration was read; prints and returns the exit status. A value that could not
 * be read is NULL. */
int stage_check(struct stage *st, const struct stage_spec *spec, bool good_configuration);

/* Sets stored times that lie implausibly far ahead to now, and logs it. Called at the start and after
 * the clock went back. Own transaction. */
bool ahead_pull_back(struct stage *st, struct err *e);

/* False, with FAULT_FATAL and no_room, when the disk has too little room to go on. */
bool room_check(struct stage *st, struct err *e);
/* After a fault: if the disk was full, waits until there is room or a stop is requested, then returns
 * true. */
bool room_wait(struct stage *st, struct err *e);

/* At most once a minute. */
void memory_give_back(struct stage *st);

/* Writes METRICS_DIR/potpress-STAGE.prom. A file that cannot be written is logged once and stops nothing. */
void metrics_write(struct stage *st, int64_t now);

/* The process's row in table stage. Own transactions. */
bool heartbeat_new(struct stage *st, int64_t now, struct err *e);
bool heartbeat_beat(struct stage *st, int64_t now, struct err *e);
void heartbeat_gone(struct stage *st);

/* turn.c, for a fault of a service: turn_is_known: the current pause already covers it; else turn_pause
 * is the pause to set, and turn_say_paused logs it. */
bool turn_is_known(const struct service *service, const struct pause *p,
    const struct err *why, int64_t now);
struct pause turn_pause(const struct stage *st, const struct pause *before,
    const struct err *why, int64_t now, int64_t quota_until);
void turn_say_paused(struct stage *st, struct service *service, const struct pause *p);
/* After a good answer was recorded; logs the end of a pause. */
void turn_say_answered(const struct stage *st, struct service *service, bool resumed);

/* Makes the pauses of all services that are down or refuse the credentials due for a probe. */
bool stage_probe_now(struct stage *st, int64_t now, struct err *e);

#endif
