/* internal.h - what the parts of the stage share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_STAGE_INTERNAL_H
#define POTPRESS_STAGE_INTERNAL_H

#include "common/stage/stage.h"

/* The holder's lock of a single stage: an OFD lock on PATH.STAGE.lock, free the instant its process
 * dies. *held_by (HOLDER_MAX bytes) is the owner text of who has it, when we do not get it. */
#define HOLDER_MAX 128
bool holder_try(struct stage *st, bool *mine, char *held_by, struct err *e);
void holder_free(struct stage *st);
/* Who has the lock makes sure that it is still the one others would ask for; takes it again where its file
 * was removed. FAULT_FATAL when another process was faster. */
bool holder_keep(struct stage *st, struct err *e);

/* --check, after the configuration was read; prints and returns the exit status. A value that could not
 * be read is NULL. */
int stage_check(struct stage *st, const struct stage_spec *spec, bool good_configuration);

/* Sets to now what lies further ahead than any right clock writes it, and says so: at the start, and when
 * the clock went back. Own transaction. */
bool ahead_pull_back(struct stage *st, int64_t now, struct err *e);

/* The disk: is there room enough to go on? FAULT_FATAL with no_room when there is not. */
bool room_check(struct stage *st, struct err *e);
/* After a fault: true when it was a full disk, and there is room again or a stop was asked for. */
bool room_wait(struct stage *st, struct err *e);

/* Row of table stage. Own transactions. */
bool heartbeat_new(struct stage *st, int64_t now, struct err *e);
bool heartbeat_beat(struct stage *st, int64_t now, struct err *e);
void heartbeat_gone(struct stage *st);

/* What a fault makes of a service (turn.c): is it told by the pause there is? Else the pause it makes, to
 * be set and then said. */
bool turn_is_known(const struct service *service, const struct pause *p,
    const struct err *why, int64_t now);
struct pause turn_pause(const struct stage *st, const struct pause *before,
    const struct err *why, int64_t now, int64_t quota_until);
void turn_say_paused(struct stage *st, struct service *service, const struct pause *p);
/* After an answer was noted. */
void turn_say_answered(const struct stage *st, struct service *service, bool resumed);

/* Makes outages and refused credentials of all services due for a probe. */
bool stage_probe_now(struct stage *st, int64_t now, struct err *e);

#endif
