/*
 * test_quiet.c - sensors and honeypots that fall silent, and speak again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/quiet.h"
#include "collector/store/days.h"
#include "common/base/time.h"
#include "tests/unit/with_db.h"
#include "tests/unit/with_log.h"

#define START 1764028800 /* 2025-11-25T00:00:00Z */

static struct collector co;
static struct collector_config config;

static void
fresh(void)
{
	struct err e = ERR_NONE;

	db_close(&co.st.db);
	db_fresh();
	config =
	    (struct collector_config){ .count_attacks = true, .quiet_after_s = DAY_S };
	co = (struct collector){ .st.clock = clock_of_test(),
		.sources = { { .name = "main", .config = &config } },
		.source_count = 1 };
	if (!db_open(&co.st.db, db_path, &e))
		die(e.text);
	co.st.log = log_of_test("collector", &co.st.clock);
	now = START;
}

static int
day_start(int n)
{
	return (int)(START + n * DAY_S);
}

static void
add_day(int n, const char *counted_at, int complete, const char *why)
{
	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at, looks, counted_at, complete, why) "
	    "VALUES ('main', date(%d, 'unixepoch'), 'UTC', %d, %d, 0, 1, %s, %d, %s)",
	    day_start(n), day_start(n), day_start(n + 1), counted_at, complete, why);
}

static void
speak(int n, const char *kind, const char *name)
{
	sql("INSERT INTO day_count (day_id, dimension, value, events) "
	    "SELECT id, '%s', '%s', 5 FROM day WHERE from_at = %d",
	    kind, name, day_start(n));
}

/* A whole day, in which one sensor had events. */
static void
day_of(int n, const char *sensor)
{
	add_day(n, "1", 1, "NULL");
	speak(n, "sensor", sensor);
}

/* The lines that a look at the end of day n logs. */
static const char *
said_after(int n)
{
	struct step out = { .wake_at = INT64_MAX };
	struct err e = ERR_NONE;

	now = START + (n + 1) * (int64_t)DAY_S + HOUR_S;
	if (!quiet_step(&co, now, &out, &e))
		die(e.text);
	return logged();
}

static void
test_a_sensor(void)
{
	const char *lines;

	fresh();
	for (int n = 0; n < 8; n++) {
		day_of(n, "one");
		speak(n, "sensor", "two");
		speak(n, "honeypot", "Cowrie");
	}
	is_text(said_after(7), "", "while all have events, nothing is said");
	day_of(8, "two");
	speak(8, "honeypot", "Cowrie");
	lines = said_after(8);
	ok(strstr(lines,
	       "level=warning stage=collector event=waiting source=main sensor=one why=") !=
		NULL,
	    "a day without events is said");
	ok(strstr(lines, "honeypot=") == NULL && strstr(lines, "two") == NULL,
	    "not of the others");
	is_text(
	    words(
		"SELECT source || ' ' || kind || ' ' || name || ' ' || last_at || ' ' || "
		"usual_gap FROM quiet"),
	    "main sensor one 2025-12-03 00:00:00 0", "the view has it");
	is_text(words("SELECT why FROM status WHERE stage = 'collector'"),
	    "1 sensor or type of honeypot is silent: view quiet", "so has status");
	day_of(9, "two");
	speak(9, "honeypot", "Cowrie");
	is_text(said_after(9), "", "once for each silence");
	co.sources[0].quiet_at = 0;
	is_text(said_after(9), "", "and not after a restart");
	day_of(10, "one");
	speak(10, "sensor", "two");
	speak(10, "honeypot", "Cowrie");
	ok(strstr(said_after(10), "event=resumed source=main sensor=one why=") != NULL,
	    "that it speaks again is said");
	is_int(number("SELECT count(*) FROM quiet"), 0, "and it leaves the view");
	day_of(11, "two");
	speak(11, "honeypot", "Cowrie");
	ok(strstr(said_after(11), "sensor=one") != NULL,
	    "a silence that was said is not a usual gap");
	is_int(number("SELECT count(*) FROM silence"), 2, "each has its row");
}

static void
test_usual_gaps(void)
{
	fresh();
	for (int n = 0; n < 21; n++) {
		day_of(n, "steady");
		if (n % 3 == 0)
			speak(n, "honeypot", "Medpot");
	}
	for (int n = 21; n < 26; n++)
		day_of(n, "steady");
	is_text(said_after(25), "", "four times its longest gap are not over");
	day_of(26, "steady");
	ok(strstr(said_after(26), "honeypot=Medpot") != NULL, "now they are");
	is_int(number("SELECT usual_gap FROM quiet"), 2, "the view has the gap in days");
}

static void
test_unknown_days(void)
{
	fresh();
	for (int n = 0; n < 7; n++)
		day_of(n, "one");
	add_day(7, "1", 0, "'an index of this day cannot be read to its end'");
	add_day(8, "NULL", 0, "'HTTP 400'");
	add_day(9, "NULL", 0, "NULL");
	is_text(said_after(9), "",
	    "incomplete, uncounted and unfinished days are no silence");
	add_day(10, "NULL", 0, "'" DAY_WITHOUT_INDEX "'");
	ok(strstr(said_after(10), "sensor=one") != NULL,
	    "a day of which T-Pot has no index is");
}

/* As many as the request asks for: others may be missing. */
static void
test_more_than_are_counted(void)
{
	fresh();
	for (int n = 0; n < 7; n++)
		day_of(n, "one");
	add_day(7, "1", 1, "NULL");
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "
	    "INSERT INTO day_count (day_id, dimension, value, events) "
	    "SELECT d.id, 'sensor', 's' || i, 9 FROM n, day d WHERE d.from_at = %d",
	    day_start(7));
	is_text(
	    said_after(7), "", "who is missing in a list that is full may have events");
}

static void
test_little_history(void)
{
	fresh();
	for (int n = 0; n < 6; n++)
		day_of(n, "one");
	add_day(6, "1", 1, "NULL");
	is_text(said_after(6), "", "six days do not show what is usual");
}

static void
test_settings(void)
{
	fresh();
	for (int n = 0; n < 7; n++)
		day_of(n, "one");
	add_day(7, "1", 1, "NULL");
	config.quiet_after_s = 2 * DAY_S;
	is_text(said_after(7), "", "quiet_after is not over");
	add_day(8, "1", 1, "NULL");
	ok(strstr(said_after(8), "sensor=one") != NULL, "now it is");
	config.quiet_after_s = 0;
	is_text(said_after(9), "", "quiet_after = 0s says nothing");
	is_int(number("SELECT count(*) FROM silence"), 0, "and forgets what was said");
	config.quiet_after_s = DAY_S;
	config.count_attacks = false;
	is_text(said_after(10), "", "nor is anything judged without counted days");
}

static void
test_forgetting(void)
{
	fresh();
	for (int n = 0; n < 7; n++)
		day_of(n, "one");
	add_day(7, "1", 1, "NULL");
	said_after(7);
	is_int(number("SELECT count(*) FROM quiet"), 1, "a silence");
	is_text(said_after(70), "", "after 60 days");
	is_int(number("SELECT count(*) FROM silence"), 0, "it is forgotten");
}

static void
test_times(void)
{
	struct step out = { .wake_at = INT64_MAX };
	struct err e = ERR_NONE;

	fresh();
	ok(quiet_step(&co, START, &out, &e) && out.wake_at == START + HOUR_S,
	    "the next look is an hour later");
	for (int n = 0; n < 7; n++)
		day_of(n, "one");
	add_day(7, "1", 1, "NULL");
	ok(quiet_step(&co, START + HOUR_S - 1, &out, &e), "before that");
	is_int(number("SELECT count(*) FROM silence"), 0, "nothing is looked at");
	ok(quiet_step(&co, START - DAY_S, &out, &e), "when the clock went back");
	is_int(number("SELECT count(*) FROM silence"), 1, "it is");
}

int
main(void)
{
	db_directory_make();
	test_a_sensor();
	test_usual_gaps();
	test_unknown_days();
	test_more_than_are_counted();
	test_little_history();
	test_settings();
	test_forgetting();
	test_times();
	db_close(&co.st.db);
	db_directory_remove();
	return done_testing();
}
