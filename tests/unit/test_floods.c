/*
 * test_floods.c - many new files of one session, or of one URL: only the first of a day are looked up.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/store.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000 /* 2025-11-24T16:00:00Z */
#define DAY 86400
#define CAP 3

static int64_t number_of_document;
static int64_t cap = CAP;
static int64_t now = NOW;

/* A page with one capture of file n, by the day of `at`. */
static void
capture_at(int n, const char *session, const char *url, const char *at)
{
	const struct profile *cowrie[] = { &profiles[0], NULL };
	struct cursor c = { .source = "main", .index = "i", .uuid = "u", .position = -1 };
	struct hit_list hits = { .items = calloc(1, sizeof(struct hit)), .count = 1 };
	const struct hit_page page = { .cursor = &c,
		.hits = &hits,
		.up_to = number_of_document + 1,
		.cursor_stays = true,
		.flood = cap,
		.now = now };
	struct page_counts counts = { .documents = 0 };
	struct err e = ERR_NONE;
	char document[1000];

	snprintf(document, sizeof document,
	    "{\"_id\":\"%lld\",\"_seq_no\":%lld,\"_source\":{\"eventid\":"
	    "\"cowrie.session.file_download\",\"shasum\":\"%064x\",\"session\":\"%s\","
	    "\"url\":\"%s\",\"type\":\"Cowrie\",\"@timestamp\":\"%s\"}}",
	    (long long)number_of_document, (long long)number_of_document, n + 0x1000,
	    session, url, at);
	number_of_document++;
	hit_read(&hits.items[0], document, strlen(document), cowrie, now);
	if (!store_page(&db, &page, &counts, &e))
		die(e.text);
	hit_list_done(&hits);
}

static void
capture(int n, const char *session, const char *url)
{
	capture_at(n, session, url, "2025-11-24T15:00:00Z");
}

static int64_t
looked_up(void)
{
	return number("SELECT count(*) FROM lookup WHERE state = 'pending'");
}

static void
fresh(void)
{
	db_fresh();
	cap = CAP;
	now = NOW;
}

static void
test_session(void)
{
	fresh();
	for (int n = 0; n < 10; n++) {
		char url[80];

		snprintf(url, sizeof url, "http://shop.example/%d", n);
		capture(n, "aaaaaaaaaaaa", url);
	}
	capture(100, "bbbbbbbbbbbb", "http://other.example/");
	is_int(looked_up(), CAP + 1,
	    "the first new files of a session are looked up, and another session's");
	is_int(number("SELECT count(*) FROM sighting"), 11, "all are captures");
	is_int(number("SELECT count(*) FROM sample"), 11, "of samples");
	is_text(words("SELECT last_error FROM lookup WHERE state = 'skipped' LIMIT 1"),
	    "flood: more than 3 new files of one session on 2025-11-24",
	    "the others are skipped, with the reason");
	is_text(
	    words(
		"SELECT kind || ' ' || honeypot || ' ' || value || ' ' || files || ' ' || "
		"skipped FROM floods"),
	    "session Cowrie aaaaaaaaaaaa 10 7", "which is one matter");
	is_int(number("SELECT count(*) FROM floods"), 1, "one");
	is_int(number("SELECT count(*) FROM lookup l JOIN floods f ON f.id = l.flood_id"),
	    7, "that names its rows");
	is_int(number("SELECT flooded FROM unasked"), 7, "and is counted");
}

static void
test_url(void)
{
	fresh();
	for (int n = 0; n < 10; n++) {
		char session[20], url[80];

		snprintf(session, sizeof session, "%012x", n);
		snprintf(url, sizeof url, "http://drop.example/x?%d", n);
		capture(n, session, url);
	}
	is_int(looked_up(), CAP, "so are those of one URL, whatever is behind its ?");
	is_text(words("SELECT kind || ' ' || value || ' ' || skipped FROM floods"),
	    "url http://drop.example/x 7", "which is one matter too");
}

static void
test_days(void)
{
	fresh();
	for (int n = 0; n < 5; n++)
		capture(n, "aaaaaaaaaaaa", "http://x.example/");
	for (int n = 5; n < 10; n++)
		capture_at(
		    n, "aaaaaaaaaaaa", "http://x.example/", "2025-11-23T15:00:00Z");
	is_int(looked_up(), 2 * CAP, "each day by itself");
	now = NOW + 3 * DAY;
	capture(1000, "cccccccccccc", "http://y.example/");
	is_int(number("SELECT count(*) FROM flood_count WHERE skipped = 0"), 2,
	    "counts that were no flood are forgotten, those of today stay");
	is_int(number("SELECT sum(skipped) FROM floods"), 4, "floods are kept");
}

static void
test_no_cap(void)
{
	fresh();
	cap = 0;
	for (int n = 0; n < 10; n++)
		capture(n, "aaaaaaaaaaaa", "http://x.example/");
	is_int(looked_up(), 10, "without a cap all are looked up");
	is_int(number("SELECT count(*) FROM flood_count"), 0, "and nothing is counted");
}

/* The same file again, in the same flood or elsewhere. */
static void
test_captured_again(void)
{
	fresh();
	for (int n = 0; n < 5; n++)
		capture(n, "aaaaaaaaaaaa", "http://x.example/");
	capture_at(4, "aaaaaaaaaaaa", "http://x.example/", "2025-11-24T15:30:00Z");
	is_int(looked_up(), CAP, "a capture of the same session changes nothing");
	is_int(number("SELECT max(files) FROM floods"), 5, "and is no new file");
	capture(4, "bbbbbbbbbbbb", "http://x.example/");
	is_int(looked_up(), CAP, "nor does one of the same URL");
	capture(4, "bbbbbbbbbbbb", "http://elsewhere.example/");
	is_int(looked_up(), CAP + 1, "a capture elsewhere has it looked up");
	is_int(number("SELECT since FROM lookup WHERE value LIKE '%%1004'"), NOW,
	    "it waits from then on");
	sql("UPDATE lookup SET state = 'pending' WHERE value LIKE '%%1003'");
	is_int(looked_up(), CAP + 2, "so does a person's word");
	capture(0, "dddddddddddd", "http://elsewhere.example/");
	is_int(looked_up(), CAP + 2, "what waits is not touched");
	sql("UPDATE lookup SET state = 'skipped' WHERE value LIKE '%%1003'");
	capture(3, "eeeeeeeeeeee", "http://elsewhere.example/");
	is_int(looked_up(), CAP + 1, "what a person skipped stays so");
}

/* A published post about file n. */
static void
publish(int n)
{
	sql("INSERT INTO post (kind, key, sample_id, slug, state, published_at) "
	    "SELECT 'sample', sha256, id, sha256, 'done', %d FROM sample "
	    "WHERE sha256 LIKE '%%%04x'",
	    NOW, n + 0x1000);
}

static int64_t
to_rewrite(void)
{
	return number("SELECT count(*) FROM post WHERE state = 'pending'");
}

/* Posts name the URLs of captures until these turn out to be part of a flood. */
static void
test_posts_before(void)
{
	fresh();
	capture(0, "aaaaaaaaaaaa", "http://x.example/0");
	capture(1, "bbbbbbbbbbbb", "http://x.example/1");
	publish(0);
	publish(1);
	for (int n = 2; n < 6; n++)
		capture(n, "aaaaaaaaaaaa", "http://y.example/");
	is_int(to_rewrite(), 1,
	    "when a session becomes a flood, posts about its first files are rewritten");
	fresh();
	capture(0, "aaaaaaaaaaaa", "http://x.example/a?0");
	capture(1, "bbbbbbbbbbbb", "http://x.example/a#1");
	capture(2, "cccccccccccc", "http://x.example/ab");
	capture_at(3, "dddddddddddd", "http://x.example/a?3", "2025-11-22T15:00:00Z");
	for (int n = 0; n < 4; n++)
		publish(n);
	for (int n = 4; n < 6; n++)
		capture(n, "eeeeeeeeeeee", "http://x.example/a");
	is_int(to_rewrite(), 2, "those of a URL too, not those of others or long before");
	fresh();
	capture(0, "aaaaaaaaaaaa", "http://x.example/");
	publish(0);
	sql("UPDATE sighting SET session = NULL, src_ip = '192.0.2.7'");
	sql("INSERT INTO flood_count (source, date, kind, honeypot, value, files, first_at, "
	    "last_at) VALUES ('main', '2025-11-24', 'session', 'Cowrie', '192.0.2.7', 9, %d, "
	    "%d)",
	    NOW, NOW);
	sql("UPDATE flood_count SET skipped = 1 WHERE value = '192.0.2.7'");
	is_int(to_rewrite(), 1, "and those of a source without sessions");
}

int
main(void)
{
	db_directory_make();
	test_session();
	test_url();
	test_days();
	test_no_cap();
	test_captured_again();
	test_posts_before();
	db_directory_remove();
	return done_testing();
}
