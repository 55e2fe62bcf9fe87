/*
 * queue_settle.c - the verbs that settle a claimed row; see queue.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/db/queue.h"
#include "common/db/queue_sql.h"

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
	auto_buf text = BUF_CUT(QUEUE_ERROR_MAX);
	char at[TIME_TEXT_MAX];

	if (why == NULL) {
		db_bind_null(s, ":why");
		return;
	}
	time_format_iso(now, at);
	buf_printf(&text, "%s (", why);
	if (attempt > 0)
		buf_printf(&text, "attempt %d of %d, ", attempt, QUEUE_ATTEMPTS_MAX);
	buf_printf(&text, "%s)", at);
	db_bind_text(s, ":why", buf_text(&text));
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
