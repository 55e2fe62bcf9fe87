/*
 * queue.c - see queue.h.
 *
 * Every statement that changes a state raises the token, so the triggers for manual changes do not
 * fire. States stand as literals in the statements: a bound state would keep SQLite from using the
 * partial indexes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/queue.h"
#include "common/base/buf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/db/queue_sql.h"

#define REAP_MAX 500 /* rows of one transaction */

/* clang-format off */
/* Only if the row is still ours. */
#define OURS \
    "WHERE id = :id " \
    "  AND token = :token " \
    "  AND state = 'leased'"
#define FREE \
    "owner = NULL, lease_until = NULL, token = token + 1, settled_at = :now"
#define IS_LATE "state = 'leased' AND lease_until < :now "
#define RIPE(WHOSE) \
    "state = 'pending' " WHOSE "AND rank = :rank AND due_at > 0 AND due_at <= :since "
#define WAKES "state = 'done' AND due_at > 0 AND due_at <= :now "

/* WHOSE: an additional condition for the rows that may be claimed. */
#define QUEUE_SQL(T, WHOSE) { \
	.due = \
	    "SELECT id, token, attempts, coalesce(tried_at, 0), tried_after, doubted " \
	    "FROM " T " " \
	    "WHERE state = 'pending' " \
	    WHOSE \
	    "  AND rank = :rank " \
	    "  AND due_at <= :now " \
	    "ORDER BY due_at, id " \
	    "LIMIT :most", \
	.claim = \
	    "UPDATE " T " " \
	    "SET state = 'leased', token = token + 1, owner = :owner, lease_until = :until " \
	    "WHERE id = :id", \
	.late = \
	    "SELECT id " \
	    "FROM " T " " \
	    "WHERE " IS_LATE \
	    "ORDER BY lease_until " \
	    "LIMIT 1", \
	.expire = \
	    "UPDATE " T " " \
	    "SET expired = expired + 1, due_at = :now, " FREE ", " \
	    "  rank = CASE WHEN expired > 0 AND rank < 3 THEN rank + 1 ELSE rank END, " \
	    "  state = CASE WHEN expired + 1 >= :most THEN 'held' ELSE 'pending' END, " \
	    "  last_error = CASE WHEN expired + 1 >= :most THEN :why ELSE last_error END " \
	    "WHERE id IN (SELECT id FROM " T " WHERE " IS_LATE "ORDER BY lease_until LIMIT :batch) " \
	    "  AND " IS_LATE, \
	.ripen = \
	    "UPDATE " T " " \
	    "SET due_at = 0 " \
	    "WHERE id IN (SELECT id FROM " T " WHERE " RIPE(WHOSE) "ORDER BY due_at LIMIT :batch) " \
	    "  AND " RIPE(WHOSE), \
	.waking = \
	    "SELECT id " \
	    "FROM " T " " \
	    "WHERE " WAKES \
	    "ORDER BY due_at " \
	    "LIMIT 1", \
	.wake = \
	    "UPDATE " T " " \
	    "SET state = 'pending', rank = CASE WHEN rank < 2 THEN 2 ELSE rank END, token = token + 1 " \
	    "WHERE id IN (SELECT id FROM " T " WHERE " WAKES "ORDER BY due_at LIMIT :batch) " \
	    "  AND " WAKES, \
	.free_all = \
	    "UPDATE " T " " \
	    "SET state = 'pending', " FREE " " \
	    "WHERE state = 'leased'", \
	.next = \
	    "SELECT due_at " \
	    "FROM " T " " \
	    "WHERE state = 'pending' " \
	    WHOSE \
	    "  AND rank = :rank " \
	    "ORDER BY due_at " \
	    "LIMIT 1", \
	.next_wake = \
	    "SELECT due_at " \
	    "FROM " T " " \
	    "WHERE state = 'done' " \
	    "  AND due_at > 0 " \
	    "ORDER BY due_at " \
	    "LIMIT 1", \
	.next_late = \
	    "SELECT lease_until + 1 " \
	    "FROM " T " " \
	    "WHERE state = 'leased' " \
	    "  AND lease_until > 0 " \
	    "ORDER BY lease_until " \
	    "LIMIT 1", \
	.done = \
	    "UPDATE " T " " \
	    "SET state = 'done', due_at = :due_at, rank = 1, attempts = 0, expired = 0, " \
	    "  tried_at = NULL, doubted = 0, last_error = NULL, " FREE " " \
	    OURS, \
	.retry = \
	    "UPDATE " T " " \
	    "SET state = CASE WHEN attempts + 1 >= :most THEN 'held' ELSE 'pending' END, " \
	    "  attempts = attempts + 1, due_at = :due_at, tried_at = :now, tried_after = :after, " \
	    "  doubted = doubted + :doubt, last_error = :why, " FREE " " \
	    OURS, \
	.hold = \
	    "UPDATE " T " " \
	    "SET state = 'held', tried_at = :now, last_error = :why, " FREE " " \
	    OURS, \
	.skip = \
	    "UPDATE " T " " \
	    "SET state = 'skipped', due_at = 0, last_error = :why, " FREE " " \
	    OURS, \
	.release = \
	    "UPDATE " T " " \
	    "SET state = 'pending', " \
	    "  due_at = CASE WHEN due_at < :due_at THEN :due_at ELSE due_at END, " \
	    "  last_error = coalesce(:why, last_error), " FREE " " \
	    OURS, \
	.put_back = \
	    "UPDATE " T " " \
	    "SET state = 'pending', due_at = :due_at, tried_at = :now, tried_after = :after, " \
	    "  rank = CASE WHEN :again = 1 AND rank < 3 THEN rank + 1 ELSE rank END, " \
	    "  last_error = :why, " FREE " " \
	    OURS, \
	.extend = \
	    "UPDATE " T " " \
	    "SET lease_until = :until " \
	    OURS, \
}
/* clang-format on */

const struct queue_sql queue_lookup = QUEUE_SQL("lookup", "  AND provider = :provider ");
const struct queue_sql queue_post = QUEUE_SQL("post", "");

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

/* Rows that were put behind others are claimed by age again after a while, ahead of all that came
 * since. */
static bool
ripen(struct queue *q, int rank, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(q->db, q->sql->ripen, e);

	bind_whose(q, s);
	db_bind_int(s, ":rank", rank);
	db_bind_int(s, ":since", now - QUEUE_BEHIND_S);
	db_bind_int(s, ":batch", REAP_MAX);
	return db_run(s, e);
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
	while ((step = db_step(s, e)) == 1) {
		jobs[n++] = (struct job){
			.id = db_int(s, 0),
			.token = db_int(s, 1) + 1,
			.attempts = (int)db_int(s, 2),
			.tried_at = db_int(s, 3),
			.tried_after = db_int(s, 4),
			.doubted = db_int(s, 5) > 0,
			.lease_until = now + QUEUE_LEASE_S,
		};
	}
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
	struct job *jobs;
	int max, n;
};

static bool
claim_in(void *ctx, struct err *e)
{
	struct claim *c = ctx;

	c->n = 0;
	for (int rank = 0; rank < QUEUE_RANKS && c->n < c->max; rank++) {
		int got;

		if (!ripen(c->q, rank, c->now, e))
			return false;
		got = read_due(c->q, rank, c->now, c->jobs + c->n, c->max - c->n, e);
		if (got < 0)
			return false;
		c->n += got;
	}
	for (int i = 0; i < c->n; i++)
		if (!lease(c->q, &c->jobs[i], e))
			return false;
	return true;
}

int
queue_claim(struct queue *q, int64_t now, struct job *jobs, int max, struct err *e)
{
	struct claim c = { .q = q, .now = now, .jobs = jobs, .max = max };

	return db_transact(q->db, claim_in, &c, e) ? c.n : -1;
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
	return moved;
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
queue_next_due(struct queue *q, int64_t *due, struct err *e)
{
	int64_t at = INT64_MAX;

	for (int rank = 0; rank < QUEUE_RANKS; rank++)
		if (!earliest(q, q->sql->next, rank, &at, e))
			return false;
	if (!earliest(q, q->sql->next_wake, -1, &at, e) ||
	    !earliest(q, q->sql->next_late, -1, &at, e))
		return false;
	*due = at;
	return true;
}

/* ---- settling */

static struct statement *
verb(struct queue *q, const char *sql, const struct job *j, struct err *e)
{
	struct statement *s = db_prepare(q->db, sql, e);

	db_bind_int(s, ":id", j->id);
	db_bind_int(s, ":token", j->token);
	return s;
}

static enum settled
settle(struct queue *q, struct statement *s, struct err *e)
{
	if (!db_run(s, e))
		return SETTLED_ERROR;
	return db_changes(q->db) == 1 ? SETTLED : SETTLED_LEASE_LOST;
}

/* What happened, how often, and when. attempt 0: not counted. */
static void
bind_why(struct statement *s, const char *why, int attempt, int64_t now)
{
	char text[QUEUE_ERROR_MAX], at[TIME_TEXT_MAX];

	if (why == NULL) {
		db_bind_null(s, ":why");
		return;
	}
	time_format_iso(now, at);
	if (attempt > 0)
		snprintf(text, sizeof text, "%s (attempt %d of %d, %s)", why, attempt,
		    QUEUE_ATTEMPTS_MAX, at);
	else
		snprintf(text, sizeof text, "%s (%s)", why, at);
	db_bind_text(s, ":why", text);
}

enum settled
queue_done(
    struct queue *q, const struct job *j, int64_t now, int64_t due_at, struct err *e)
{
	struct statement *s = verb(q, q->sql->done, j, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":due_at", due_at);
	return settle(q, s, e);
}

enum settled
queue_retry(struct queue *q, const struct job *j, int64_t now, const struct setback *b,
    struct err *e)
{
	struct statement *s = verb(q, q->sql->retry, j, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":due_at", b->due_at);
	db_bind_int(s, ":after", b->answers);
	db_bind_int(s, ":doubt", b->doubt);
	db_bind_int(s, ":most", QUEUE_ATTEMPTS_MAX);
	bind_why(s, b->why, j->attempts + 1, now);
	return settle(q, s, e);
}

enum settled
queue_put_back(struct queue *q, const struct job *j, int64_t now, const struct setback *b,
    struct err *e)
{
	struct statement *s = verb(q, q->sql->put_back, j, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":due_at", b->due_at);
	db_bind_int(s, ":after", b->answers);
	db_bind_int(s, ":again", b->again);
	bind_why(s, b->why, 0, now);
	return settle(q, s, e);
}

enum settled
queue_hold(
    struct queue *q, const struct job *j, int64_t now, const char *why, struct err *e)
{
	struct statement *s = verb(q, q->sql->hold, j, e);

	db_bind_int(s, ":now", now);
	bind_why(s, why, 0, now);
	return settle(q, s, e);
}

enum settled
queue_skip(
    struct queue *q, const struct job *j, int64_t now, const char *why, struct err *e)
{
	struct statement *s = verb(q, q->sql->skip, j, e);

	db_bind_int(s, ":now", now);
	bind_why(s, why, 0, now);
	return settle(q, s, e);
}

enum settled
queue_release(struct queue *q, const struct job *j, int64_t now, int64_t not_before,
    const char *why, struct err *e)
{
	struct statement *s = verb(q, q->sql->release, j, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":due_at", not_before);
	bind_why(s, why, 0, now);
	return settle(q, s, e);
}

enum settled
queue_extend(struct queue *q, struct job *j, int64_t now, struct err *e)
{
	struct statement *s = verb(q, q->sql->extend, j, e);
	enum settled how;

	db_bind_int(s, ":until", now + QUEUE_LEASE_S);
	how = settle(q, s, e);
	if (how == SETTLED)
		j->lease_until = now + QUEUE_LEASE_S;
	return how;
}
