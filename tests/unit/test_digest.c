/*
 * test_digest.c - digests: the rows of finished periods, and what their pages tell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/digest.h"
#include "publisher/posts/digest/period.h"
#include "publisher/posts/digest/store.h"
#include "publisher/publisher.h"
#include "tests/unit/with_db.h"

#define DAY 86400
#define HOUR 3600
#define NOON 1795262400 /* 21 November 2026 12:00 UTC, a Saturday */
#define MIDNIGHT (NOON - 12 * HOUR)

static struct err e;

/* ---- periods */

static void
is_period(const char *key, const char *next, const char *before)
{
	struct period p, other;
	char text[PERIOD_KEY_MAX];

	ok(period_parse(key, &p), key);
	other = period_next(&p);
	period_key(&other, text);
	is_text(text, next, "... is followed");
	other = period_before(&p);
	period_key(&other, text);
	is_text(text, before, "... and preceded");
}

static void
test_periods(void)
{
	static const char *const NONE[] = { "day-2026-02-30", "week-2026-W54",
		"month-2026-13", "day-2026-1-1", "day-2026-11-21x", "year-2026", "" };
	struct period p;

	is_period("day-2026-12-31", "day-2027-01-01", "day-2026-12-30");
	is_period("week-2026-W53", "week-2027-W01", "week-2026-W52");
	is_period("month-2026-12", "month-2027-01", "month-2026-11");
	for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
		ok(!period_parse(NONE[i], &p), "what only looks like a key is none");
}

/* ---- rows */

static struct post_options options = { .language = LANGUAGE_EN,
	.timezone = "UTC",
	.category = "malware",
	.digest_category = "digest",
	.digests = { true, true, true },
	.digest_after_s = 6 * HOUR,
	.digest_catch_up = 7 };

static void
capture(int sample, const char *ip, const char *url, int64_t at)
{
	static int n;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, src_ip, src_country, url, event_at, collected_at, seen_at) "
	    "VALUES ('1-%d', %d, 'main', 'cowrie', 'Cowrie', 'download', '%s', 'NL', "
	    "'%s', %lld, %lld, %lld)",
	    n++, sample, ip, url, (long long)at, (long long)at + 30, (long long)at);
}

/* Plans at this time; when there is more. */
static int64_t
plan(int64_t now)
{
	int64_t next = INT64_MAX;

	if (!post_kind_digest.plan(&db, &options, now, &next, &e))
		die(e.text);
	return next;
}

static void
test_nothing_was_read(void)
{
	db_fresh();
	is_int(plan(NOON), INT64_MAX, "before anything was read no digest is planned");
	is_int(number("SELECT count(*) FROM post"), 0, "... nor made");
}

static void
begin(void)
{
	db_fresh();
	sql("INSERT INTO sample (sha256) VALUES ('%064x')", 1);
	capture(1, "198.51.100.23", "http://198.51.100.7/x", NOON);
}

static void
test_a_finished_day(void)
{
	begin();
	is_int(plan(NOON + DAY / 2 + 6 * HOUR - 1), MIDNIGHT + DAY + 6 * HOUR,
	    "a day's digest is due six hours after the day");
	is_int(number("SELECT count(*) FROM post"), 0, "... and not made before");
	is_int(plan(MIDNIGHT + DAY + 6 * HOUR), MIDNIGHT + 2 * DAY + 6 * HOUR,
	    "then the next one's is due");
	is_text(words("SELECT key || ' ' || slug || ' ' || state FROM post"),
	    "day-2026-11-21 digest-day-2026-11-21 pending", "it is a pending post");
	is_int(number("SELECT from_at FROM post"), MIDNIGHT, "... from midnight");
	is_int(number("SELECT to_at FROM post"), MIDNIGHT + DAY, "... to midnight");
	plan(MIDNIGHT + DAY + 7 * HOUR);
	is_int(number("SELECT count(*) FROM post"), 1, "... and made once");
}

static void
test_weeks_and_months(void)
{
	begin();
	plan(NOON + 12 * DAY);
	is_text(words("SELECT group_concat(key, ' ') FROM (SELECT key FROM post ORDER BY "
		      "key)"),
	    "day-2026-11-26 day-2026-11-27 day-2026-11-28 day-2026-11-29 day-2026-11-30 "
	    "day-2026-12-01 day-2026-12-02 month-2026-11 week-2026-W48",
	    "after a pause only what ended in the last seven days gets a digest");
	is_text(words("SELECT slug FROM post WHERE key LIKE 'week%%'"),
	    "digest-week-2026-w48", "a slug is in lower case");
}

static void
test_choice(void)
{
	struct post_options all = options;

	begin();
	options.digests[SPAN_DAY] = options.digests[SPAN_MONTH] = false;
	plan(NOON + 2 * DAY - 7 * HOUR);
	is_text(words("SELECT group_concat(key) FROM post"), "",
	    "a week that ended less than six hours ago gets none yet");
	plan(NOON + 3 * DAY);
	is_text(words("SELECT group_concat(key) FROM post"), "week-2026-W47",
	    "only what is wanted is made");
	options = all;
}

static void
test_zone_changes(void)
{
	begin();
	plan(NOON + DAY);
	options.timezone = "Asia/Tokyo";
	plan(NOON + 2 * DAY);
	is_int(number("SELECT from_at FROM post WHERE key = 'day-2026-11-22'"),
	    MIDNIGHT + DAY, "in a new zone the next day begins where the last one ended");
	is_int(number("SELECT to_at FROM post WHERE key = 'day-2026-11-22'"),
	    MIDNIGHT + 2 * DAY - 9 * HOUR, "... and ends as the zone has it");
	options.timezone = "UTC";
}

static void
test_zone_changes_within_a_day(void)
{
	begin();
	plan(NOON + DAY);
	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at) VALUES ('main', "
	    "'2026-11-22', 'UTC', %lld, %lld, 1)",
	    (long long)MIDNIGHT + DAY, (long long)MIDNIGHT + 2 * DAY);
	options.timezone = "Asia/Tokyo";
	plan(NOON + 3 * DAY);
	is_int(number("SELECT to_at FROM post WHERE key = 'day-2026-11-22'"),
	    MIDNIGHT + 2 * DAY, "a day that was counted in the old zone ends in it");
	is_int(number("SELECT from_at FROM post WHERE key = 'day-2026-11-23'"),
	    MIDNIGHT + 2 * DAY, "... and the next one begins there");
	is_int(number("SELECT to_at FROM post WHERE key = 'day-2026-11-23'"),
	    MIDNIGHT + 3 * DAY - 9 * HOUR, "... and ends in the new one");
	options.timezone = "UTC";
}

static void
test_a_clock_was_ahead(void)
{
	begin();
	plan(NOON + 400 * DAY);
	sql("DELETE FROM post WHERE key LIKE 'week%%'");
	plan(NOON + DAY);
	is_int(number("SELECT count(*) FROM post WHERE key = 'day-2026-11-21'"), 1,
	    "rows made by a clock that was ahead keep none from being made");
}

/* ---- looks */

static void
test_looks(void)
{
	struct post_row row = { .from_at = MIDNIGHT, .to_at = MIDNIGHT + DAY };
	int64_t first = MIDNIGHT + DAY + 6 * HOUR;

	is_int(post_kind_digest.next_look(&row, &options, first), first + HOUR,
	    "a digest is looked at an hour later");
	is_int(post_kind_digest.next_look(&row, &options, first + HOUR), first + DAY,
	    "... then once a day");
	is_int(post_kind_digest.next_look(&row, &options, first + 6 * DAY),
	    first + 7 * DAY, "... for a week");
	is_int(post_kind_digest.next_look(&row, &options, first + 7 * DAY), 0,
	    "... and then never again");
}

/* ---- facts */

static struct digest_facts
facts(const char *key)
{
	char name[PERIOD_KEY_MAX];
	struct post_row row = { .key = name,
		.from_at = number("SELECT from_at FROM post WHERE key = '%s'", key),
		.to_at = number("SELECT to_at FROM post WHERE key = '%s'", key) };
	struct digest_facts f;

	snprintf(name, sizeof name, "%s", key);
	calendar_zone(options.timezone);
	if (!digest_facts_read(&db, &row, NULL, row.to_at, &f, &e))
		die(e.text);
	return f;
}

/* Answers the lookup of a sample. */
static void
answer(int sample, const char *verdict, const char *family, int malicious)
{
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "family, malicious, undetected, last_analysis_at) SELECT id, %d, %d, '%s', "
	    "'%s', nullif('%s', ''), %d, %d, %d FROM lookup WHERE sample_id = %d",
	    sample, NOON, strcmp(verdict, "unknown") == 0 ? "not_found" : "found",
	    verdict, family, malicious, malicious > 0 ? 72 - malicious : 0, NOON - DAY,
	    sample);
}

/* Eight files: three of one family, one without, one unknown, one waiting, one of a flood, one noise;
 * and one that had come the day before. */
static void
fill(void)
{
	db_fresh();
	for (int i = 1; i <= 9; i++)
		sql("INSERT INTO sample (sha256) VALUES ('%064x')", i);
	for (int i = 1; i <= 8; i++)
		for (int n = 0; n < i; n++)
			capture(i, "198.51.100.23",
			    i == 4 ? "http://203.0.113.9/four" : "http://198.51.100.7/x",
			    MIDNIGHT + i * HOUR + n);
	capture(9, "198.51.100.23", "http://198.51.100.8/old", MIDNIGHT - HOUR);
	capture(9, "198.51.100.23", "http://198.51.100.8/old", MIDNIGHT + DAY - 1);
	capture(9, "198.51.100.23", "http://198.51.100.8/old", MIDNIGHT + DAY);
	answer(1, "malicious", "mirai", 50);
	answer(2, "malicious", "mirai", 44);
	answer(3, "malicious", "mirai", 61);
	answer(4, "malicious", "", 9);
	answer(5, "unknown", "", 0);
	sql("UPDATE lookup SET state = 'skipped' WHERE sample_id = 7");
	sql("INSERT INTO noise VALUES ('%064x', 'a test')", 8);
	plan(MIDNIGHT + DAY + 6 * HOUR);
}

static void
test_files(void)
{
	struct digest_facts f;

	fill();
	f = facts("day-2026-11-21");
	is_int(f.files, 8, "all files of the day are counted");
	is_int(f.captures, 29, "... and their captures, to the second");
	is_int(f.new_files, 7, "new ones apart");
	is_int(f.leftovers, 8, "... and noise not at all");
	is_int(f.by_class[CLASS_MALICIOUS], 4, "malicious ones");
	is_int(f.by_class[CLASS_UNKNOWN], 1, "... unknown ones");
	is_int(f.by_class[CLASS_WAITING], 1, "... waiting ones");
	is_int(f.by_class[CLASS_LEFT_OUT], 1, "... those of a flood");
	digest_facts_done(&f);
}

static void
test_groups(void)
{
	struct digest_facts f;

	fill();
	sql("UPDATE analysis SET last_analysis_at = %d WHERE sample_id = 2",
	    NOON - 9 * 86400);
	f = facts("day-2026-11-21");
	is_int(f.groups[0].as_of, NOON - 9 * 86400,
	    "what is said of several files is said as of the oldest analysis");
	is_int(f.groups[0].as_of_newest, NOON - DAY, "... up to the newest");
	is_int((int64_t)f.group_count, 5, "a row for each family and verdict");
	is_text(f.groups[0].family, "mirai", "families by captures");
	is_int(f.groups[0].low, 44, "... with the fewest engines");
	is_int(f.groups[0].high, 61, "... and the most");
	is_int(f.groups[0].captures, 6, "... and their captures");
	ok(f.groups[1].family == NULL && f.groups[1].class == CLASS_MALICIOUS,
	    "then malicious ones without a family");
	is_int(f.groups[2].class, CLASS_UNKNOWN, "... then the unknown");
	is_int(f.groups[4].class, CLASS_LEFT_OUT, "... last what is not looked up");
	is_int((int64_t)f.url_count, 2, "URLs of new files");
	is_int((int64_t)f.hash_count, 4, "... and hashes of malicious ones");
	digest_facts_done(&f);
}

/* So many new malicious files, each from a URL and with a family of its own. */
static void
fill_families(int files)
{
	char url[64], family[32];

	db_fresh();
	for (int i = 1; i <= files; i++) {
		snprintf(url, sizeof url, "http://198.51.100.66/%d", i);
		snprintf(family, sizeof family, "family%d", i);
		sql("INSERT INTO sample (sha256) VALUES ('%064x')", i);
		capture(i, "198.51.100.23", url, NOON + i);
		answer(i, "malicious", family, 44);
	}
	plan(MIDNIGHT + DAY + 6 * HOUR);
}

static void
test_a_single_one_is_not_left_out(void)
{
	struct digest_facts f;

	fill_families(DIGEST_URLS_MAX + 1);
	f = facts("day-2026-11-21");
	is_int((int64_t)f.url_count, DIGEST_URLS_MAX + 1,
	    "one URL more than usual is listed");
	is_int((int64_t)f.hash_count, DIGEST_HASHES_MAX + 1, "... and one hash");
	digest_facts_done(&f);
	fill_families(DIGEST_URLS_MAX + 2);
	f = facts("day-2026-11-21");
	is_int((int64_t)f.url_count, DIGEST_URLS_MAX,
	    "of two URLs more it is said that they are not");
	is_int((int64_t)f.urls_detected, DIGEST_URLS_MAX, "... whatever they brought");
	is_int((int64_t)f.hash_count, DIGEST_HASHES_MAX, "... as of two hashes");
	is_int(f.hashes_total, DIGEST_HASHES_MAX + 2, "... which are counted");
	digest_facts_done(&f);
	fill_families(DIGEST_GROUPS_MAX + 1);
	f = facts("day-2026-11-21");
	is_int((int64_t)f.group_count, DIGEST_GROUPS_MAX + 1, "... and one family");
	digest_facts_done(&f);
	fill_families(DIGEST_GROUPS_MAX + 2);
	f = facts("day-2026-11-21");
	is_int((int64_t)f.group_count, DIGEST_GROUPS_MAX, "... but not two");
	digest_facts_done(&f);
}

/* Of the week before one file of gafgyt, often captured, and one of mirai; then more of mirai, and test files. */
static void
test_places_of_families(void)
{
	struct digest_facts f;

	fill();
	sql("INSERT INTO cursor (source, index_name, index_uuid, shard, position, checkpoint, "
	    "checkpoint_at, settled_at, start_at, start_until) VALUES ('main', 'logstash', "
	    "'', -1, -1, -1, 0, 0, %d, -1)",
	    MIDNIGHT - 60 * DAY);
	for (int i = 20; i <= 23; i++)
		sql("INSERT INTO sample (id, sha256) VALUES (%d, '%064x')", i, i);
	for (int n = 0; n < 5; n++)
		capture(20, "198.51.100.23", "", MIDNIGHT - 8 * DAY + n);
	capture(21, "198.51.100.23", "", MIDNIGHT - 8 * DAY);
	capture(22, "198.51.100.23", "", MIDNIGHT);
	for (int n = 0; n < 99; n++)
		capture(23, "198.51.100.23", "", MIDNIGHT + n);
	answer(20, "malicious", "gafgyt", 44);
	answer(21, "malicious", "mirai", 44);
	answer(22, "malicious", "gafgyt", 44);
	answer(23, "malicious", "eicar", 60);
	sql("UPDATE analysis SET test_file = 1 WHERE sample_id = 23");
	sql("INSERT INTO post (kind, key, slug, from_at, to_at) VALUES "
	    "('digest', 'week-2026-W47', 'w', %d, %d)",
	    MIDNIGHT - 5 * DAY, MIDNIGHT + 2 * DAY);
	f = facts("week-2026-W47");
	for (size_t i = 0; i < f.group_count; i++) {
		const struct digest_group *g = &f.groups[i];

		if (g->class == CLASS_TEST)
			is_int(g->before, -1, "test files have no place");
		else if (g->family != NULL && strcmp(g->family, "mirai") == 0)
			ok(g->rank == 1 && g->rank_before == 2 && g->before == 1,
			    "the family captured most is the first, and was the second");
		else if (g->family != NULL)
			ok(g->rank == 2 && g->rank_before == 1 && g->before == 1,
			    "... the other way round");
	}
	digest_facts_done(&f);
}

/* A week of days that began at midnight in Tokyo, rendered again where it is still the evening before. */
static void
test_the_parts_of_a_week_keep_their_zone(void)
{
	const int64_t monday = MIDNIGHT - 5 * DAY - 9 * HOUR;
	int64_t parts[7] = { 0 }, sum = 0;
	struct digest_facts f;

	db_fresh();
	for (int i = 0; i < 7; i++) {
		sql("INSERT INTO sample (sha256) VALUES ('%064x')", i);
		capture(i + 1, "198.51.100.23", "", monday + i * DAY + HOUR);
	}
	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at) VALUES "
	    "('main', '2026-11-17', 'Asia/Tokyo', %lld, %lld, 1)",
	    (long long)monday + DAY, (long long)monday + 2 * DAY);
	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at) VALUES "
	    "('main', '2026-11-20', 'Asia/Tokyo', %lld, %lld, 1)",
	    (long long)monday + 4 * DAY, (long long)monday + 5 * DAY);
	sql("INSERT INTO post (kind, key, slug, from_at, to_at) VALUES "
	    "('digest', 'week-2026-W47', 'w', %lld, %lld)",
	    (long long)monday, (long long)monday + 7 * DAY);
	f = facts("week-2026-W47");
	is_int((int64_t)f.part_count, 7, "a week has seven days");
	for (size_t i = 0; i < f.part_count; i++)
		sum += parts[i] = f.parts[i].new_files;
	is_int(parts[0], 1, "the first begins with the week");
	is_int(parts[1], 1, "... a day where it was counted to begin");
	is_int(parts[4], 1, "... also after days that were not counted");
	is_int(sum, 7, "... and together they have all of its files");
	digest_facts_done(&f);
}

/* A day of 25 hours, with attacks in two of them. */
static void
test_hours_without_attacks(void)
{
	struct digest_facts f;

	db_fresh();
	sql("INSERT INTO day (id, source, date, zone, from_at, to_at, look_at, "
	    "counted_at, events) VALUES (1, 'main', '2026-11-21', 'UTC', %lld, %lld, 0, "
	    "1, 9)",
	    (long long)MIDNIGHT, (long long)MIDNIGHT + DAY + HOUR);
	sql("INSERT INTO day_count (day_id, dimension, value, events) VALUES "
	    "(1, 'hour', '03', 4), (1, 'hour', '05', 5)");
	sql("INSERT INTO post (kind, key, slug, from_at, to_at) VALUES "
	    "('digest', 'day-2026-11-21', 'd', %lld, %lld)",
	    (long long)MIDNIGHT, (long long)MIDNIGHT + DAY + HOUR);
	f = facts("day-2026-11-21");
	is_int(
	    (int64_t)f.bar_count, 25, "a day has all of its hours, also the last ones");
	is_int(f.hours[5], 5, "... with their attacks");
	is_int(f.hours[24], 0, "... or none");
	digest_facts_done(&f);
}

int
main(void)
{
	db_directory_make();
	test_periods();
	test_nothing_was_read();
	test_a_finished_day();
	test_weeks_and_months();
	test_choice();
	test_zone_changes();
	test_zone_changes_within_a_day();
	test_a_clock_was_ahead();
	test_looks();
	test_files();
	test_groups();
	test_a_single_one_is_not_left_out();
	test_places_of_families();
	test_the_parts_of_a_week_keep_their_zone();
	test_hours_without_attacks();
	db_directory_remove();
	return done_testing();
}
