/*
 * test_digest_post.c - whole digests against golden files, in both languages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/calendar.h"
#include "publisher/posts/digest/digest.h"
#include "tests/unit/golden.h"
#include "tests/unit/with_digest.h"

#define THURSDAY_NOON (MIDNIGHT - 36 * HOUR)

static struct err e;
static struct gate *gate;

/* ---- what else happened */

/* The same without the counts of the day. */
static void
fill_not_counted(void)
{
	fill();
	sql("DELETE FROM day");
	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at) VALUES ('main', "
	    "'2026-11-21', 'UTC', %d, %d, 0)",
	    MIDNIGHT, MIDNIGHT + DAY);
	sql("DELETE FROM quota");
}

/* A day without files, quieter than those before. */
static void
fill_quiet(void)
{
	fill();
	sql("DELETE FROM sample WHERE id <> 10");
	sql("DELETE FROM sighting WHERE seen_at >= %d", MIDNIGHT);
	sql("UPDATE day SET events = 1200, sources = 80, loudest = 700 WHERE date = "
	    "'2026-11-21'");
}

/* Counting began at 14:20, and only one file came, once. */
static void
fill_first(void)
{
	db_fresh();
	sql("INSERT INTO cursor (source, index_name, index_uuid, shard, position, "
	    "checkpoint, checkpoint_at, settled_at, start_at, start_until) VALUES ('main', "
	    "'logstash', '', -1, -1, -1, 0, 0, %d, -1)",
	    MIDNIGHT + 14 * HOUR + 20 * 60);
	sql("INSERT INTO sample (sha256) VALUES ('%064x')", 1);
	capture(1, "198.51.100.23", "", MIDNIGHT + 15 * HOUR);
	answer(1, "malicious", "mirai", 44);
}

/* One of everything: numbers are not plural. */
static void
fill_one(void)
{
	db_fresh();
	sql("INSERT INTO sample (sha256) VALUES ('%064x'), "
	    "('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')",
	    1);
	capture(1, "198.51.100.23", "http://198.51.100.66/x", MIDNIGHT + HOUR);
	capture(2, "198.51.100.23", "", MIDNIGHT + HOUR);
	answer(1, "malicious", "mirai", 1);
	count_day(21, 1);
	sql("UPDATE day SET sources = 1, loudest = 1");
	count("honeypot", "Cowrie", "", 1, 1);
	count("port", "22", "", 1, 1);
	count("country", "NL", "", 1, 1);
	count("hour", "01", "", 1, 1);
	count("hour", "01 Cowrie", "", 1, 1);
	sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES "
	    "('virustotal', 'main', '2026-11-21', 1, 500)");
}

static void
become_flood(const char *kind, const char *honeypot, const char *value)
{
	sql("INSERT INTO flood_count (source, date, kind, honeypot, value, files, skipped, "
	    "first_at, last_at) VALUES ('main', '2026-11-21', '%s', '%s', '%s', 51, 1, %d, "
	    "%d)",
	    kind, honeypot, value, MIDNIGHT, MIDNIGHT + DAY);
}

/* Someone fetches an innocent shop through a honeypot, over and over; other files come too. */
static void
fill_flood(void)
{
	fill();
	sql("DELETE FROM sighting WHERE sample_id > 4");
	for (int i = 20; i < 26; i++) {
		sql("INSERT INTO sample (id, sha256) VALUES (%d, '%064x')", i, i);
		capture(i, "198.51.100.99", "", MIDNIGHT + 20 * HOUR + i);
		sql("UPDATE sighting SET url = 'http://shop.example/?item=%d' WHERE sample_id = "
		    "%d",
		    i, i);
	}
	sql("UPDATE lookup SET state = 'skipped' WHERE sample_id > 22");
	become_flood("url", "", "http://shop.example/");
}

/* The same, a session that fetches from many hosts, and an address that does so without a session. */
static void
fill_floods(void)
{
	fill_flood();
	capture(11, "198.51.100.98", "http://mirror.example/a", MIDNIGHT + 21 * HOUR);
	capture(12, "198.51.100.98", "http://mirror.example/b", MIDNIGHT + 21 * HOUR);
	sql("UPDATE sighting SET session = 's1' WHERE sample_id = 11");
	become_flood("session", "Cowrie", "s1");
	become_flood("session", "Cowrie", "198.51.100.98");
	sql("INSERT INTO kept (sample_id, day_at, honeypot, action, src_country, protocol, url, "
	    "file_name, seen_at, collected_at, captures, sources) VALUES (20, %d, 'Cowrie', "
	    "'download', '', '', 'http://shop.example/?item=kept', '', %d, %d, 9, 1)",
	    MIDNIGHT, MIDNIGHT + HOUR, MIDNIGHT + HOUR);
}

/* There is nothing else. */
static void
fill_only_flood(void)
{
	fill_flood();
	sql("DELETE FROM sighting WHERE sample_id < 20");
}

/* Eight weeks counted by two sensors, the last days busier; a port and two families that are new; files that
 * turned out to be malicious; a sensor and a honeypot that fell silent. */
static void
fill_history(void)
{
	fill();
	sql("BEGIN");
	sql("DELETE FROM day");
	for (int date = -35; date <= 22; date++) {
		count_day(date, 50000 + (date > 15 ? 900 : 100) * ((date + 5) % 7));
		count_values(50000 + (date > 15 ? 900 : 100) * ((date + 5) % 7));
		count("sensor", "hive-of-my-sensor", "", 30000, 900);
		count("sensor", "other", "", 20000, 900);
		count("port", "9999", "", date > 15 ? 3000 : 0, 90);
		count("port", "6379", "", date > 15 ? 9000 : 2500, 90);
		sql("DELETE FROM day_count WHERE events = 0");
	}
	sql("INSERT INTO cursor (source, index_name, index_uuid, shard, position, checkpoint, "
	    "checkpoint_at, settled_at, start_at, start_until) VALUES ('main', 'logstash', "
	    "'', -1, -1, -1, 0, 0, %d, -1)",
	    MIDNIGHT - 60 * DAY);
	capture(12, "198.51.100.23", "", MIDNIGHT - 9 * DAY);
	answer(12, "malicious", "xorddos", 51);
	answer(5, "malicious", "kaiji", 21);
	answer(6, "malicious", "", 12);
	sql("UPDATE analysis SET first_submission_at = %d WHERE sample_id < 3",
	    MIDNIGHT + 4 * HOUR);
	sql("UPDATE analysis SET pua = 1, family = 'xmrig' WHERE sample_id = 4");
	sql("UPDATE analysis SET test_file = 1, family = 'eicar' WHERE sample_id = 3");
	sql("INSERT INTO silence VALUES ('main', 'sensor', 'hive-of-my-sensor', %d, 0, %d, "
	    "NULL), ('main', 'honeypot', 'Dicompot', %d, 0, %d, NULL)",
	    MIDNIGHT - DAY, MIDNIGHT, MIDNIGHT - DAY, MIDNIGHT);
	sql("COMMIT");
}

/* The same, with a third sensor since the nineteenth. */
static void
fill_sensor(void)
{
	fill_history();
	sql("INSERT INTO day_count SELECT id, 'sensor', 'third', NULL, 9000, 90 FROM day "
	    "WHERE date >= '2026-11-19'");
}

/* ... that was away for a day. */
static void
fill_sensors(void)
{
	fill_sensor();
	sql("DELETE FROM day_count WHERE value = 'third' AND day_id = (SELECT id FROM day "
	    "WHERE date = '2026-11-20')");
}

/* On two days of the week nothing was recorded for some hours, and one is not counted; there are ten honeypots and one
 * more, and a URL of an unknown file. */
static void
fill_gaps(void)
{
	fill();
	sql("DELETE FROM day_count WHERE dimension = 'hour' AND value IN ('02', '03', '04', "
	    "'05') AND day_id IN (SELECT id FROM day WHERE date IN ('2026-11-18', "
	    "'2026-11-21'))");
	sql("UPDATE day_count SET events = 0 WHERE dimension = 'hour' AND value >= '22' AND "
	    "day_id = (SELECT id FROM day WHERE date = '2026-11-16')");
	sql("DELETE FROM day_count WHERE dimension = 'hour' AND value < '04' AND day_id = "
	    "(SELECT id FROM day WHERE date = '2026-11-17')");
	sql("DELETE FROM day_count WHERE day_id = (SELECT id FROM day WHERE date = '2026-11-19')");
	sql("UPDATE day SET counted_at = NULL, complete = 0 WHERE date = '2026-11-19'");
	sql("DELETE FROM day_count WHERE value = 'ElasticPot'");
	sql("UPDATE sighting SET url = 'http://198.51.100.67/new' WHERE sample_id = 5");
}

/* ---- the cases */

/* Files of one family that were analysed at different times, and one that no engine judged. */
static void
fill_analyses(void)
{
	fill();
	sql("UPDATE analysis SET last_analysis_at = %d WHERE sample_id = 2",
	    MIDNIGHT - 40 * DAY);
	answer(8, "not_analysed", "", 0);
	sql("UPDATE analysis SET undetected = 0, last_analysis_at = NULL "
	    "WHERE sample_id = 8");
}

/* On Thursday at noon. */
static void
fill_so_far(void)
{
	fill();
	sql("DELETE FROM day WHERE date >= '2026-11-19'");
	sql("DELETE FROM quota WHERE period >= '2026-11-20'");
	sql("UPDATE sighting SET seen_at = seen_at - %d WHERE seen_at > %d", 2 * DAY,
	    THURSDAY_NOON);
	sql("UPDATE sample SET first_seen = first_seen - %d WHERE first_seen > %d",
	    2 * DAY, THURSDAY_NOON);
	sql("DELETE FROM sighting WHERE seen_at > %d", THURSDAY_NOON);
}

struct digest_case {
	const char *name, *key, *zone;
	void (*fill)(void);
	int64_t from_at, to_at;
	bool plain; /* without pictures */
};

static const struct digest_case CASES[] = {
	{ "digest-day", "day-2026-11-21", "UTC", fill, MIDNIGHT, MIDNIGHT + DAY, false },
	{ "digest-analyses", "day-2026-11-21", "UTC", fill_analyses, MIDNIGHT,
	    MIDNIGHT + DAY, false },
	{ "digest-not-counted", "day-2026-11-21", "UTC", fill_not_counted, MIDNIGHT,
	    MIDNIGHT + DAY, false },
	{ "digest-quiet", "day-2026-11-21", "UTC", fill_quiet, MIDNIGHT, MIDNIGHT + DAY,
	    false },
	{ "digest-first", "day-2026-11-21", "UTC", fill_first, MIDNIGHT, MIDNIGHT + DAY,
	    false },
	{ "digest-floods", "day-2026-11-21", "UTC", fill_floods, MIDNIGHT, MIDNIGHT + DAY,
	    true },
	{ "digest-only-flood", "day-2026-11-21", "UTC", fill_only_flood, MIDNIGHT,
	    MIDNIGHT + DAY, true },
	{ "digest-one", "day-2026-11-21", "UTC", fill_one, MIDNIGHT, MIDNIGHT + DAY,
	    false },
	{ "digest-one-week", "week-2026-W47", "UTC", fill_one, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, false },
	{ "digest-new-zone", "day-2026-11-21", "Asia/Tokyo", fill, MIDNIGHT,
	    MIDNIGHT + 15 * HOUR, false },
	{ "digest-week", "week-2026-W47", "UTC", fill, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, false },
	{ "digest-gap", "day-2026-11-21", "UTC", fill_gaps, MIDNIGHT, MIDNIGHT + DAY,
	    true },
	{ "digest-gaps", "week-2026-W47", "UTC", fill_gaps, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, true },
	{ "digest-ranked", "day-2026-11-21", "UTC", fill_history, MIDNIGHT,
	    MIDNIGHT + DAY, true },
	{ "digest-compared", "week-2026-W47", "UTC", fill_history, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, true },
	{ "digest-months", "month-2026-11", "UTC", fill_history, MIDNIGHT - 20 * DAY,
	    MIDNIGHT + 10 * DAY, true },
	{ "digest-sensor", "day-2026-11-21", "UTC", fill_sensor, MIDNIGHT, MIDNIGHT + DAY,
	    true },
	{ "digest-sensors", "week-2026-W47", "UTC", fill_sensors, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, true },
	{ "digest-month", "month-2026-11", "UTC", fill, MIDNIGHT - 20 * DAY,
	    MIDNIGHT + 10 * DAY, false },
};

static const struct digest_case GOING_ON[] = {
	{ "digest-week-so-far", "week-2026-W47", "UTC", fill_so_far, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY, false },
	{ "digest-month-so-far", "month-2026-11", "UTC", fill_so_far, MIDNIGHT - 20 * DAY,
	    MIDNIGHT + 10 * DAY, false },
};

static void
check_honesty(const struct article *a, const char *name)
{
	static const char *const NEVER[] = { "0/0", "harmless", "clean", "benign",
		"203.0.113", "203[.]0[.]113[.]10", "my-sensor", "http://", "[gallery]",
		"<script", "the-operator", "one victim", "shop", "mirror" };
	const char *texts[] = { a->title, a->excerpt, a->content };
	char words[128];

	for (size_t t = 0; t < 3; t++)
		for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++) {
			if (strstr(texts[t], NEVER[i]) == NULL)
				continue;
			snprintf(words, sizeof words, "%s says %s", name, NEVER[i]);
			ok(false, words);
		}
	ok(strncmp(a->content, "<!-- wp:group", 13) == 0, "it begins with the banner");
	ok(strpbrk(a->title, "0123456789") != NULL && strstr(a->title, "\u00a0") == NULL,
	    "its title has a date, and plain blanks");
}

/* As after an upload. */
static void
place_pictures(const void *facts, const struct post_options *o, struct article *a)
{
	if (!ok(post_kind_digest.draw(facts, o, a, &e), "its pictures are drawn"))
		die(e.text);
	for (size_t i = 0; i < a->picture_count; i++)
		BUF_FIXED(a->pictures[i].url,
		    "https://blog.example/wp-content/uploads/2026/11/%s.png",
		    a->pictures[i].role);
}

static void
check_case(const struct digest_case *c, int64_t now, enum language language)
{
	const struct post_options options = { .language = language,
		.timezone = c->zone,
		.charts = !c->plain,
		.map = !c->plain };
	char key[64];
	struct post_row row = { .key = key, .from_at = c->from_at, .to_at = c->to_at };
	struct article a = { .title = NULL };
	void *facts;

	snprintf(key, sizeof key, "%s", c->key);
	c->fill();
	facts = post_kind_digest.load(&db, &row, &options, now, &e);
	if (facts == NULL)
		die(e.text);
	place_pictures(facts, &options, &a);
	if (ok(post_kind_digest.render(facts, &options, gate, &a, &e), c->name)) {
		golden_compare(c->name, language == LANGUAGE_EN ? "en" : "ja", &a);
		check_honesty(&a, c->name);
	}
	post_kind_digest.release(facts);
	article_done(&a);
}

static void
add_clock(const char *sensor, int early, int64_t delay)
{
	sql("INSERT INTO sensor_clock (source, date, sensor, documents, early, least, most, first_at, last_at, usual) "
	    "VALUES ('main', '2026-11-21', '%s', 20, %d, %lld, %lld, 0, 40000, 1500)",
	    sensor, early, (long long)delay, (long long)delay);
}

static void
test_clocks(void)
{
	char name[] = "my-sensor: Tokyo", *items[] = { name };
	const struct list names = { .items = items, .count = 1 };
	const struct post_options options = { .timezone = "UTC", .sensor_names = &names };
	char key[] = "day-2026-11-21";
	struct post_row row = {
		.key = key, .from_at = MIDNIGHT, .to_at = MIDNIGHT + DAY
	};
	struct article a = { .title = NULL };
	void *facts;

	fill();
	add_clock("my-sensor", 20, -3 * HOUR);
	add_clock("hive-two", 0, 40 * 60);
	add_clock("hive-three", 0, 5);
	facts = post_kind_digest.load(&db, &row, &options, row.to_at, &e);
	if (facts == NULL || !post_kind_digest.render(facts, &options, gate, &a, &e))
		die(e.text);
	ok(strstr(a.content,
	       "The clock of Tokyo was about 3 hours ahead; the times of") != NULL,
	    "a sensor with a public name is named, with its offset");
	ok(strstr(a.content, "The clock of a sensor was about 40 minutes behind;") !=
		NULL,
	    "one without is not");
	ok(strstr(a.content, "hive") == NULL && strstr(a.content, "my-sensor") == NULL,
	    "its own name never appears");
	post_kind_digest.release(facts);
	article_done(&a);
}

static void
test_a_row_without_a_period(void)
{
	const struct post_options options = { .timezone = "UTC" };
	char day[] = "day-2026-11-21", other[] = "weekly";
	struct post_row row = { .key = day }, odd = { .key = other, .to_at = 1 };

	ok(post_kind_digest.load(&db, &row, &options, 0, &e) == NULL &&
		e.fault == FAULT_REJECT,
	    "a row without its times is held");
	err_clear(&e);
	ok(post_kind_digest.load(&db, &odd, &options, 0, &e) == NULL &&
		e.fault == FAULT_REJECT,
	    "... and one whose key is not a period");
}

static void
check_cases(void)
{
	for (int language = 0; language < LANGUAGE_COUNT; language++) {
		for (size_t n = 0; n < sizeof CASES / sizeof CASES[0]; n++)
			check_case(
			    &CASES[n], CASES[n].to_at + DAY, (enum language)language);
		for (size_t n = 0; n < sizeof GOING_ON / sizeof GOING_ON[0]; n++)
			check_case(&GOING_ON[n], THURSDAY_NOON, (enum language)language);
	}
}

int
main(void)
{
	db_directory_make();
	gate = gate_new(&e);
	gate_add(gate, "203.0.113.10", &e);
	gate_add(gate, "my-sensor", &e);
	check_cases();
	test_clocks();
	test_a_row_without_a_period();
	gate_free(gate);
	db_directory_remove();
	return done_testing();
}
