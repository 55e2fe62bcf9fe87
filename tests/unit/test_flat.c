/*
 * test_flat.c - what one step of work costs does not grow with the rows there are.
 *
 * Counted in instructions of SQLite's virtual machine, triggers included, so that no clock decides.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/queue.h"
#include "enricher/ledger/ledger.h"
#include "enricher/store/store.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define MANY 100000
#define SPARE 150 /* instructions: a page more to walk down, a comparison more */

static struct queue queue;
static struct ledger ledger;

static int
one_more(void *ctx)
{
	int64_t *count = ctx;

	++*count;
	return 0;
}

static int64_t
instructions(void (*work)(void))
{
	int64_t count = 0;

	sqlite3_progress_handler(db.handle, 1, one_more, &count);
	work();
	sqlite3_progress_handler(db.handle, 0, NULL, NULL);
	return count;
}

/* ---- steps of work */

static void
claim_and_settle(void)
{
	struct err e = ERR_NONE;
	struct job j;
	int64_t due;

	if (queue_reap(&queue, NOW, &e) < 0 || !queue_next_due(&queue, &due, &e) ||
	    queue_claim(&queue, NOW, &j, 1, &e) != 1 ||
	    queue_release(&queue, &j, NOW, 0, NULL, &e) != SETTLED)
		die(e.text);
}

static void
book_and_answer(void)
{
	struct ledger_room room;
	struct err e = ERR_NONE;
	struct booking b = { .purpose = "file" };
	int booked;

	if (!ledger_room(&ledger, NOW, &room, &e) ||
	    !ledger_book(&ledger, NOW, &b, 1, &booked, &e) || booked != 1 ||
	    !ledger_answered(&ledger, b.id, NOW, 200, &e))
		die(e.text);
}

static void
capture(void)
{
	static int n;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, "
	    "event_at, collected_at, seen_at) VALUES ('step %d', 1, 'main', 'cowrie', "
	    "'Cowrie', 'download', 5, 5, 5)",
	    n++);
}

static void
keep_answer(void)
{
	struct lookup l = { .id = 1, .sample_id = 1 };
	static const struct buf PACKED = { 0 };
	static char bytes[] = "{}";
	const struct buf body = { .ptr = bytes, .len = 2 };
	struct kept_answer a = { &l, NULL, true, &body, &PACKED, NOW };
	struct err e = ERR_NONE;

	if (!store_answer(&db, &a, &e))
		die(e.text);
}

static void
add_sample(void)
{
	static int n;

	sql("INSERT INTO sample (md5) VALUES ('%032x')", 0x1000000 + n++);
}

/* ---- rows by the hundred thousand */

static void
make_few(void)
{
	db_fresh();
	queue_init(&queue, &db, &queue_lookup, "enricher");
	queue.provider = "virustotal";
	ledger = (struct ledger){ .db = &db,
		.provider = "virustotal",
		.account = "main",
		.per_minute = 6000,
		.per_day = 500000,
		.per_month = 5000000,
		.timeout_s = 30 };
	sql("INSERT INTO sample (md5) VALUES ('0000000000000000000000000000000a')");
}

static void
make_many(void)
{
	sql("BEGIN; CREATE TABLE n (i INTEGER PRIMARY KEY);"
	    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
	    "%d) "
	    "INSERT INTO n SELECT i FROM c;"
	    "INSERT INTO lookup (value, due_at, state) SELECT 'v' || i, i %% 2 * %d, "
	    "CASE i %% 3 WHEN 0 THEN 'pending' WHEN 1 THEN 'done' ELSE 'held' END FROM "
	    "n;",
	    MANY, NOW + 1000);
	sql("INSERT INTO request (provider, account, purpose, at, expires_at, "
	    "answered_at, "
	    "status) SELECT 'virustotal', 'main', 'file', %d - i, %d - i, %d - i, 200 "
	    "FROM "
	    "n WHERE i > 100",
	    NOW, NOW, NOW);
	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, "
	    "event_at, collected_at, seen_at) SELECT 'k' || i, 1, 'main', 'cowrie', "
	    "'Cowrie', 'download', i, i, i FROM n;"
	    "INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT 1, 1, i, 'found', 'unknown' FROM n WHERE i <= %d;"
	    "COMMIT",
	    MANY / 10);
}

static const struct {
	void (*work)(void);
	const char *name;
} STEPS[] = {
	{ claim_and_settle, "claiming and settling a row" },
	{ book_and_answer, "booking a request and noting its answer" },
	{ capture, "one more capture of a file" },
	{ keep_answer, "an answer to a question that has many" },
	{ add_sample, "a new file" },
};

#define STEPS_COUNT (int)(sizeof STEPS / sizeof STEPS[0])

int
main(void)
{
	int64_t few[STEPS_COUNT], many;

	db_directory_make();
	make_few();
	for (int i = 0; i < STEPS_COUNT; i++) {
		STEPS[i].work();
		few[i] = instructions(STEPS[i].work);
	}
	make_many();
	for (int i = 0; i < STEPS_COUNT; i++) {
		STEPS[i].work();
		many = instructions(STEPS[i].work);
		ok(few[i] > 0 && many <= few[i] + SPARE, STEPS[i].name);
		printf("# %lld instructions, %lld among %d rows\n", (long long)few[i],
		    (long long)many, MANY);
	}
	db_directory_remove();
	return done_testing();
}
