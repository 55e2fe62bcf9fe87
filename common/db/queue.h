/*
 * queue.h - claims rows from a table of jobs and puts each into its next state.
 *
 *      pending --claim--> leased --done--> done --(due_at > 0 passes)--> pending
 *         ^                 | |
 *         |--- retry -------' |            a manual UPDATE of state moves a row anywhere
 *         |--- release ------'             but to leased, raises its token, and wins over a
 *         `--- lease ran out (reap)        late worker
 *                           `--hold--> held (needs attention)      --skip--> skipped (by rule)
 *
 * A claim is a lease: if the process dies, the row is pending again at lease_until. `token` rises at
 * every change of state and is the only fence: each verb changes the row only if it is still leased
 * under the job's token, and reports whether it was. A verb is one statement: it runs alone, or inside
 * the caller's transaction. Nothing here sleeps, logs or reads a clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DB_QUEUE_H
#define POTPRESS_DB_QUEUE_H

#include "common/db/db.h"

#define QUEUE_LEASE_S 120
#define QUEUE_RANKS 4 /* rank 0 (first) .. 3 */
#define QUEUE_AGAIN 2 /* the rank of rows that were done before */
#define QUEUE_ATTEMPTS_MAX 10 /* charged faults; then the row is held */
#define QUEUE_EXPIRED_MAX 20 /* leases that ran out; then the row is held */
/* after this long, a due row is no longer behind others; longer than any pause of a service */
#define QUEUE_BEHIND_S 7200
#define QUEUE_ERROR_MAX 600 /* bytes of last_error */

struct queue_sql; /* the statements of one table, constants in queue.c */
extern const struct queue_sql queue_lookup, queue_post, queue_message;

struct queue {
	struct db *db;
	const struct queue_sql *sql;
	/* of table lookup the provider whose rows are claimed, of table message the target; else NULL */
	const char *provider;
	char owner[64]; /* "enricher host pid uuid", for the operator */
};

struct job {
	int64_t id, token;
	int rank; /* as claimed */
	int attempts; /* charged so far */
	int64_t tried_at; /* last try that ended in a fault, 0 none */
	int64_t tried_after; /* good answers from its service by then */
	bool doubted; /* charged before for a doubtful answer */
	int64_t lease_until;
};

enum settled { SETTLED, SETTLED_LEASE_LOST, SETTLED_ERROR };

/* q->owner becomes "STAGE HOST PID UUID"; db must outlive the queue. */
void queue_init(
    struct queue *q, struct db *db, const struct queue_sql *sql, const char *stage);

/* Claims up to max due rows, by rank, then due time, then as the table's index says (lookup_pending,
 * post_pending in schema.sql). Returns how many, -1 on a fault. */
int queue_claim(struct queue *q, int64_t now, struct job *jobs, int max, struct err *e);
/* The same from ranges of ranks, one after the other, and at most `most` of each. */
struct queue_range {
	int first, last; /* ranks */
	int most;
};
int queue_claim_by(struct queue *q, int64_t now, const struct queue_range *plan,
    int ranges, struct job *jobs, int max, struct err *e);
/* The same, but only of these rows. */
int queue_claim_these(struct queue *q, int64_t now, const int64_t *ids, int count,
    struct job *jobs, int max, struct err *e);
/* Makes rows whose lease expired pending again (expired + 1; from the second time on one rank lower;
 * held after QUEUE_EXPIRED_MAX), and done rows whose due_at has passed (at rank 2 or lower). A row that
 * was put behind others is at due time 0 again after QUEUE_BEHIND_S, and one of the last rank in the rank
 * before it. Returns how many rows moved, -1 on a fault. Writes only when there is something to do. */
int queue_reap(struct queue *q, int64_t now, struct err *e);
/* Releases all leases of this table at once; for the holder of a single stage only. */
int queue_free_all(struct queue *q, int64_t now, struct err *e);
/* The next time there is something to claim or to reap: a row is due, is due again, or its lease
 * expires; INT64_MAX when none. */
bool queue_next_due(struct queue *q, int64_t *due, struct err *e);
/* When the first pending row of these ranks is due; INT64_MAX when there is none. */
bool queue_next_of(struct queue *q, int first, int last, int64_t *due, struct err *e);

enum settled queue_done(
    struct queue *q, const struct job *j, int64_t now, int64_t due_at, struct err *e);
/* A failed try. */
struct setback {
	int64_t due_at; /* earliest time of the next try */
	/* good answers the service has given so far, to other rows too */
	int64_t answers;
	bool doubt; /* the answer was doubtful (FAULT_DOUBT) */
	bool again; /* it failed before, and no other row got through since */
	const char *why;
};
/* Charged: attempts + 1; held instead when attempts reach QUEUE_ATTEMPTS_MAX. */
enum settled queue_retry(struct queue *q, const struct job *j, int64_t now,
    const struct setback *b, struct err *e);
/* Not charged. Rows due earlier come first and, if it failed again, those of the next rank too; after
 * two hours it is claimed by its age. */
enum settled queue_put_back(struct queue *q, const struct job *j, int64_t now,
    const struct setback *b, struct err *e);
enum settled queue_hold(
    struct queue *q, const struct job *j, int64_t now, const char *why, struct err *e);
enum settled queue_skip(
    struct queue *q, const struct job *j, int64_t now, const char *why, struct err *e);
/* Undoes a claim that led to no try; why may be NULL (last_error stays). */
enum settled queue_release(struct queue *q, const struct job *j, int64_t now,
    int64_t not_before, const char *why, struct err *e);
/* lease_until = now + QUEUE_LEASE_S; SETTLED_LEASE_LOST when the row is no longer ours. */
enum settled queue_extend(struct queue *q, struct job *j, int64_t now, struct err *e);

#endif
