/*
 * test_queue.c - every verb of the queue: claims, leases, fences, and a person's words in between.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/internal.h"
#include "common/db/queue.h"
#include "common/db/queue_sql.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define ROWS_MANY 1000000

static struct queue queue;

/* An empty queue of lookups. */
static void
fresh(void)
{
	db_fresh();
	queue_init(&queue, &db, &queue_lookup, "enricher");
	queue.provider = "virustotal";
}

static void
add(int64_t id, int rank, int64_t due_at)
{
	sql("INSERT INTO lookup (id, value, rank, due_at) VALUES (%lld, 'v%lld', %d, "
	    "%lld)",
	    (long long)id, (long long)id, rank, (long long)due_at);
}

static int
claim(struct job *jobs, int max, int64_t now)
{
	struct err e = ERR_NONE;
	int n = queue_claim(&queue, now, jobs, max, &e);

	if (n < 0)
		die(e.text);
	return n;
}

static struct job
claim_one(int64_t now)
{
	struct job j = { .id = 0 };

	claim(&j, 1, now);
	return j;
}

static int
reap(int64_t now)
{
	struct err e = ERR_NONE;
	int n = queue_reap(&queue, now, &e);

	if (n < 0)
		die(e.text);
	return n;
}

static int64_t
next_due(void)
{
	struct err e = ERR_NONE;
	int64_t due;

	if (!queue_next_due(&queue, &due, &e))
		die(e.text);
	return due;
}

static int64_t
column(int64_t id, const char *name)
{
	return number("SELECT %s FROM lookup WHERE id = %lld", name, (long long)id);
}

static bool
is_state(int64_t id, const char *state)
{
	return number("SELECT state = '%s' FROM lookup WHERE id = %lld", state,
		   (long long)id) == 1;
}

static const char *
last_error(int64_t id)
{
	return words("SELECT last_error FROM lookup WHERE id = %lld", (long long)id);
}

static enum settled
retry(const struct job *j, int64_t now, int64_t due_at, const char *why)
{
	struct setback b = { .due_at = due_at, .why = why };
	struct err e = ERR_NONE;

	return queue_retry(&queue, j, now, &b, &e);
}

static enum settled
put_back(const struct job *j, int64_t now, int64_t due_at, const char *why)
{
	struct setback b = { .due_at = due_at, .answers = 7, .why = why };
	struct err e = ERR_NONE;

	return queue_put_back(&queue, j, now, &b, &e);
}

/* ---- claiming */

static void
test_order(void)
{
	struct job jobs[8];

	fresh();
	add(1, 1, 0);
	add(2, 1, NOW - 5);
	add(3, 2, 0);
	add(4, 0, NOW);
	add(5, 0, NOW + 1);
	add(6, 1, 0);
	add(7, 3, 0);
	is_int(claim(jobs, 8, NOW), 6, "all rows that are due are claimed, no other");
	ok(jobs[0].id == 4 && jobs[1].id == 6 && jobs[2].id == 1 && jobs[3].id == 2 &&
		jobs[4].id == 3 && jobs[5].id == 7,
	    "by rank, then due time, then the newest");
	ok(jobs[0].rank == 0 && jobs[3].rank == 1 && jobs[5].rank == 3,
	    "each knows the rank it was claimed at");
	is_int(claim(jobs, 8, NOW), 0, "a claimed row is not claimed again");
	is_int(claim(jobs, 8, NOW + 1), 1, "a row is claimed in the second it is due");
	is_int(jobs[0].id, 5, "that row");
}

static void
test_weight(void)
{
	struct job jobs[8];

	fresh();
	for (int i = 1; i <= 5; i++)
		add(i, 1, 0);
	add(6, 1, NOW - 9);
	sql("UPDATE lookup SET weight = CASE id WHEN 2 THEN 7 WHEN 4 THEN 2 WHEN 6 THEN 99 ELSE 1 END");
	claim(jobs, 8, NOW);
	ok(jobs[0].id == 2 && jobs[1].id == 4, "what more have captured comes first");
	ok(jobs[2].id == 5 && jobs[3].id == 3 && jobs[4].id == 1, "then the newest");
	is_int(jobs[5].id, 6, "what was put off comes after them, whatever it weighs");
}

static void
test_plan(void)
{
	const struct queue_range plan[] = { { 2, 3, 1 }, { 1, 1, 2 }, { 2, 3, 9 } };
	struct err e = ERR_NONE;
	struct job jobs[5];
	int64_t due;

	fresh();
	for (int i = 1; i <= 4; i++)
		add(i, 1, 0);
	for (int i = 5; i <= 7; i++)
		add(i, 2, NOW - i);
	add(8, 3, NOW);
	is_int(queue_claim_by(&queue, NOW, plan, 3, jobs, 5, &e), 5,
	    "a plan claims no more than asked for");
	ok(jobs[0].id == 7 && jobs[1].id == 4 && jobs[2].id == 3,
	    "from its ranges in turn, so many of each");
	ok(jobs[3].id == 6 && jobs[4].id == 5, "also from one it has taken from before");
	ok(queue_next_of(&queue, 0, 1, &due, &e) && due == 0, "rank 1 has a row left");
	ok(queue_next_of(&queue, 2, 3, &due, &e) && due == NOW, "so has rank 3");
	ok(queue_next_of(&queue, 0, 0, &due, &e) && due == INT64_MAX, "rank 0 has none");
}

static void
test_these(void)
{
	const int64_t ids[] = { 5, 2, 99, 3, 4, 2 };
	struct err e = ERR_NONE;
	struct job jobs[9];

	fresh();
	for (int i = 1; i <= 3; i++)
		add(i, i, 0);
	add(4, 0, NOW + 1);
	add(5, 3, NOW);
	claim_one(NOW);
	is_int(queue_claim_these(&queue, NOW, ids, 6, jobs, 9, &e), 3,
	    "of certain rows those are claimed that are due, whatever their rank");
	ok(jobs[0].id == 5 && jobs[1].id == 2 && jobs[2].id == 3,
	    "in the order asked for");
	ok(jobs[0].rank == 3 && jobs[0].lease_until == NOW + QUEUE_LEASE_S,
	    "they are claimed like others");
	is_int(queue_claim_these(&queue, NOW + 1, ids, 6, jobs, 9, &e), 1, "once");
	fresh();
	for (int i = 1; i <= 5; i++)
		add(i, 1, 0);
	is_int(queue_claim_these(&queue, NOW, ids, 6, jobs, 2, &e), 2,
	    "no more than wanted");
}

static void
test_claim_is_a_lease(void)
{
	struct job j;

	fresh();
	add(1, 1, 0);
	j = claim_one(NOW);
	ok(is_state(1, "leased"), "a claim leases the row");
	is_int(column(1, "token"), j.token, "under the job's token");
	is_int(column(1, "lease_until"), NOW + QUEUE_LEASE_S, "for the lease's time");
	is_text(words("SELECT owner FROM lookup"), queue.owner, "in the owner's name");
	is_int(j.attempts, 0, "a claim charges nothing");
	is_int(column(1, "attempts"), 0, "in the row either");
}

static void
test_batch(void)
{
	struct job jobs[3];

	fresh();
	for (int i = 1; i <= 5; i++)
		add(i, 1, 0);
	is_int(claim(jobs, 3, NOW), 3, "a batch is no larger than asked for");
	is_int(claim(jobs, 3, NOW), 2, "the next takes the rest");
	is_int(claim(jobs, 3, NOW), 0, "and then there is nothing");
}

/* ---- the verbs */

static void
test_done(void)
{
	struct err e = ERR_NONE;
	struct job j;

	fresh();
	add(1, 3, 0);
	sql("UPDATE lookup SET attempts = 4, expired = 2, last_error = 'x', tried_at = "
	    "5");
	j = claim_one(NOW);
	is_int(queue_done(&queue, &j, NOW + 1, 0, &e), SETTLED, "done settles the row");
	ok(is_state(1, "done"), "as done");
	is_int(
	    number("SELECT count(*) FROM lookup WHERE attempts = 0 AND expired = 0 AND "
		   "tried_at IS NULL AND last_error IS NULL AND owner IS NULL AND "
		   "lease_until IS NULL AND rank = 1 AND due_at = 0"),
	    1, "with a clean slate");
	is_int(column(1, "settled_at"), NOW + 1, "at its time");
	is_int(column(1, "token"), j.token + 1, "and a new token");
	is_int(queue_done(&queue, &j, NOW, 0, &e), SETTLED_LEASE_LOST, "but only once");
	is_int(next_due(), INT64_MAX, "nothing is due after it");
}

static void
test_retry(void)
{
	struct job j;

	fresh();
	add(1, 1, 0);
	j = claim_one(NOW);
	is_int(retry(&j, NOW, NOW + 30, "no luck"), SETTLED, "retry settles the row");
	ok(is_state(1, "pending"), "as pending");
	is_int(column(1, "due_at"), NOW + 30, "not before its time");
	is_int(column(1, "attempts"), 1, "and charges an attempt");
	is_int(column(1, "tried_at"), NOW, "which is dated");
	is_text(last_error(1), "no luck (attempt 1 of 10, 2025-11-24T16:00:00Z)",
	    "the reason says what, how often and when");
	is_int(next_due(), NOW + 30, "the queue knows when it is due");
	ok(claim_one(NOW + 29).id == 0, "it is not claimed before");
	j = claim_one(NOW + 30);
	is_int(j.attempts, 1, "the next claim knows what was charged");
	is_int(j.tried_at, NOW, "and when");
}

static void
test_held_after_ten(void)
{
	int64_t now = NOW;
	int n = 0;

	fresh();
	add(1, 1, 0);
	for (struct job j; n < 20 && (j = claim_one(now)).id != 0; n++)
		retry(&j, now++, 0, "broken");
	is_int(n, QUEUE_ATTEMPTS_MAX, "a row is tried ten times");
	ok(is_state(1, "held"), "and then held");
	is_int(number("SELECT count(*) FROM held WHERE queue = 'lookup' AND id = 1 AND "
		      "why LIKE 'broken (attempt 10 of 10, %%'"),
	    1, "where a person sees it, with the reason");
	is_int(next_due(), INT64_MAX, "it is not due by itself");
	sql("UPDATE lookup SET state = 'pending' WHERE state = 'held'");
	is_int(claim_one(now).attempts, 0, "a person's word starts it anew");
}

static void
test_hold_and_skip(void)
{
	struct err e = ERR_NONE;
	struct job jobs[2];

	fresh();
	add(1, 1, 0);
	add(2, 2, 0);
	claim(jobs, 2, NOW);
	is_int(
	    queue_hold(&queue, &jobs[0], NOW, "odd", &e), SETTLED, "hold settles a row");
	ok(is_state(1, "held"), "as held");
	is_text(last_error(1), "odd (2025-11-24T16:00:00Z)", "with its dated reason");
	is_int(column(1, "attempts"), 0, "charging nothing");
	is_int(queue_skip(&queue, &jobs[1], NOW, "not wanted", &e), SETTLED,
	    "skip settles a row");
	ok(is_state(2, "skipped"), "as skipped");
	is_text(last_error(2), "not wanted (2025-11-24T16:00:00Z)", "with its reason");
	is_int(next_due(), INT64_MAX, "neither is due by itself");
}

static void
test_release(void)
{
	struct err e = ERR_NONE;
	struct job j;

	fresh();
	add(1, 1, NOW - 5);
	j = claim_one(NOW);
	is_int(queue_release(&queue, &j, NOW, 0, NULL, &e), SETTLED,
	    "release undoes a claim");
	is_int(
	    number("SELECT count(*) FROM lookup WHERE state = 'pending' AND attempts = 0 "
		   "AND due_at = %d AND tried_at IS NULL AND last_error IS NULL",
		NOW - 5),
	    1, "as if it had not been, charging nothing");
	j = claim_one(NOW);
	queue_release(&queue, &j, NOW, NOW + 9, "the quota is spent", &e);
	is_int(column(1, "due_at"), NOW + 9, "or later, when asked to");
	is_int(number("SELECT tried_at IS NULL FROM lookup"), 1, "it was not tried");
	is_text(
	    last_error(1), "the quota is spent (2025-11-24T16:00:00Z)", "but says why");
	j = claim_one(NOW + 9);
	queue_release(&queue, &j, NOW + 9, 0, NULL, &e);
	is_text(last_error(1), "the quota is spent (2025-11-24T16:00:00Z)",
	    "without a reason the last one stays");
}

static void
test_put_back(void)
{
	struct job j;

	fresh();
	add(2, 1, 0);
	add(3, 2, 0);
	sql("INSERT INTO lookup (id, value, weight) VALUES (1, 'v1', 5)");
	j = claim_one(NOW);
	is_int(put_back(&j, NOW, NOW + 5, "it was down"), SETTLED,
	    "a row that was tried is put back");
	ok(is_state(1, "pending"), "as pending");
	is_int(column(1, "tried_at"), NOW, "noting the try that failed");
	is_int(column(1, "attempts"), 0, "still charging nothing");
	is_text(last_error(1), "it was down (2025-11-24T16:00:00Z)", "and why");
	is_int(claim_one(NOW).id, 2, "others are first");
	is_int(claim_one(NOW).id, 3, "also those of a lower rank");
	is_int(column(1, "rank"), 1, "although it keeps its own");
	add(4, 1, 0);
	add(5, 1, 0);
	is_int(claim_one(NOW + 5).id, 5, "so are those that come later");
	reap(NOW + 5 + QUEUE_BEHIND_S);
	j = claim_one(NOW + 5 + QUEUE_BEHIND_S);
	is_int(j.id, 1, "but not for longer than two hours: then it has its place again");
	ok(j.tried_at == NOW && j.tried_after == 7 && !j.doubted,
	    "and the claim knows how the service had fared");
}

static void
test_extend(void)
{
	struct err e = ERR_NONE;
	struct job j;

	fresh();
	add(1, 1, 0);
	j = claim_one(NOW);
	is_int(queue_extend(&queue, &j, NOW + 100, &e), SETTLED, "a lease is extended");
	is_int(j.lease_until, NOW + 100 + QUEUE_LEASE_S, "in the job");
	is_int(column(1, "lease_until"), j.lease_until, "and in the row");
	is_int(column(1, "token"), j.token, "under the same token");
	is_int(reap(NOW + QUEUE_LEASE_S + 1), 0, "it does not run out at its first end");
	is_int(reap(j.lease_until), 0, "nor in the second of its new end");
	is_int(next_due(), j.lease_until + 1, "the queue knows when it runs out");
	is_int(reap(j.lease_until + 1), 1, "but after that");
	is_int(queue_extend(&queue, &j, NOW, &e), SETTLED_LEASE_LOST,
	    "a lost lease is not extended");
}

/* A row at the last rank, which is behind all others, is not there for ever. */
static void
test_last_rank(void)
{
	struct err e = ERR_NONE;
	struct job j;

	fresh();
	add(1, 3, NOW);
	add(2, 2, NOW + QUEUE_BEHIND_S - 1);
	add(3, 2, NOW + QUEUE_BEHIND_S - 1);
	j = claim_one(NOW + QUEUE_BEHIND_S - 1);
	ok(j.id != 1, "a row of the last rank is behind all others");
	queue_release(&queue, &j, NOW, 0, NULL, &e);
	is_int(reap(NOW + QUEUE_BEHIND_S), 1, "but two hours later it is no longer");
	is_int(claim_one(NOW + QUEUE_BEHIND_S).id, 1,
	    "it comes before what became due after it");
}

/* ---- the dead, and what wakes */

static void
test_expiry(void)
{
	int64_t now = NOW;
	struct err e = ERR_NONE;
	struct job j;
	int n = 0;

	fresh();
	add(1, 1, 0);
	j = claim_one(now);
	add(2, 1, 0);
	is_int(j.id, 1, "a row is claimed, and its program dies");
	is_int(reap(now += QUEUE_LEASE_S + 1), 1, "its lease runs out");
	is_int(column(1, "expired"), 1, "that is counted");
	is_int(column(1, "attempts"), 0, "but not charged as an attempt");
	is_int(queue_done(&queue, &j, now, 0, &e), SETTLED_LEASE_LOST,
	    "whoever had it is too late");
	is_int(claim_one(now).id, 2, "it goes behind the others");
	is_int(column(1, "rank"), 1, "but the first time is no reason to be the last");
	sql("DELETE FROM lookup WHERE id = 2");
	for (n = 1; n < 40 && claim_one(now).id == 1; n++)
		reap(now += QUEUE_LEASE_S + 1);
	is_int(n, QUEUE_EXPIRED_MAX, "after twenty times");
	ok(is_state(1, "held"), "it is held");
	is_int(column(1, "rank"), 3, "at the lowest rank by then");
	ok(strncmp(last_error(1), "lease expired 20 times", 22) == 0, "with a reason");
}

static void
test_wake(void)
{
	struct err e = ERR_NONE;
	struct job j;

	fresh();
	add(1, 1, 0);
	j = claim_one(NOW);
	queue_done(&queue, &j, NOW, NOW + 500, &e);
	is_int(next_due(), NOW + 500, "a done row says when it wakes");
	is_int(reap(NOW + 499), 0, "not before");
	ok(claim_one(NOW + 499).id == 0, "nor is it claimed");
	is_int(reap(NOW + 500), 1, "then it wakes");
	ok(is_state(1, "pending"), "as pending");
	add(2, 1, NOW + 500);
	is_int(claim_one(NOW + 500).id, 2, "behind rows that were never answered");
	j = claim_one(NOW + 500);
	is_int(j.id, 1, "then it is claimed");
	queue_done(&queue, &j, NOW + 501, 0, &e);
	is_int(reap(NOW + 90000), 1, "a done row with due_at 0 never wakes");
	ok(is_state(1, "done"), "it was the other's lease that ran out");
}

static void
test_free_all(void)
{
	struct err e = ERR_NONE;
	struct job jobs[3];

	fresh();
	for (int i = 1; i <= 3; i++)
		add(i, 1, 0);
	claim(jobs, 2, NOW);
	is_int(queue_free_all(&queue, NOW, &e), 2, "the leases of the dead are freed");
	is_int(
	    number("SELECT count(*) FROM lookup WHERE state = 'pending' AND expired = 0 "
		   "AND attempts = 0 AND owner IS NULL"),
	    3, "at once and without a charge");
	is_int(queue_done(&queue, &jobs[0], NOW, 0, &e), SETTLED_LEASE_LOST,
	    "and their late words do not count");
}

/* ---- fences */

typedef enum settled late_word(const struct job *j, struct err *e);

static enum settled
late_done(const struct job *j, struct err *e)
{
	return queue_done(&queue, j, NOW, 99, e);
}

static enum settled
late_retry(const struct job *j, struct err *e)
{
	(void)e;
	return retry(j, NOW, NOW + 99, "late");
}

static enum settled
late_hold(const struct job *j, struct err *e)
{
	return queue_hold(&queue, j, NOW, "late", e);
}

static enum settled
late_skip(const struct job *j, struct err *e)
{
	return queue_skip(&queue, j, NOW, "late", e);
}

static enum settled
late_release(const struct job *j, struct err *e)
{
	return queue_release(&queue, j, NOW, NOW + 99, "late", e);
}

static enum settled
late_put_back(const struct job *j, struct err *e)
{
	(void)e;
	return put_back(j, NOW, NOW + 99, "late");
}

static enum settled
late_extend(const struct job *j, struct err *e)
{
	struct job copy = *j;

	return queue_extend(&queue, &copy, NOW + 99, e);
}

static late_word *const LATE_WORDS[] = { late_done, late_retry, late_hold, late_skip,
	late_release, late_put_back, late_extend };

#define LATE_WORDS_COUNT (int)(sizeof LATE_WORDS / sizeof LATE_WORDS[0])
#define ROW_SQL                                                                      \
	"SELECT state || '|' || rank || '|' || due_at || '|' || attempts || '|' || " \
	"token || '|' || coalesce(owner, '') || '|' || coalesce(lease_until, 0) || " \
	"'|' || coalesce(last_error, '') || '|' || coalesce(tried_at, 0) FROM lookup"

static void
check_late_words(const struct job *late, const char *when)
{
	struct err e = ERR_NONE;
	char before[QUERY_MAX];
	int refused = 0;

	snprintf(before, sizeof before, "%s", words(ROW_SQL));
	for (int i = 0; i < LATE_WORDS_COUNT; i++)
		refused += LATE_WORDS[i](late, &e) == SETTLED_LEASE_LOST;
	is_int(refused, LATE_WORDS_COUNT, when);
	is_text(words(ROW_SQL), before, "the row is as it was");
}

static void
test_fences(void)
{
	struct err e = ERR_NONE;
	struct job late, job;

	fresh();
	add(1, 1, 0);
	late = claim_one(NOW);
	sql("UPDATE lookup SET state = 'pending' WHERE id = 1");
	check_late_words(&late, "requeued while leased: no verb of a late worker counts");
	job = claim_one(NOW);
	ok(job.id == 1 && job.token > late.token,
	    "it is claimed again under a higher token");
	check_late_words(
	    &late, "requeued and claimed again: no verb of the late worker counts");
	is_int(queue_done(&queue, &job, NOW, 0, &e), SETTLED, "the new one settles it");
	check_late_words(&late, "settled by another: no verb of the late worker counts");

	sql("UPDATE lookup SET state = 'pending'");
	late = claim_one(NOW);
	sql("UPDATE lookup SET state = 'held'");
	check_late_words(&late, "held by a person in the middle: nor then");
	sql("UPDATE lookup SET state = 'pending'");
	late = claim_one(NOW);
	sql("DELETE FROM lookup");
	is_int(queue_done(&queue, &late, NOW, 0, &e), SETTLED_LEASE_LOST,
	    "deleted in the middle: the lease is lost");
}

/* ---- what a claim costs */

static int64_t
claim_steps(int64_t now)
{
	struct err e = ERR_NONE;
	struct statement *s = db_prepare(&db, queue_lookup.due, &e);
	struct job jobs[10];

	if (s == NULL)
		die(e.text);
	sqlite3_stmt_status(s->stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	is_int(claim(jobs, 10, now), 10, "ten rows are claimed");
	return sqlite3_stmt_status(s->stmt, SQLITE_STMTSTATUS_VM_STEP, 0);
}

static void
test_backoff_ahead(void)
{
	int64_t few, many;

	fresh();
	for (int i = 1; i <= 20; i++)
		add(i, 1, NOW - 10 + i % 3);
	few = claim_steps(NOW);
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%d) "
	    "INSERT INTO lookup (value, rank, due_at, attempts) "
	    "SELECT 'b' || i, i %% 2, %d + i, 1 FROM n",
	    ROWS_MANY, NOW + 1000);
	many = claim_steps(NOW);
	is_int(number("SELECT count(*) FROM lookup WHERE state = 'pending'"), ROWS_MANY,
	    "a million rows wait in backoff, at a better rank too");
	ok(many <= few + 50, "and a claim takes as many steps as without them");
	if (many > few + 50)
		printf("# %lld steps before, %lld behind them\n", (long long)few,
		    (long long)many);
}

int
main(void)
{
	db_directory_make();
	test_order();
	test_weight();
	test_plan();
	test_these();
	test_claim_is_a_lease();
	test_batch();
	test_done();
	test_retry();
	test_held_after_ten();
	test_hold_and_skip();
	test_release();
	test_put_back();
	test_extend();
	test_last_rank();
	test_expiry();
	test_wake();
	test_free_all();
	test_fences();
	test_backoff_ahead();
	db_directory_remove();
	return done_testing();
}
