/*
 * test_merge.c - samples that turn out to be one file, in every order.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/db/internal.h"
#include "common/db/queue.h"
#include "enricher/store/import.h"
#include "enricher/store/store.h"
#include "tests/unit/tap.h"

#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define MD5 "15a0c0ffee0123456789abcdef012345"
static char bytes[] = "{\"data\":{}}";
static const struct buf BODY = { .ptr = bytes, .len = sizeof bytes - 1 };
static const struct buf PACKED = { 0 };

static char path[] = "/tmp/potpress-merge-XXXXXX";
static struct db db;

static void
die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(1);
}

static void
sql(const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(db.handle, text, NULL, NULL, &message) != SQLITE_OK)
		die(message);
}

static int64_t
number(const char *text)
{
	sqlite3_stmt *s;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db.handle, text, -1, &s, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db.handle));
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void
fresh(void)
{
	struct err e = ERR_NONE;

	db_close(&db);
	unlink(path);
	db = (struct db){ .handle = NULL };
	if (!db_open(&db, path, &e))
		die(e.text);
}

static void
capture(const char *column, const char *hash, const char *key, int at)
{
	char text[1000];

	snprintf(text, sizeof text, "INSERT INTO sample(%s) VALUES('%s')", column, hash);
	sql(text);
	snprintf(text, sizeof text,
	    "INSERT INTO sighting(event_key, sample_id, source, profile, honeypot, "
	    "action, event_at, "
	    "collected_at, seen_at) SELECT '%s', id, 'main', 'cowrie', 'Cowrie', "
	    "'download', %d, %d, %d "
	    "FROM sample WHERE %s = '%s'",
	    key, at, at, at, column, hash);
	sql(text);
}

/* The answer to the lookup of this value: found, with all three hashes. */
static void
answer(const char *value, int64_t now)
{
	struct report r = { .verdict = "malicious",
		.size = 77,
		.last_analysis_at = 1000,
		.first_submission_at = 900,
		.stats = { .malicious = 9, .undetected = 60 } };
	struct err e = ERR_NONE;
	struct lookup l;
	struct kept_answer a = { &l, &r, true, &BODY, &PACKED, now };
	char text[200];

	hash_parse(&r.sha256, SHA256, 64);
	hash_parse(&r.sha1, SHA1, 40);
	hash_parse(&r.md5, MD5, 32);
	snprintf(text, sizeof text, "SELECT id FROM lookup WHERE value = '%s'", value);
	if (!db_begin(&db, &e) || !store_lookup(&db, number(text), &l, &e) ||
	    !store_answer(&db, &a, &e) || !db_commit(&db, &e))
		die(e.text);
}

static void
not_found(const char *value, int64_t now)
{
	struct err e = ERR_NONE;
	struct lookup l;
	struct kept_answer a = { &l, NULL, true, &BODY, &PACKED, now };
	char text[200];

	snprintf(text, sizeof text, "SELECT id FROM lookup WHERE value = '%s'", value);
	if (!db_begin(&db, &e) || !store_lookup(&db, number(text), &l, &e) ||
	    !store_answer(&db, &a, &e) || !db_commit(&db, &e))
		die(e.text);
}

static void
check_one_file(const char *words)
{
	printf("# %s\n", words);
	is_int(number("SELECT count(*) FROM sample"), 1, "one sample");
	is_int(number("SELECT count(*) FROM sample WHERE sha256='" SHA256
		      "' AND md5='" MD5 "' AND sha1='" SHA1 "' AND size=77"),
	    1, "with all hashes");
	is_int(number("SELECT captures FROM sample"), 2, "both captures, each once");
	is_int(
	    number(
		"SELECT count(*) FROM sighting WHERE sample_id=(SELECT id FROM sample)"),
	    2, "both sightings");
	is_int(number("SELECT first_seen FROM sample"), 100, "the earlier first capture");
	is_int(number("SELECT last_seen FROM sample"), 200, "the later last capture");
	is_int(number("SELECT count(*) FROM lookup"), 1, "one lookup");
	is_int(number("SELECT count(*) FROM lookup WHERE value='" SHA256
		      "' AND outcome='found'"),
	    1, "by its SHA-256");
	is_int(number("SELECT count(*) FROM post WHERE replaced_by IS NULL"), 1,
	    "one post stays");
	is_int(number("SELECT count(*) FROM analysis WHERE sample_id <> (SELECT id FROM "
		      "sample)"),
	    0, "all answers belong to it");
	is_int(number("SELECT count(*) FROM analysis a WHERE NOT EXISTS "
		      "(SELECT 1 FROM lookup l WHERE l.id = a.lookup_id)"),
	    0, "and to its lookup");
}

static void
test_md5_first(void)
{
	fresh();
	capture("md5", MD5, "k1", 100);
	answer(MD5, 500);
	is_int(number("SELECT count(*) FROM sample WHERE sha256='" SHA256 "'"), 1,
	    "an answer joins the SHA-256 to an MD5");
	capture("sha256", SHA256, "k2", 200);
	check_one_file("MD5 answered, then the SHA-256 is captured");
}

static void
test_both_wait(const char *first)
{
	fresh();
	capture("md5", MD5, "k1", 100);
	capture("sha256", SHA256, "k2", 200);
	is_int(
	    number("SELECT count(*) FROM sample"), 2, "two samples before anyone knows");
	answer(first, 500);
	check_one_file(first);
}

static void
test_both_published(void)
{
	fresh();
	capture("md5", MD5, "k1", 100);
	not_found(MD5, 300);
	capture("sha256", SHA256, "k2", 200);
	sql("UPDATE post SET state='done', token=token+1, wp_id=5, published_at=350, "
	    "content_hash='x'");
	/* The SHA-256 was published before VirusTotal told its MD5. */
	not_found(SHA256, 400);
	sql("UPDATE post SET state='done', token=token+1, wp_id=6, published_at=340, "
	    "content_hash='y' "
	    "WHERE key='" SHA256 "'");
	answer(SHA256, 500);
	check_one_file("both with posts already published");
	is_int(number("SELECT wp_id FROM post WHERE replaced_by IS NULL"), 6,
	    "the post that was published first stays");
	is_int(
	    number("SELECT count(*) FROM post WHERE wp_id=5 AND wanted='withdraw' AND "
		   "state='pending' AND replaced_by=(SELECT id FROM post WHERE wp_id=6)"),
	    1, "the other is withdrawn");
	sql("UPDATE post SET state='pending'");
	is_int(number("SELECT count(*) FROM post WHERE wanted='withdraw'"), 1,
	    "requeueing all posts does not bring it back");
}

static void
test_same_answer(void)
{
	fresh();
	capture("sha256", SHA256, "k1", 100);
	answer(SHA256, 500);
	is_int(number("SELECT count(*) FROM analysis"), 1, "the first answer is kept");
	sql("UPDATE post SET state='done', token=token+1, content_hash='x'");
	answer(SHA256, 600);
	is_int(number("SELECT count(*) FROM analysis"), 1, "an equal answer adds none");
	is_int(number("SELECT fetched_at FROM analysis"), 600, "it only says when");
	is_int(number("SELECT count(*) FROM post WHERE state='done'"), 1,
	    "and makes no post");
	not_found(SHA256, 700);
	is_int(number("SELECT count(*) FROM analysis"), 2,
	    "a different answer is kept beside");
	is_int(
	    number(
		"SELECT count(*) FROM post WHERE state='pending' AND content_hash='x'"),
	    1, "and makes the post pending, knowing what the site holds");
}

/* A saved report, found with all three hashes. */
static void
import(void)
{
	struct report r = { .verdict = "malicious", .last_analysis_at = 1000 };
	struct import_answer a = { .provider = "virustotal",
		.report = &r,
		.body = &BODY,
		.date = 1000,
		.now = 2000 };
	struct err e = ERR_NONE;
	enum imported how;

	hash_parse(&r.sha256, SHA256, 64);
	hash_parse(&r.sha1, SHA1, 40);
	hash_parse(&r.md5, MD5, 32);
	if (!db_begin(&db, &e) || !store_import(&db, &a, &how, &e) || !db_commit(&db, &e))
		die(e.text);
	ok(how == IMPORT_ADDED, "a saved report is added");
}

static void
test_import(void)
{
	fresh();
	sql("INSERT INTO sample(sha1, md5) VALUES('00000000000000000000000000000000000000c1', '" MD5
	    "')");
	import();
	is_int(number("SELECT count(*) FROM sample WHERE sha256 IS NULL"), 1,
	    "not to a file that only has the same MD5");
	is_int(number("SELECT count(*) FROM sample WHERE sha256 = '" SHA256 "'"), 1,
	    "... which is another one");
	fresh();
	sql("INSERT INTO sample(md5) VALUES('" MD5 "')");
	import();
	is_int(number("SELECT count(*) FROM sample"), 1,
	    "but to one of which nothing else is known");
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	test_md5_first();
	test_both_wait(MD5);
	test_both_wait(SHA256);
	test_both_published();
	test_same_answer();
	test_import();
	db_close(&db);
	unlink(path);
	return done_testing();
}
