/*
 * queue.c - see queue.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/queue.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/db/queue_sql.h"

#define REAP_MAX 500 /* rows of one transaction */

#define HOST_MAX 12 /* bytes of the host's name in owner */

void
queue_init(struct queue *q, struct db *db, const struct queue_sql *sql, const char *stage)
{
	char host[HOST_MAX + 1] = "", id[UUID_STR_LEN];
	uuid_t uuid;

	*q = (struct queue){ .db = db, .sql = sql };
	gethostname(host, sizeof host);
	host[HOST_MAX] = '\0';
	uuid_generate(uuid);
	uuid_unparse_lower(uuid, id);
	snprintf(
	    q->owner, sizeof q->owner, "%.9s %s %d %s", stage, host, (int)getpid(), id);
}

/* ---- claiming */

static void
bind_whose(const struct queue *q, struct statement *s)
{
	if (q->provider != NULL)
		db_bind_text(s, ":provider", q->provider);
}

/* Columns of JOB in queue_sql.c. */
static struct job
read_job(struct statement *s, int64_t now)
{
	return (struct job){
		.id = db_int(s, 0),
		.rank = (int)db_int(s, 6),
		.token = db_int(s, 1) + 1,
		.attempts = (int)db_int(s, 2),
		.tried_at = db_int(s, 3),
		.tried_after = db_int(s, 4),
		.doubted = db_int(s, 5) > 0,
		.lease_until = now + QUEUE_LEASE_S,
	};
}

static int
read_due(
    struct queue *q, int rank, int64_t now, struct job *jobs, int most, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->due, e);
	int n = 0, step;

	bind_whose(q, s);
	db_bind_int(s, ":rank", rank);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":most", most);
	while ((step = db_step(s, e)) == 1)
		jobs[n++] = read_job(s, now);
	return step < 0 ? -1 : n;
}

static bool
lease(struct queue *q, const struct job *j, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->claim, e);

	db_bind_int(s, ":id", j->id);
	db_bind_text(s, ":owner", q->owner);
	db_bind_int(s, ":until", j->lease_until);
	return db_run(s, e);
}

struct claim {
	struct queue *q;
	int64_t now;
	const struct queue_range *plan;
	int ranges;
	struct job *jobs;
	int max, n;
};

/* Rows that this claim took before are leased already: a range may name a rank again. */
static bool
claim_range(struct claim *c, const struct queue_range *range, struct err *e)
{
	int left = range->most < c->max - c->n ? range->most : c->max - c->n;

	for (int rank = range->first; rank <= range->last && left > 0; rank++) {
		struct job *jobs = c->jobs + c->n;
		int got = read_due(c->q, rank, c->now, jobs, left, e);

		for (int i = 0; i < got; i++)
			if (!lease(c->q, &jobs[i], e))
				return false;
		if (got < 0)
			return false;
		c->n += got;
		left -= got;
	}
	return true;
}

static bool
claim_in(void *ctx, struct err *e)
{
	struct claim *c = ctx;

	c->n = 0;
	for (int i = 0; i < c->ranges; i++)
		if (!claim_range(c, &c->plan[i], e))
			return false;
	return true;
}

int
queue_claim_by(struct queue *q, int64_t now, const struct queue_range *plan, int ranges,
    struct job *jobs, int max, struct err *e)
{
	struct claim c = { q, now, plan, ranges, jobs, max, 0 };

	return db_transact(q->db, claim_in, &c, e) ? c.n : -1;
}

int
queue_claim(struct queue *q, int64_t now, struct job *jobs, int max, struct err *e)
{
	const struct queue_range all = { 0, QUEUE_RANKS - 1, max };

	return queue_claim_by(q, now, &all, 1, jobs, max, e);
}

struct pick {
	struct queue *q;
	int64_t now;
	const int64_t *ids;
	int count;
	struct job *jobs;
	int max, n;
};

static bool
claim_row(struct pick *p, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(p->q->db, p->q->sql->this_one, e);
	int step;

	bind_whose(p->q, s);
	db_bind_int(s, ":id", id);
	db_bind_int(s, ":now", p->now);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	p->jobs[p->n] = read_job(s, p->now);
	db_reset(s);
	return lease(p->q, &p->jobs[p->n++], e);
}

static bool
pick_in(void *ctx, struct err *e)
{
	struct pick *p = ctx;

	p->n = 0;
	for (int i = 0; i < p->count && p->n < p->max; i++)
		if (!claim_row(p, p->ids[i], e))
			return false;
	return true;
}

int
queue_claim_these(struct queue *q, int64_t now, const int64_t *ids, int count,
    struct job *jobs, int max, struct err *e)
{
	struct pick p = { q, now, ids, count, jobs, max, 0 };

	return db_transact(q->db, pick_in, &p, e) ? p.n : -1;
}

/* ---- leases of dead processes, and rows that are due again */

static bool
any(struct queue *q, const char *sql, int64_t now, bool *found, struct err *e)
{
	struct statement *s = db_prepare(q->db, sql, e);
	int64_t id = 0;

	db_bind_int(s, ":now", now);
	if (!db_one_int(s, &id, e))
		return false;
	*found = id != 0;
	return true;
}

/* Runs a statement; returns the rows it changed. */
static int
change(struct queue *q, struct statement *s, struct err *e)
{
	return db_run(s, e) ? (int)db_changes(q->db) : -1;
}

static int
expire(struct queue *q, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->expire, e);
	char why[80];

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":most", QUEUE_EXPIRED_MAX);
	db_bind_int(s, ":batch", REAP_MAX);
	db_bind_text(s, ":why",
	    BUF_FIXED(why,
		"lease expired %d times: the program crashes or hangs on this row",
		QUEUE_EXPIRED_MAX));
	return change(q, s, e);
}

static int
wake(struct queue *q, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->wake, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":batch", REAP_MAX);
	return change(q, s, e);
}

/* Rows that were put behind others take their places again after a while. Those of QUEUE_AGAIN have
 * theirs by due time. */
static int
ripen(struct queue *q, int rank, int64_t since, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->ripe, e);
	int64_t id = 0;

	db_bind_int(s, ":rank", rank);
	db_bind_int(s, ":since", since);
	if (!db_one_int(s, &id, e))
		return -1;
	if (id == 0)
		return 0;
	s = db_prepare(q->db, q->sql->ripen, e);
	db_bind_int(s, ":rank", rank);
	db_bind_int(s, ":since", since);
	db_bind_int(s, ":batch", REAP_MAX);
	return change(q, s, e);
}

static int
ripen_all(struct queue *q, int64_t now, struct err *e)
{
	int moved = 0;

	for (int rank = 0; rank < QUEUE_RANKS; rank++) {
		int n = rank == QUEUE_AGAIN ? 0 : ripen(q, rank, now - QUEUE_BEHIND_S, e);

		if (n < 0)
			return -1;
		moved += n;
	}
	return moved;
}

int
queue_reap(struct queue *q, int64_t now, struct err *e)
{
	bool late, waking;
	int moved = 0, n;

	if (!any(q, q->sql->late, now, &late, e) ||
	    !any(q, q->sql->waking, now, &waking, e))
		return -1;
	if (late) {
		n = expire(q, now, e);
		if (n < 0)
			return -1;
		moved += n;
	}
	if (waking) {
		n = wake(q, now, e);
		if (n < 0)
			return -1;
		moved += n;
	}
	n = ripen_all(q, now, e);
	return n < 0 ? -1 : moved + n;
}

int
queue_free_all(struct queue *q, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->free_all, e);

	db_bind_int(s, ":now", now);
	return change(q, s, e);
}

/* *due is unchanged when there is no row. */
static bool
earliest(struct queue *q, const char *sql, int rank, int64_t *due, struct err *e)
{
	struct statement *s = db_prepare(q->db, sql, e);
	int64_t at = *due;

	if (rank >= 0) {
		bind_whose(q, s);
		db_bind_int(s, ":rank", rank);
	}
	if (!db_one_int(s, &at, e))
		return false;
	if (at < *due)
		*due = at;
	return true;
}

bool
queue_next_of(struct queue *q, int first, int last, int64_t *due, struct err *e)
{
	int64_t at = INT64_MAX;

	for (int rank = first; rank <= last; rank++)
		if (!earliest(q, q->sql->next, rank, &at, e))
			return false;
	*due = at;
	return true;
}

bool
queue_next_due(struct queue *q, int64_t *due, struct err *e)
{
	int64_t at = INT64_MAX;

	if (!queue_next_of(q, 0, QUEUE_RANKS - 1, &at, e) ||
	    !earliest(q, q->sql->next_wake, -1, &at, e) ||
	    !earliest(q, q->sql->next_late, -1, &at, e))
		return false;
	*due = at;
	return true;
}
