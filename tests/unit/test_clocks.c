/*
 * test_clocks.c - sensors whose clock is wrong, told by how long after their own times documents are read.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "collector/clocks.h"
#include "collector/store/clocks.h"
#include "common/base/calendar.h"
#include "tests/unit/with_db.h"

#define START 1764028800 /* 2025-11-25T00:00:00Z */
#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define USUAL (25 * MINUTE) /* of an interval of 15 minutes */

/* A document of the sensor, read at this time and so long after its own. */
static void
read_at(int64_t at, const char *sensor, int64_t delay)
{
	auto_free char *name = strdup(sensor);
	const struct hit h = { .sensor = name, .event_at = at - delay };
	struct err e = ERR_NONE;

	if (!clocks_note(&db, "main", &h, at, USUAL, &e))
		die(e.text);
}

/* Documents of ten hours from `at` on, three an hour, that wait up to a quarter of an hour to be read. */
static void
ten_hours(int64_t at, const char *sensor, int64_t delay)
{
	for (int n = 0; n < 30; n++)
		read_at(at + n * 20 * MINUTE, sensor, delay + n % 3 * 7 * MINUTE + 5);
}

static const char *
wrong(void)
{
	return words("SELECT group_concat(sensor || ' ' || off, ', ') FROM clocks");
}

static void
test_right(void)
{
	db_fresh();
	ten_hours(START, "a", 0);
	is_text(wrong(), "", "a clock that is right is not named");
	is_int(number("SELECT off FROM clock_day"), 0, "and known to be");
	ten_hours(START, "b", -4 * MINUTE);
	ten_hours(START, "c", 20 * MINUTE);
	is_text(wrong(), "", "nor one that is nearly right");
	is_text(words("SELECT why FROM status WHERE stage = 'collector'"), "",
	    "and status says nothing");
}

static void
test_ahead(void)
{
	db_fresh();
	read_at(START, "a", -2 * HOUR);
	read_at(START, "a", -2 * HOUR);
	is_text(wrong(), "", "two documents from the future prove nothing");
	read_at(START + 1, "a", -2 * HOUR - 5 * MINUTE);
	is_text(wrong(), "a 2 h 5 min ahead", "the third does");
	is_text(words("SELECT why FROM status WHERE stage = 'collector'"),
	    "1 sensor has a wrong clock: view clocks", "status says it");
	read_at(START + 2, "a", 3 * DAY);
	is_text(wrong(), "a 2 h 5 min ahead", "a late document does not hide it");
}

static void
test_behind(void)
{
	db_fresh();
	ten_hours(START, "a", 3 * HOUR);
	is_text(wrong(), "a 3 h 0 min behind", "all came late by the same amount");
	ten_hours(START, "b", 55 * (int64_t)365 * DAY);
	is_text(words("SELECT off FROM clocks WHERE sensor = 'b'"),
	    "481800 h 0 min behind", "so did those of a clock that began in 1970");
	for (int n = 0; n < 9; n++)
		read_at(START + n * HOUR, "c", 3 * HOUR);
	is_int(number("SELECT count(*) FROM clocks WHERE sensor = 'c'"), 0,
	    "nine documents are too few");
}

/* What was kept somewhere and delivered late is no sign of a clock. */
static void
test_late(void)
{
	db_fresh();
	for (int n = 0; n < 40; n++)
		read_at(START, "at once", 3 * HOUR);
	for (int n = 0; n < 40; n++)
		read_at(START + n * HOUR / 4, "in the order of arrival",
		    5 * HOUR - n * HOUR / 8);
	for (int n = 0; n < 40; n++)
		read_at(START + n * HOUR / 4, "twice a day", 3 * HOUR + n % 10 * HOUR);
	is_text(wrong(), "", "documents that were delivered late name nobody");
	is_int(
	    number(
		"SELECT count(*) FROM clock_day WHERE off IS NULL AND sensor <> 'in the order of arrival'"),
	    2, "what their clocks show is not known");
	ten_hours(START, "at once", 0);
	is_int(number("SELECT off FROM clock_day WHERE sensor = 'at once'"), 0,
	    "until others come in time");
}

static void
test_days(void)
{
	db_fresh();
	ten_hours(START, "a", -HOUR);
	is_text(wrong(), "a 1 h 0 min ahead", "wrong on one day");
	read_at(START + DAY, "a", -HOUR);
	is_text(wrong(), "a 1 h 0 min ahead", "as long as the next shows nothing else");
	ten_hours(START + 2 * DAY, "a", 0);
	is_text(wrong(), "", "until it is right again");
	ten_hours(START + 3 * DAY, "b", -HOUR);
	ten_hours(START + 10 * DAY, "a", 0);
	is_text(wrong(), "b 1 h 0 min ahead", "a week without documents");
	ten_hours(START + 11 * DAY, "a", 0);
	is_text(wrong(), "", "and it is no more shown");
}

static void
test_what_is_not_counted(void)
{
	const struct hit nameless = { .event_at = START + DAY };
	char name[] = "a";
	const struct hit timeless = { .sensor = name, .event_at = 0 };
	struct err e = ERR_NONE;

	db_fresh();
	ok(clocks_note(&db, "main", &nameless, START, USUAL, &e) &&
		clocks_note(&db, "main", &timeless, START, USUAL, &e),
	    "documents without a sensor or a time");
	is_int(number("SELECT count(*) FROM sensor_clock"), 0, "are left out");
}

static void
test_forgotten(void)
{
	struct clock clock = clock_system();
	struct stage st = { .clock = clock };
	struct source src = { .name = "main" };
	struct err e = ERR_NONE;

	db_fresh();
	if (!db_open(&st.db, db_path, &e))
		die(e.text);
	read_at(START, "a", 0);
	read_at(START + DAY, "a", 0);
	ok(clocks_look(&src, &st, START + 365 * DAY, &e), "a year ahead for a moment");
	is_int(number("SELECT count(*) FROM sensor_clock"), 2,
	    "where nothing was read since, all is kept");
	read_at(START + 101 * DAY, "a", 0);
	ok(clocks_look(&src, &st, START + 101 * DAY, &e), "after 100 days");
	is_text(words("SELECT min(date) FROM sensor_clock"), "2025-11-26",
	    "what is older is forgotten");
	db_close(&st.db);
}

static void
test_log(void)
{
	struct clock clock = clock_system();
	struct stage st = { .clock = clock };
	struct source src = { .name = "main" };
	struct err e = ERR_NONE;
	char lines[1000];
	int pipes[2];
	ssize_t len;

	db_fresh();
	if (pipe2(pipes, O_NONBLOCK) != 0 || !db_open(&st.db, db_path, &e))
		die("no pipe or database");
	st.log = (struct log){ .stage = "collector", .clock = &clock, .fd = pipes[1] };
	ok(clocks_look(&src, &st, START, &e) && read(pipes[0], lines, sizeof lines) < 0,
	    "nothing is wrong: nothing is said");
	ten_hours(START, "a", -HOUR);
	ten_hours(START, "b", 5 * HOUR);
	ok(clocks_look(&src, &st, START + DAY, &e), "two clocks are");
	len = read(pipes[0], lines, sizeof lines - 1);
	lines[len > 0 ? len : 0] = '\0';
	ok(strstr(lines,
	       "level=warning stage=collector event=waiting source=main "
	       "clocks=\"b (5 h 0 min behind), a (1 h 0 min ahead)\" why=") != NULL,
	    "both are named with their offsets");
	ok(clocks_look(&src, &st, START + DAY + HOUR, &e) &&
		read(pipes[0], lines, sizeof lines) < 0,
	    "once a day");
	ok(clocks_look(&src, &st, START + 2 * DAY, &e) &&
		read(pipes[0], lines, sizeof lines) > 0,
	    "every day");
	db_close(&st.db);
}

int
main(void)
{
	calendar_zone("UTC");
	db_directory_make();
	test_right();
	test_ahead();
	test_behind();
	test_late();
	test_days();
	test_what_is_not_counted();
	test_forgotten();
	test_log();
	db_directory_remove();
	return done_testing();
}
