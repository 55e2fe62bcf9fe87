/*
 * test_waiting.c - what waits for its first answer: what captures and people do to it, and what is shed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/enricher.h"
#include "tests/unit/with_db.h"
#include "tests/unit/with_log.h"

#define NOW 1764000000 /* 2025-11-24T16:00:00Z */
#define DAY 86400
#define PER_DAY 20
#define PER_MINUTE 4

static struct enricher en;
static struct desk desk;

static void
fresh(void)
{
	static const struct provider provider = { .name = "virustotal" };
	static char fast[] = "fast";
	struct err e = ERR_NONE;

	db_close(&en.st.db);
	db_fresh();
	now = NOW;
	en = (struct enricher){ .st.name = "enricher", .st.clock = clock_of_test() };
	if (!db_open(&en.st.db, db_path, &e))
		die(e.text);
	en.st.log = log_of_test("enricher", &en.st.clock);
	en.st.config.enricher.backlog_s = 3 * DAY;
	en.st.config.enricher.reserve = 50;
	en.st.config.enricher.pace = fast;
	desk = (struct desk){ .enricher = &en,
		.decides = true,
		.provider = &provider,
		.knows_time = true,
		.account = { .per_day = PER_DAY, .per_minute = PER_MINUTE } };
	desk.ledger = (struct ledger){ .db = &en.st.db,
		.provider = "virustotal",
		.account = "main",
		.per_minute = PER_MINUTE,
		.per_day = PER_DAY,
		.per_month = 1000,
		.timeout_s = 30 };
	queue_init(&desk.queue, &en.st.db, &queue_lookup, "enricher");
	desk.queue.provider = "virustotal";
}

static void
count(void)
{
	struct err e = ERR_NONE;

	if (!desk_count(&desk, now, &e))
		die(e.text);
}

static void
capture(int id, const char *sensor, const char *ip, int claimed)
{
	static int n;

	sql("INSERT INTO sample (id, md5, first_seen) VALUES (%d, printf('%%032x', %d), 5) "
	    "ON CONFLICT DO NOTHING",
	    id, id);
	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, "
	    "sensor, src_ip, src_claimed, event_at, collected_at, seen_at) VALUES ('%d', %d, "
	    "'main', 'cowrie', 'Cowrie', 'download', %s, %s, %d, 5, %lld, 5)",
	    n++, id, sensor, ip, claimed, (long long)now);
}

static int64_t
of(int id, const char *column)
{
	return number("SELECT %s FROM lookup WHERE sample_id = %d", column, id);
}

/* ---- weight and rank */

static void
test_weight(void)
{
	fresh();
	capture(1, "'a'", "'192.0.2.1'", 0);
	is_int(of(1, "weight"), 1, "a captured file weighs 1");
	capture(1, "'a'", "'192.0.2.1'", 0);
	is_int(of(1, "weight"), 1, "the same sensor and source again add nothing");
	capture(1, "'a'", "'192.0.2.2'", 0);
	is_int(of(1, "weight"), 2, "another source adds one");
	capture(1, "'b'", "'192.0.2.2'", 0);
	is_int(of(1, "weight"), 3, "so does another sensor");
	capture(1, "'b'", "'192.0.2.77'", 1);
	is_int(of(1, "weight"), 3, "but not an address that is only claimed");
	capture(1, "'c'", "'192.0.2.77'", 1);
	is_int(of(1, "weight"), 4, "though its sensor does");
	capture(2, "NULL", "NULL", 0);
	capture(2, "NULL", "NULL", 0);
	is_int(of(2, "weight"), 1, "unknown ones count once");
}

static void
test_rank(void)
{
	fresh();
	capture(1, "'a'", "'192.0.2.1'", 0);
	sql("INSERT INTO sample (id, md5) VALUES (2, printf('%%032x', 2))");
	is_int(of(1, "rank"), 1, "a captured file is new");
	is_int(of(1, "since"), NOW, "and waits since its capture");
	is_int(of(2, "rank"), 0, "one that was added by hand comes first");
	now += 5;
	capture(1, "'a'", "'192.0.2.3'", 0);
	capture(2, "'a'", "'192.0.2.3'", 0);
	is_int(of(1, "since"), NOW, "a second capture changes nothing about that");
	is_int(of(2, "since"), -1, "nor does one about what a person added");
	sql("UPDATE lookup SET state = 'pending'");
	is_int(of(1, "rank"), 0, "a person's word puts it first");
	is_int(of(1, "since"), -1, "never to be shed");
	sql("UPDATE lookup SET state = 'held'");
	is_int(of(1, "rank"), 1, "another word does not");
}

/* ---- shedding */

static int64_t
shed(void)
{
	return number("SELECT count(*) FROM lookup WHERE shed_at IS NOT NULL");
}

static void
test_shed(void)
{
	fresh();
	for (int id = 1; id <= 60; id++)
		capture(id, "'a'", "'192.0.2.1'", 0);
	sql("INSERT INTO sample (id, md5) VALUES (100, printf('%%032x', 100))");
	now = NOW + 3 * DAY - 1;
	count();
	is_int(shed(), 0, "nothing is shed before its time");
	now++;
	desk.counted_at = 0;
	count();
	is_int(shed(), 60 - PER_DAY, "then what the day's quota does not allow is");
	is_text(words("SELECT last_error FROM lookup WHERE shed_at IS NOT NULL LIMIT 1"),
	    "shed: waited 3 days, quota 20 a day (2025-11-27T16:00:00Z)",
	    "with the reason");
	is_int(number("SELECT count(*) FROM lookup WHERE state = 'skipped'"),
	    60 - PER_DAY, "they are skipped");
	is_int(number("SELECT shed FROM unasked"), 60 - PER_DAY, "and counted");
	ok(number("SELECT state = 'pending' FROM lookup WHERE sample_id = 100") == 1,
	    "what a person added is not shed");
	sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES "
	    "('virustotal', 'main', '2025-11-27', 20, 20)");
	desk.counted_at = 0;
	count();
	is_int(shed(), 60, "the rest goes when the day's quota is spent");
	capture(7, "'b'", "'192.0.2.9'", 0);
	ok(number("SELECT state = 'pending' AND shed_at IS NULL AND last_error IS NULL "
		  "FROM lookup WHERE sample_id = 7") == 1,
	    "a file that is captured again waits again");
	is_int(of(7, "since"), now, "from then on");
	is_int(of(7, "weight"), 2, "with all its weight");
	sql("UPDATE lookup SET state = 'pending' WHERE sample_id = 8");
	is_int(of(8, "shed_at"), -1, "or when a person says so");
}

/* A program that did not run is no reason: what the quota allows is asked. */
static void
test_not_shed(void)
{
	fresh();
	for (int id = 1; id <= PER_DAY; id++)
		capture(id, "'a'", "'192.0.2.1'", 0);
	now = NOW + 30 * DAY;
	count();
	is_int(shed(), 0, "after a month without a program a day's quota is not shed");
}

static void
test_wrong_clock(void)
{
	fresh();
	for (int id = 1; id <= 2 * PER_DAY; id++)
		capture(id, "'a'", "'192.0.2.1'", 0);
	now = NOW + 365 * DAY;
	desk.knows_time = false;
	count();
	is_int(shed(), 0, "a clock that may be wrong sheds nothing");
	desk.knows_time = true;
	desk.clock.ahead_s = -365 * DAY;
	desk.counted_at = 0;
	count();
	is_int(shed(), 0, "nor does one that is");
}

static void
test_many(void)
{
	fresh();
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
	    "INSERT INTO lookup (value, since) SELECT 'v' || i, %d + i FROM n",
	    NOW - 10 * DAY);
	count();
	is_int(shed(), 5000 - PER_DAY, "many are shed in one look");
	is_int(number("SELECT count(*) FROM lookup WHERE state = 'pending' AND value IN "
		      "('v4981', 'v5000')"),
	    2, "those that have waited longest");
}

/* ---- the log */

static void
test_log(void)
{
	logged();
	fresh();
	for (int id = 1; id <= PER_DAY; id++)
		capture(id, "'a'", "'192.0.2.1'", 0);
	count();
	is_text(logged(), "", "nothing is said of what a day's quota allows");
	ok(!desk.crowded, "it is no crowd");
	capture(21, "'a'", "'192.0.2.1'", 0);
	sql("INSERT INTO flood_count (source, date, kind, honeypot, value, files, skipped, "
	    "first_at, last_at, read_at) VALUES ('main', 'd', 'url', '', 'u', 60, 9, %d, 5, 5)",
	    NOW - 5);
	now += 60;
	count();
	ok(desk.crowded, "one more is");
	ok(strstr(logged(),
	       "level=warning stage=enricher event=waiting files=21 again=0 shed=0 "
	       "flooded=9 why=") != NULL,
	    "which is said, with numbers");
	now += 3600;
	count();
	is_text(logged(), "", "once");
	now += DAY;
	count();
	ok(strstr(logged(), "files=21 again=0 shed=0 flooded=0") != NULL,
	    "and once a day");
}

/* ---- the order of both */

static void
test_order(void)
{
	const struct ledger_room room = { .requests = 4, .rest = PER_DAY, .newest = NOW };
	struct err e = ERR_NONE;
	struct job jobs[4];

	fresh();
	capture(1, "'a'", "'192.0.2.1'", 0);
	sql("INSERT INTO lookup (id, value, rank, due_at, outcome) VALUES (50, 'x', 2, 7, "
	    "'found')");
	ok(desk_order(&desk, &room, 4, &e) &&
		queue_claim_by(&desk.queue, NOW, desk.order.plan, desk.order.ranges, jobs,
		    desk.order.n, &e) == 2,
	    "a new file and one that was asked before are claimed");
	ok(jobs[0].rank == 1 && jobs[1].id == 50, "in this order");
	fresh();
	sql("INSERT INTO lookup (id, value, rank, due_at, outcome) VALUES (50, 'x', 2, 7, "
	    "'found'), (51, 'y', 1, %d, NULL)",
	    NOW + 100);
	desk.account.per_day = 1;
	ok(desk_order(&desk, &room, 4, &e) && desk.order.n == 0,
	    "what is kept for new files is not given away");
	is_int(desk.order.wake_at, NOW + 100, "until one is due");
}

int
main(void)
{
	db_directory_make();
	test_weight();
	test_rank();
	test_shed();
	test_not_shed();
	test_wrong_clock();
	test_many();
	test_log();
	test_order();
	db_close(&en.st.db);
	db_directory_remove();
	return done_testing();
}
