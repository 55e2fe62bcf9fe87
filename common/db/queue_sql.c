/*
 * queue_sql.c - the statements of all queues; see queue.h.
 *
 * Every statement that changes a state raises the token, so the triggers for manual changes do not
 * fire. States are literals in the statements: a bound state would keep SQLite from using the partial
 * indexes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/queue_sql.h"

/* clang-format off */
/* Only if the row is still ours. */
#define OURS \
    "WHERE id = :id " \
    "  AND token = :token " \
    "  AND state = 'leased'"
#define JOB \
    "SELECT id, token, attempts, coalesce(tried_at, 0), tried_after, doubted, rank "
#define FREE \
    "owner = NULL, lease_until = NULL, token = token + 1, settled_at = :now"
#define IS_LATE "state = 'leased' AND lease_until < :now "
#define RIPE(EACH) \
    "state = 'pending' " EACH "AND rank = :rank AND due_at > 0 AND due_at <= :since "
#define WAKES "state = 'done' AND due_at > 0 AND due_at <= :now "

/* WHOSE: an additional condition for the rows that may be claimed; EACH: that all rows meet, in the order
 * AGE. ORDER: of a claim, among due rows of one rank. */
#define QUEUE_SQL(T, WHOSE, EACH, AGE, ORDER) { \
	.due = \
	    JOB \
	    "FROM " T " " \
	    "WHERE state = 'pending' " \
	    WHOSE \
	    "  AND rank = :rank " \
	    "  AND due_at <= :now " \
	    "ORDER BY " ORDER " " \
	    "LIMIT :most", \
	.this_one = \
	    JOB \
	    "FROM " T " " \
	    "WHERE id = :id " \
	    "  AND state = 'pending' " \
	    WHOSE \
	    "  AND due_at <= :now", \
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
	.ripe = \
	    "SELECT id " \
	    "FROM " T " " \
	    "WHERE " RIPE(EACH) \
	    "ORDER BY " AGE " " \
	    "LIMIT 1", \
	.ripen = \
	    "UPDATE " T " " \
	    "SET due_at = CASE WHEN rank < 2 THEN 0 ELSE due_at END, " \
	    "  rank = CASE WHEN rank = 3 THEN 2 ELSE rank END " \
	    "WHERE id IN (SELECT id FROM " T " WHERE " RIPE(EACH) "ORDER BY " AGE " LIMIT :batch) " \
	    "  AND " RIPE(EACH), \
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

/* Explained at index lookup_pending. */
const struct queue_sql queue_lookup = QUEUE_SQL("lookup", "  AND provider = :provider ",
    "AND provider IN (SELECT name FROM provider) ", "provider, due_at",
    "due_at, weight DESC, id DESC");
/* One target's messages, and of them only those that were made ready to be sent. */
const struct queue_sql queue_message = QUEUE_SQL("message",
    "  AND target = :provider AND sealed_at IS NOT NULL ",
    "AND target IN (SELECT name FROM alert_target) ", "target, due_at", "due_at, id");
const struct queue_sql queue_post = QUEUE_SQL("post", "", "", "due_at", "due_at, id");
/* clang-format on */
