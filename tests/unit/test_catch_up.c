/*
 * test_catch_up.c - files that version 1 looked up only once are looked up again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/enricher.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define OLD_FILES 450 /* several batches */
#define PER_DAY 40
#define TURNS_PER_DAY 10

static struct enricher en;
static struct desk desk;
static char hour[] = "1h", day[] = "1d", month[] = "30d", never[] = "never";
static char *waits[] = { hour, day, month }, *no_waits[] = { never };

/* An answer as version 1 left it. */
static void
answered(int id, const char *outcome, int64_t at, int malicious)
{
	sql("INSERT INTO sample (id, md5) VALUES (%d, printf('%%032x', %d))", id, id);
	sql("UPDATE lookup SET state = 'done', token = 2, outcome = '%s', settled_at = %lld "
	    "WHERE sample_id = %d",
	    outcome, (long long)at, id);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, malicious) "
	    "SELECT id, sample_id, %lld, '%s', 'unknown', %d FROM lookup WHERE sample_id = %d",
	    (long long)at, outcome, malicious, id);
}

static void
catch_up(int64_t now)
{
	struct err e = ERR_NONE;
	int batches = 0;

	desk.caught_up = false;
	while (!desk.caught_up && desk_catch_up(&desk, now, &e) && batches < 100)
		batches++;
	ok(e.fault == FAULT_NONE && desk.caught_up, "all are planned");
}

static int64_t
due(int id)
{
	return number("SELECT due_at FROM lookup WHERE sample_id = %d", id);
}

static void
fresh(void)
{
	static const struct provider provider = { .name = "virustotal" };
	struct err e = ERR_NONE;

	db_close(&en.st.db);
	db_fresh();
	en = (struct enricher){ .st.name = "enricher" };
	if (!db_open(&en.st.db, db_path, &e))
		die(e.text);
	en.st.config.enricher.unknown_again = (struct list){ waits, 3 };
	en.st.config.enricher.known_again = (struct list){ waits, 3 };
	desk = (struct desk){ .enricher = &en,
		.provider = &provider,
		.account = { .per_day = PER_DAY,
		    .unknown_again = &en.st.config.enricher.unknown_again,
		    .known_again = &en.st.config.enricher.known_again } };
}

static void
test_rules(void)
{
	fresh();
	answered(1, "not_found", NOW - 600, 0);
	answered(2, "not_found", NOW - 7200, 0);
	answered(3, "found", NOW - DAY_S - 5, 3);
	answered(4, "found", NOW - 600, 50);
	answered(5, "not_found", NOW - 400 * DAY_S, 0);
	sql("INSERT INTO sample (id, md5) VALUES (6, printf('%%032x', 6))");
	answered(7, "found", NOW - 600, 3);
	sql("UPDATE lookup SET state = 'pending', token = 3 WHERE sample_id = 7");
	catch_up(NOW);
	is_int(due(1), NOW - 600 + 3600, "an hour after the first answer");
	is_int(due(2), NOW - 7200 + DAY_S, "then a day after it");
	is_int(due(3), NOW - DAY_S - 5 + 30 * DAY_S, "a known file as well");
	is_int(due(4), 0, "but not one that many engines detect");
	ok(due(5) > NOW && due(5) <= NOW + DAY_S, "once more when all times have passed");
	is_int(due(6), 0, "a file that was never answered waits as it is");
	is_int(due(7), 0, "so does one that is due");
	is_int(number("SELECT count(*) FROM lookup WHERE first_at IS NULL"), 1,
	    "the first answers are noted");
	is_int(number("SELECT found_at FROM lookup WHERE sample_id = 3"), NOW - DAY_S - 5,
	    "... and the first reports");
	sql("UPDATE lookup SET due_at = 7");
	catch_up(NOW + 5);
	is_int(
	    number("SELECT min(due_at) + max(due_at) FROM lookup"), 14, "each only once");
}

static void
test_never(void)
{
	fresh();
	en.st.config.enricher.unknown_again = (struct list){ no_waits, 1 };
	answered(1, "not_found", NOW - 400 * DAY_S, 0);
	catch_up(NOW);
	is_int(due(1), 0, "never is never");
}

static void
test_turns(void)
{
	fresh();
	for (int i = 1; i <= OLD_FILES; i++)
		answered(i, "not_found", NOW - 400 * DAY_S, 0);
	catch_up(NOW);
	for (int i = 0; i < OLD_FILES / TURNS_PER_DAY; i += 7)
		is_int(
		    number(
			"SELECT count(*) FROM lookup WHERE due_at > %lld AND due_at <= %lld",
			NOW + i * (long long)DAY_S, NOW + (i + 1) * (long long)DAY_S),
		    TURNS_PER_DAY, "old files use a quarter of each day's quota");
	ok(due(OLD_FILES) < due(1), "the newest first");
}

int
main(void)
{
	db_directory_make();
	test_rules();
	test_never();
	test_turns();
	db_close(&en.st.db);
	db_directory_remove();
	return done_testing();
}
