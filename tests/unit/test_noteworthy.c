/*
 * test_noteworthy.c - which files get a post of their own: the rules, the cap, another setting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/noteworthy.h"
#include "publisher/posts/sample/sample.h"
#include "tests/unit/with_db.h"

#define DAY 86400
#define NOON 1795262400 /* 21 November 2026 12:00 UTC */

static struct err e;
static struct post_options options = { .language = LANGUAGE_EN,
	.timezone = "UTC",
	.sample_posts = SAMPLE_POSTS_NOTEWORTHY,
	.posts_per_day = 5 };

/* ---- the rules */

static void
is_reason(struct noteworthy n, const char *want, const char *why)
{
	int rank;
	const char *reason;

	n.answered = true;
	n.first_seen = n.first_collected_at = NOON;
	if (n.captures == 0)
		n.captures = n.addresses = n.honeypots = n.sensors = 1;
	reason = noteworthy_reason(&n, &rank);
	is_text(reason != NULL ? reason : "none", want, why);
}

#define FILE_WITH(...) ((struct noteworthy){ __VA_ARGS__ })

static void
test_rules(void)
{
	int64_t old = NOON - 400 * DAY, recent = NOON - 2 * DAY;

	is_reason(FILE_WITH(.unknown = true), "none", "a stray unknown file is none");
	is_reason(FILE_WITH(.unknown = true, .captures = 2), "unknown",
	    "an unknown file captured twice");
	is_reason(FILE_WITH(.unknown = true, .urls = 1), "unknown", "... or from a URL");
	is_reason(FILE_WITH(.first_submission_at = NOON + 1), "first",
	    "captured before anybody sent it");
	is_reason(
	    FILE_WITH(.malicious = true, .detections = 40, .first_submission_at = old),
	    "family", "a new family");
	is_reason(FILE_WITH(.malicious = true, .detections = 40, .family_known = true,
		      .first_submission_at = old),
	    "none", "a variant of a known one is none");
	is_reason(FILE_WITH(.malicious = true, .detections = 15, .family_known = true,
		      .first_submission_at = recent),
	    "hardly", "few engines, and young");
	is_reason(FILE_WITH(.malicious = true, .detections = 15, .family_known = true,
		      .first_submission_at = old),
	    "none", "few engines for years are none");
	is_reason(FILE_WITH(.captures = 10, .addresses = 10), "wide: addresses",
	    "ten addresses");
	is_reason(FILE_WITH(.captures = 9, .addresses = 9), "none", "... not nine");
	is_reason(
	    FILE_WITH(.captures = 2, .honeypots = 2), "wide: honeypots", "two honeypots");
	is_reason(FILE_WITH(.captures = 2, .sensors = 2), "wide: sensors", "two sensors");
	is_reason(FILE_WITH(.captures = 20, .addresses = 20, .sensors = 3),
	    "wide: addresses, sensors",
	    "... and more addresses: all that holds is named");
	is_reason(FILE_WITH(.grave = true), "grave", "ransomware");
	is_reason(
	    FILE_WITH(.grave = true, .grave_known = true), "none", "... once a month");
	is_reason(FILE_WITH(.captures = 99, .addresses = 99, .unwanted = true), "none",
	    "noise, a test or known software never");
}

/* ---- what the page says */

static void
is_said(enum language language, const char *reason, const char *want, const char *why)
{
	auto_buf out = BUF_INIT(1000);
	struct page p;

	page_init(&p, language, NULL, &out);
	sample_put_reason(&p, reason);
	is_text(buf_text(&out), want, why);
}

static void
test_sentences(void)
{
	is_said(LANGUAGE_EN, "wide: addresses",
	    "Why this file has its own page: within a day it came from 10 or more "
	    "addresses. ",
	    "what makes a file wide is named");
	is_said(LANGUAGE_EN, "wide: addresses, honeypots, sensors",
	    "Why this file has its own page: within a day it came from 10 or more "
	    "addresses, to several kinds of honeypots and to several sensors. ",
	    "... all of it");
	is_said(LANGUAGE_JA, "wide: honeypots, sensors",
	    "この記事の掲載理由: 1 "
	    "日以内に、複数の種類のハニーポットで、複数のセンサーで捕獲したため。",
	    "... in Japanese");
	is_said(LANGUAGE_EN, "grave",
	    "Why this file has its own page: it is of a kind that does serious damage, "
	    "the first of its family this month. ",
	    "other reasons are one sentence");
	is_said(LANGUAGE_EN, "by hand", "", "one set by hand is none");
	is_said(LANGUAGE_EN, NULL, "", "nor is a row that was not judged");
}

/* ---- rows */

static void
file(int n, int captures, const char *verdict, const char *family)
{
	static int event;

	sql("INSERT INTO sample (sha256) VALUES ('%064x')", n);
	for (int i = 0; i < captures; i++)
		sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
		    "action, src_ip, event_at, collected_at, seen_at) VALUES ('1-%d', (SELECT "
		    "max(id) FROM sample), 'main', 'cowrie', 'Cowrie', 'upload', "
		    "'198.51.100.1', %d, %d, %d)",
		    event++, NOON + n, NOON + n, NOON + n);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "family, malicious, undetected) SELECT id, sample_id, %d, '%s', '%s', "
	    "nullif('%s', ''), 40, 20 FROM lookup WHERE value = '%064x'",
	    NOON, strcmp(verdict, "unknown") == 0 ? "not_found" : "found", verdict,
	    family, n);
}

static void
judge(void)
{
	bool more = true;

	while (more)
		if (!sample_judge(&db, &options, NOON + DAY / 4, &more, &e))
			die(e.text);
}

static const char *
state_of(int n)
{
	return words(
	    "SELECT state || ' ' || coalesce(reason, last_error, '') FROM post "
	    "WHERE key = '%064x'",
	    n);
}

static void
test_rows(void)
{
	db_fresh();
	file(1, 1, "malicious", "mirai");
	file(2, 1, "malicious", "mirai");
	file(3, 2, "unknown", "");
	file(4, 1, "undetected", "");
	file(5, 0, "malicious", "mirai");
	sql("INSERT INTO noise VALUES ('%064x', 'a test')", 3);
	judge();
	is_text(state_of(1), "pending family", "the first file of a family is chosen");
	is_text(state_of(2),
	    "skipped by rule: sample_posts = noteworthy; the digest of its day counts it",
	    "... not the second, and it says why");
	is_text(state_of(5), "pending by hand", "a hash looked up by hand is chosen");
	ok(strncmp(state_of(3), "skipped", 7) == 0, "noise never");
	ok(strncmp(state_of(4), "skipped", 7) == 0, "nor what is nothing special");
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending' AND reason IS "
		      "NULL"),
	    0, "all are judged");
}

static void
test_cap(void)
{
	char family[24];

	db_fresh();
	for (int i = 1; i <= 8; i++) {
		snprintf(family, sizeof family, "family%d", i);
		file(i, 1, "malicious", family);
	}
	file(9, 9, "malicious", "often");
	file(10, 2, "unknown", "");
	judge();
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 5,
	    "no more a day than posts_per_day");
	is_text(state_of(10), "pending unknown", "the best reason is chosen");
	is_text(state_of(9), "pending family", "... then the most captures");
	is_text(state_of(8),
	    "skipped by rule: sample_posts = noteworthy; posts_per_day = 5 was reached",
	    "the rest says why");
	file(11, 2, "unknown", "");
	judge();
	ok(strncmp(state_of(11), "skipped", 7) == 0, "rows that wait to be sent count");
	sql("UPDATE post SET sent_at = 1, state = 'done', token = token + 1, published_at "
	    "= %d WHERE state = 'pending'",
	    NOON - DAY);
	sql("UPDATE post SET state = 'pending' WHERE key = '%064x'", 11);
	judge();
	is_text(state_of(11), "pending unknown", "on another day there is room again");
	sql("UPDATE post SET published_at = %d WHERE published_at IS NOT NULL",
	    NOON + 365 * DAY);
	file(12, 2, "unknown", "");
	judge();
	is_text(state_of(12), "pending unknown",
	    "what was published by a clock that was a year ahead is not today's");
}

static void
test_judged_again(void)
{
	db_fresh();
	file(1, 1, "malicious", "mirai");
	file(2, 1, "malicious", "mirai");
	judge();
	sql("UPDATE sighting SET sensor = 'a'");
	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, sensor, src_ip, event_at, collected_at, seen_at) VALUES ('1-x', 2, "
	    "'main', 'cowrie', 'Cowrie', 'upload', 'b', '198.51.100.1', %d, %d, %d)",
	    NOON + 9, NOON + 9, NOON + 9);
	is_int(number("SELECT due_at FROM post WHERE sample_id = 2"), NOON + 9 + 3600,
	    "a new capture has it judged again within the hour");
	judge();
	is_text(state_of(2), "pending wide: sensors",
	    "... and it may have become noteworthy");
	sql("UPDATE post SET state = 'skipped', token = token + 1, reason = NULL, "
	    "last_error = 'by rule: sample_posts = noteworthy'");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, 5, 'found', 'malicious' FROM lookup WHERE sample_id = 1");
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 1,
	    "so has another answer");
	sql("UPDATE post SET state = 'skipped', token = token + 1, last_error = 'the post "
	    "is in the site''s trash'");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, 6, 'found', 'malicious' FROM lookup");
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 0,
	    "a trashed post stays so");
}

static void
set(enum sample_posts which)
{
	options.sample_posts = which;
	if (!sample_judge_again(&db, which, &e))
		die(e.text);
	judge();
}

static void
test_settings(void)
{
	db_fresh();
	for (int i = 1; i <= 120; i++)
		file(i, 1, "malicious", i == 1 ? "mirai" : "gafgyt");
	set(SAMPLE_POSTS_NONE);
	is_int(
	    number("SELECT count(*) FROM post WHERE state = 'skipped' AND last_error = "
		   "'by rule: sample_posts = none'"),
	    120, "none: all are skipped, more than fit in one transaction");
	set(SAMPLE_POSTS_NOTEWORTHY);
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 2,
	    "noteworthy: they are judged");
	set(SAMPLE_POSTS_NOTEWORTHY);
	is_int(
	    number("SELECT count(*) FROM post WHERE state = 'pending'"), 2, "... once");
	sql("UPDATE post SET reason = 'by hand' WHERE sample_id = 1");
	sql("UPDATE post SET reason = 'wide: addresses, sensors' WHERE sample_id <> 1 AND "
	    "state = 'pending'");
	set(SAMPLE_POSTS_NONE);
	is_text(words("SELECT group_concat(reason) FROM post WHERE state = 'pending'"),
	    "by hand", "none: what a rule chose is skipped unless it was sent");
	set(SAMPLE_POSTS_ALL);
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 120,
	    "all: each is published");
}

static void
test_what_was_sent_stays(void)
{
	struct post_row fresh = { .id = 1 }, sent = { .id = 1, .sent_at = 1 };

	options.sample_posts = SAMPLE_POSTS_NOTEWORTHY;
	ok(!sample_is_judged(&fresh, &options), "a new row waits for its judgement");
	ok(sample_is_judged(&sent, &options), "a post that was sent is kept up to date");
	db_fresh();
	file(1, 1, "undetected", "");
	sql("UPDATE post SET sent_at = 1");
	judge();
	is_text(words("SELECT state FROM post"), "pending", "... and is not judged");
}

int
main(void)
{
	db_directory_make();
	test_rules();
	test_sentences();
	test_rows();
	test_cap();
	test_judged_again();
	test_settings();
	test_what_was_sent_stays();
	db_directory_remove();
	return done_testing();
}
