/*
 * test_retention.c - old captures lose their addresses, then themselves; what was counted stays.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/retention.h"
#include "common/base/time.h"

#include "common/base/calendar.h"
#include "tests/unit/with_db.h"

#define START 1700006400 /* a midnight, UTC */
#define CAPTURES 1300
#define FOR_EVER (START + 100 * DAY_S)

/* Captures of two files, by addresses that come again: 40 of them in three countries, one only claimed. */
static void
fill(void)
{
	db_fresh();
	sql("INSERT INTO sample (sha256) VALUES (printf('%%064d', 1)), (printf('%%064d', 2))");
	sql("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, session, action, src_ip, "
	    "src_claimed, src_country, url, event_at, collected_at, seen_at) "
	    "SELECT 'k' || i, 1 + i %% 2, 'main', 'cowrie', 'Cowrie', 's' || i, "
	    "CASE WHEN i %% 3 = 0 THEN 'upload' ELSE 'download' END, '198.51.100.' || (i %% 40), i %% 40 = 7, "
	    "CASE i %% 4 WHEN 0 THEN NULL WHEN 1 THEN 'DE' WHEN 2 THEN 'JP' ELSE 'BR' END, "
	    "'http://192.0.2.1/' || (i %% 5), %d + i * 300, %d + i * 300 + 60, %d + i * 300 FROM n",
	    CAPTURES - 1, START, START, START);
	sql("INSERT INTO session (source, honeypot, session, index_name, look_at) "
	    "SELECT source, honeypot, session, 'i', 0 FROM sighting");
}

/* What a post prints of a file. */
static const char *
facts(int sample)
{
	return words(
	    "SELECT sum(captures) || ' ' || (count(DISTINCT src_ip) + sum(sources)) || ' ' || "
	    "count(DISTINCT src_country) || ' ' || count(DISTINCT url) || ' ' || "
	    "sum(captures) FILTER (WHERE action = 'upload') || ' ' || "
	    "(SELECT captures || ' ' || first_seen || ' ' || last_seen FROM sample WHERE id = %d) "
	    "FROM capture WHERE sample_id = %d",
	    sample, sample);
}

static const char *
countries(void)
{
	return words(
	    "SELECT group_concat(c || n) FROM (SELECT src_country AS c, "
	    "count(DISTINCT src_ip) + sum(sources) AS n FROM capture WHERE src_country IS NOT NULL "
	    "GROUP BY src_country ORDER BY src_country)");
}

static void
cut_all(int64_t before)
{
	int64_t rows = RETENTION_BATCH, all = 0;
	int64_t old = number(
	    "SELECT count(*) FROM sighting WHERE seen_at < %lld AND src_cut IS NULL",
	    (long long)before);
	struct err e = ERR_NONE;

	while (rows == RETENTION_BATCH && retention_cut(&db, before, &rows, &e)) {
		ok(rows <= RETENTION_BATCH,
		    "a batch of addresses is no larger than allowed");
		all += rows;
	}
	is_int(all, old, "all that are old are cut");
}

static int64_t
keep_all(int64_t before)
{
	int64_t rows = 1, all = 0;
	struct err e = ERR_NONE;

	while (rows > 0 && retention_keep(&db, before, &rows, &e)) {
		ok(rows <= RETENTION_BATCH,
		    "a batch of captures is no larger than allowed");
		all += rows;
	}
	return all;
}

static void
test_addresses(void)
{
	char one[QUERY_MAX], two[QUERY_MAX], by_country[QUERY_MAX];
	int64_t half = START + CAPTURES / 2 * 300;

	fill();
	snprintf(one, sizeof one, "%s", facts(1));
	snprintf(two, sizeof two, "%s", facts(2));
	snprintf(by_country, sizeof by_country, "%s", countries());
	cut_all(half);
	is_text(facts(1), one, "the numbers of the first file are as before");
	is_text(facts(2), two, "and those of the second");
	is_int(
	    number(
		"SELECT count(*) FROM sighting WHERE seen_at < %lld AND src_ip <> '198.51.100.0/24'",
		(long long)half),
	    0, "no address is left");
	is_int(
	    number(
		"SELECT count(*) FROM sighting WHERE seen_at >= %lld AND src_ip LIKE '%%/24'",
		(long long)half),
	    0, "younger ones are whole");
	cut_all(FOR_EVER);
	is_text(facts(1), one, "when all are cut, the numbers are still the same");
	is_text(countries(), by_country, "and the addresses of each country");
}

static void
test_captures(void)
{
	char one[QUERY_MAX], two[QUERY_MAX], by_country[QUERY_MAX];
	int64_t before = START + 3 * DAY_S;
	int64_t old;

	fill();
	snprintf(one, sizeof one, "%s", facts(1));
	snprintf(two, sizeof two, "%s", facts(2));
	snprintf(by_country, sizeof by_country, "%s", countries());
	old = number(
	    "SELECT count(*) FROM sighting WHERE seen_at < %lld", (long long)before);
	is_int(keep_all(before), 0, "captures with whole addresses stay");
	cut_all(before);
	is_int(keep_all(before), old, "then all that are old become numbers");
	is_int(
	    number("SELECT count(*) FROM sighting"), CAPTURES - old, "and are deleted");
	is_int(number("SELECT count(*) FROM session"), CAPTURES - old,
	    "with their sessions");
	is_text(facts(1), one, "the numbers of the first file are as before");
	is_text(facts(2), two, "and those of the second");
	is_text(countries(), by_country, "and the addresses of each country");
	is_int(
	    number(
		"SELECT sum(captures) FROM capture WHERE seen_at >= %lld AND seen_at < %lld",
		(long long)START + DAY_S, (long long)START + 2 * DAY_S),
	    288, "a day has as many captures as it had");
	sql("DELETE FROM sighting WHERE id = (SELECT max(id) FROM sighting)");
	is_int(number("SELECT sum(captures) FROM sample"), CAPTURES - 1,
	    "a capture that a person deletes is not counted any more");
	sql("DELETE FROM sample WHERE id = 1");
	is_int(number("SELECT count(*) FROM kept WHERE sample_id = 1"), 0,
	    "a file that is forgotten leaves no numbers");
	is_int(number("SELECT n FROM total WHERE name = 'captures'"), CAPTURES,
	    "totals never fall");
}

/* The captures of a day of another time zone stay together. */
static void
test_zone(void)
{
	struct err e = ERR_NONE;
	int64_t rows;

	calendar_zone("Asia/Tokyo");
	fill();
	cut_all(FOR_EVER);
	ok(retention_keep(&db, FOR_EVER, &rows, &e), "a batch");
	is_int(number("SELECT count(DISTINCT day_at) FROM kept"), 1,
	    "a batch is of one day");
	is_int(number("SELECT max(day_at) FROM kept"), START - 9 * 3600,
	    "which began at midnight there");
	is_int(rows, 15 * 12, "and ends at the next midnight");
	keep_all(FOR_EVER);
	is_int(number("SELECT count(*) FROM sighting"), 0, "at last nothing is left");
	is_int(number("SELECT sum(captures) FROM kept"), CAPTURES, "but numbers");
	calendar_zone("UTC");
}

int
main(void)
{
	db_directory_make();
	calendar_zone("UTC");
	test_addresses();
	test_captures();
	test_zone();
	db_directory_remove();
	return done_testing();
}
