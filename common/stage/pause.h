/*
 * pause.h - pauses of services that are down, out of quota or refuse the credentials, shared by all
 * processes of a stage.
 *
 * One row of table `pause` per service and account while it is paused, with the reason in words;
 * table `service` remembers the last success, the outages in a row, and how rows fared. When `until`
 * has passed, one process takes the probe (pause_take_probe moves `until` on); its success ends the
 * pause. A pause that a row's request caused is ended by a row's success only: a site that can be read
 * may still refuse every write.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_PAUSE_H
#define POTPRESS_STAGE_PAUSE_H

#include "common/base/clock.h"
#include "common/base/time.h"
#include "common/db/db.h"
#include "common/stage/service.h"

#define PAUSE_CREDENTIALS_S HOUR_S

struct pause {
	bool paused;
	enum outage kind;
	int64_t until;
	bool by_row; /* a row's request failed */
	int strikes; /* outages of `kind` in a row */
	int doubts; /* doubtful answers (FAULT_DOUBT) in a row since the last pause */
	int64_t answers; /* good answers to rows so far */
	char why[ERR_TEXT_MAX];
};

/* The number of one more outage of this kind in its series; 1 is the first. */
static inline int
pause_strike(const struct pause *p, enum outage kind)
{
	return p->paused && p->kind == kind ? p->strikes + 1 : 1;
}

/* The state of the service; without rows, all zero. */
bool pause_get(
    struct db *db, const struct service *service, struct pause *out, struct err *e);
/* Inside a transaction. Records one more outage of p->kind and pauses until p->until, for p->why. */
bool pause_set(struct db *db, const struct service *service, const struct pause *p,
    int64_t now, struct err *e);
/* Inside a transaction. Counts a doubtful answer (FAULT_DOUBT); a paused service may then be tried once
 * more at once. */
bool pause_doubt(
    struct db *db, const struct service *service, int64_t now, struct err *e);

enum success {
	SUCCESS_ASIDE, /* a probe or another request without a row was answered */
	SUCCESS_ROW, /* the service did a row's real work */
};
/* Inside a transaction. Ends a pause for an outage or credentials and its strikes, notes ok_at. A pause
 * that a row caused is ended by SUCCESS_ROW; after SUCCESS_ASIDE a row may be tried at once. A quota
 * pause ends when its time is over, or when the probe sent then succeeds. *ended says whether a pause
 * ended. */
bool pause_success(struct db *db, const struct service *service, int64_t now,
    enum success how, bool *ended, struct err *e);
/* True when the pause's time is over and this process may probe: `until` is moved to
 * now + probe_s so that no other does. Own transaction. */
bool pause_take_probe(struct db *db, const struct service *service, int64_t now,
    int64_t probe_s, bool *mine, struct err *e);
/* SIGHUP and start: makes an outage or credentials pause due for a probe now. Own transaction. */
bool pause_probe_now(
    struct db *db, const struct service *service, int64_t now, struct err *e);

#endif
