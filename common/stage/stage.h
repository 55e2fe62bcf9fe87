/*
 * stage.h - what the three programs have in common: start, loop, settle, stop.
 *
 * A main calls stage_begin and stage_open, opens its own clients, then calls stage_run and stage_close.
 *
 *      while not asked to stop:
 *              heartbeat, reap
 *              step: do what is due now, start requests         (the stage's own)
 *              wait: the transfers' poll, until an answer, a signal, the next due time,
 *                    or another stage's commit
 *
 * stage_settle is the only place where a fault becomes a queue verb; stage_pause the only one where
 * it becomes a pause.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_H
#define POTPRESS_STAGE_H

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/time.h"
#include "common/config/config.h"
#include "common/config/options.h"
#include "common/db/db.h"
#include "common/db/queue.h"
#include "common/net/http.h"
#include "common/stage/check.h"
#include "common/stage/events.h"
#include "common/stage/pause.h"
#include "common/stage/service.h"

#define STAGE_SERVICES_MAX 20
#define STAGE_HEARTBEAT_S 60
#define STAGE_GONE_S DAY_S /* older rows of table stage belong to dead processes */

struct stage {
	const char *name;
	struct options options;
	void *own; /* the program's own options; NULL: it has none */
	struct config config;
	struct clock clock;
	struct log log;
	struct db db;
	struct http *http;
	struct events events;
	struct queue queue; /* unused by the collector */
	struct service services[STAGE_SERVICES_MAX]; /* the services it uses */
	size_t service_count;
	bool single; /* one holder at a time (collector, publisher) */
	int lock_fd; /* the holder's lock, -1 */
	int64_t started_at, beat_at;
	char what[128]; /* for table stage: what it does right now */
	const char *trouble; /* the reason why it cannot work; NULL: it can */
	bool look_now; /* SIGHUP came: true during the next step */
	int64_t reaped_at;
	bool metrics_begun; /* the metrics were written before by this process ... */
	bool metrics_failed; /* ... and could not be the last time, which was logged */
	int64_t wal_said; /* size of the -wal that was last logged; 0: it is small */
	int64_t gave_back_ms; /* when memory was last given back: clock_monotonic_ms */
};

struct stage_spec {
	const char *name; /* also the section of its configuration */
	const char *summary; /* one sentence for --help */
	const struct queue_sql *queue; /* NULL: none */
	bool single;
	/* Adds the services of this stage from its configuration, where values that could not be read
	 * are NULL. */
	void (*add_services)(struct stage *st);
	const struct option_row *options; /* its own options; see struct program */
	void (*check_options)(const void *own, struct buf *wrong);
	/* Reports every problem with access to the live services. Read-only; st->db may be closed, and
	 * secrets may be missing (service_config.secret_missing). */
	void (*check)(struct stage *st, struct check *c);
};

/* Parses options and configuration. Returns -1 to go on, else the exit status: --help, --version,
 * --show-config and --check are done here. The program's own options go into `own`, which holds their
 * defaults (NULL: it has none). */
int stage_begin(
    struct stage *st, const struct stage_spec *spec, void *own, int argc, char **argv);
/* For spec->add_services: the next of st->services. */
void stage_add_service(struct stage *st, const char *name, const char *account,
    const struct service_config *config);
/* Opens clock, log, database and http; logs "started". For a single stage also takes the holder's lock,
 * waiting for it (with --once: returns false with FAULT_NONE after logging who holds it) and then frees
 * the leases of its dead predecessor. */
bool stage_open(struct stage *st, const struct stage_spec *spec, struct err *e);
/* Logs and returns the exit status; e->fault FAULT_NONE means success. Releases everything. */
int stage_close(struct stage *st, const struct err *e);

/* The result of a step. */
struct step {
	int64_t wake_at; /* call again then; INT64_MAX: only when something happens */
	int look_ms; /* and within this time, for what nothing reports; 0: no */
	bool idle; /* nothing is due or in flight: --once may exit */
	bool finished; /* everything requested is done: the program exits */
};

/* One round of a stage's own work: do or start what is due at `now`, and fill in *out, which comes with
 * wake_at INT64_MAX. When it returns false, the program exits. */
struct stage_work {
	void *ctx;
	bool (*step)(void *ctx, int64_t now, struct step *out, struct err *e);
	/* After a request to stop, again after each wait for what is in flight: settles what was answered,
	 * gives back the rows that are not in flight. May be NULL. */
	bool (*stop)(void *ctx, struct err *e);
};
bool stage_run(struct stage *st, const struct stage_work *work, struct err *e);

/* How an attempt at one claimed row ended; `e` says what to do (FAULT_NONE: done). save: writes the
 * result in the same transaction, after the row was settled under its token (so it may also delete the
 * row); if it fails with a fault about the row, that fault counts. NULL: nothing to write. It is called
 * for FAULT_REJECT and FAULT_RETRY too when save_faults is set (an unreadable body is kept). */
struct settlement {
	struct queue *queue; /* of the row; NULL: the stage's own */
	struct service *service; /* the service that was asked; NULL: none */
	const struct err *e;
	bool (*save)(void *ctx, int64_t now, struct err *e);
	void *ctx;
	int64_t due_at; /* of the done row: when it is due again, 0 never */
	int64_t not_before; /* earliest time of the next try */
	int64_t quota_until; /* with OUTAGE_QUOTA: end of the pause; 0: in one minute */
	const char *what; /* hash or key, for the log line */
	const char *verdict; /* for the log line, or NULL */
	int64_t took_ms; /* for the log line, or -1 */
	bool skip; /* with FAULT_NONE: skipped, not done; e->text is the reason */
	bool save_faults;
	/* with FAULT_NONE: the service did not do a row's real work (the post needed no write), so this
	 * success says nothing about other rows */
	bool slight;
};
/* One transaction, one log line. An OUTAGE pauses the service and puts the row back; the row is charged
 * only if the service answered another row since its last try. With DOUBT, the results of other rows
 * decide (settle.c). A lost lease rolls the result back and is logged; what the answer says about the
 * service is kept. False only when the process cannot go on. */
bool stage_settle(
    struct stage *st, const struct job *job, const struct settlement *s, struct err *e);

/* What an answer changes for its service. */
enum effect { EFFECT_NONE, EFFECT_PAUSE, EFFECT_DOUBT, EFFECT_ASIDE, EFFECT_ROW };

/* A settlement between its transaction and its log line; filled and read by settle.c. */
struct ruling {
	struct stage *st;
	const struct job *job;
	const struct settlement *s;
	int64_t now;
	struct pause before, pause; /* of the service: as it was, and as it is set */
	enum effect effect;
	bool charged; /* to the row */
	bool lost; /* the lease */
	bool resumed;
};
/* stage_settle for several rows in one transaction: stage_rule inside it, for each row, and stage_say once
 * it is committed; job and s stay until then. Here a save that fails undoes the whole transaction. */
bool stage_rule(struct stage *st, const struct job *job, const struct settlement *s,
    struct ruling *out, struct err *e);
void stage_say(struct ruling *r);

/* Undoes a claim that led to no request, without a fault; the row is due again at not_before. */
bool stage_give_back(struct stage *st, const struct job *job, int64_t not_before,
    const char *why, struct err *e);

/* Pauses a service after an outage, or after a doubtful answer to a probe or another request without a
 * row, until quota_until (unix seconds; 0: depends on kind and strikes). Own transaction. */
bool stage_pause(struct stage *st, struct service *service, const struct err *why,
    int64_t quota_until, struct err *e);
/* What may be sent to a service now. */
struct turn {
	enum {
		TURN_WAIT, /* nothing before `until`, or before a row is due */
		TURN_PROBE, /* a free request, then stage_succeeded or stage_pause */
		TURN_ROW, /* one row, to test whether a pause is over */
		TURN_ROWS, /* as many as are due */
	} what;
	int64_t until; /* unix seconds, INT64_MAX: no pause */
};
bool stage_turn(struct stage *st, struct service *service, int64_t now, bool row_due,
    struct turn *out, struct err *e);
/* Records a good answer outside of stage_settle (to a probe, for example). It ends a pause, unless a
 * row's request caused it: then a row is tried next. Own transaction. */
bool stage_succeeded(struct stage *st, struct service *service, struct err *e);
static inline bool
stage_stop_asked(struct stage *st)
{
	return events_stop_asked(&st->events);
}
void stage_doing(struct stage *st, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Only test builds: crashes if POTPRESS_CRASH_AT names this point, stops until SIGCONT for POTPRESS_STOP_AT. */
#ifdef POTPRESS_TEST
void stage_crash_point(const char *name);
#else
#define stage_crash_point(name) ((void)0)
#endif

#endif
