/*
 * test_sample_facts.c - what a post tells, read from a database with captures and answers of every kind.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "publisher/posts/sample/store.h"
#include "tests/unit/tap.h"

#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define NOW 1764158400
#define TLSH "32842BBBE78511F62A1CFDB25A115582ACC50C0DCA973E84BAA794F163CF5F4A2810F7"

static char path[] = "/tmp/potpress-facts-XXXXXX";
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

/* The n-th capture, an hour after the one before. */
static void
capture(int n, const char *honeypot, const char *sensor, const char *country,
    const char *url, const char *name)
{
	char *text = sqlite3_mprintf(
	    "INSERT INTO sighting (event_key, sample_id, source, profile, "
	    "honeypot, sensor, action, src_ip, src_country, url, file_name, "
	    "event_at, collected_at, seen_at) VALUES ('1-%d', 1, 'main', "
	    "'cowrie', %Q, %Q, 'download', '198.51.100.%d', %Q, %Q, %Q, %d, "
	    "%d, %d)",
	    n, honeypot, sensor, n, country, url, name, 3600 * n, 3600 * n + 30,
	    3600 * n);

	sql(text);
	sqlite3_free(text);
}

static void
fill(void)
{
	struct err e = ERR_NONE;

	if (!db_open(&db, path, &e))
		die(e.text);
	sql("INSERT INTO sample (sha256, sha1) VALUES ('" SHA256 "', '" SHA1 "')");
}

static bool
facts(struct sample_facts *f, struct err *e)
{
	static char host[] = "host-a: Tokyo", longer[] = "host-ab:Kyoto", key[] = SHA256;
	static char *names[] = { longer, host };
	const struct list sensors = { .items = names, .count = 2 };
	const struct post_row row = { .sample_id = 1, .key = key };

	return sample_facts_read(&db, &row, NOW, &sensors, f, e);
}

static void
test_unanswered(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	ok(!facts(&f, &e) && e.fault == FAULT_REJECT,
	    "without an answer there is nothing to publish");
	sample_facts_done(&f);
}

static void
test_by_hand(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "VALUES (1, 1, 77, 'not_found', 'unknown')");
	ok(facts(&f, &e),
	    "a file that nobody captured and nobody knows can be published");
	is_int(f.captures, 0, "no captures");
	ok(f.first_seen == -1 && f.last_seen == -1 && f.first_collected_at == -1,
	    "... and so no dates of them");
	ok(f.last_analysis_at == -1 && f.first_submission_at == -1 && f.size == -1 &&
		f.label == NULL,
	    "what the answer does not say is not known");
	is_int(f.fetched_at, 77, "the answer has its date");
	is_int(f.verdict, VERDICT_UNKNOWN, "... and its verdict");
	is_int(f.now, NOW, "captures are counted now");
	sample_facts_done(&f);
}

static void
test_captured(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;
	char url[64];

	for (int n = 1; n <= 12; n++) {
		snprintf(url, sizeof url, "http://198.51.100.7/%d", n);
		capture(n, n % 3 ? "Cowrie" : "H0neytr4p", n == 12 ? "host-a" : "host-b",
		    n == 5 ? NULL : "NL", n == 4 ? NULL : url, n < 9 ? "x.sh" : "y.sh");
	}
	ok(facts(&f, &e), "a captured file can be published");
	is_int(f.captures, 12, "captures");
	is_int(f.first_seen, 3600, "the first of them");
	is_int(f.last_seen, 12 * 3600, "the last of them");
	is_int(f.first_collected_at, 3630, "when we had the first");
	is_int((int64_t)f.row_count, 12, "rows");
	is_int(f.rows[0].seen_at, 12 * 3600, "... newest first");
	is_text(f.rows[0].sensor, "Tokyo", "a sensor with a public name is named");
	is_text(f.rows[1].sensor, NULL, "... and no other");
	is_int(f.urls_total, 11, "URLs");
	is_int((int64_t)f.url_count, SAMPLE_ROWS_MAX, "... are limited");
	is_text(f.urls[0], "http://198.51.100.7/12", "... newest first");
	is_int(f.honeypots_total, 2, "honeypots");
	is_text(f.honeypots[0], "Cowrie", "... most captures first");
	is_int((int64_t)f.name_count, 2, "names");
	is_text(f.names[0], "x.sh", "... the most common first");
	is_int(f.country_count, 1, "the country");
	is_text(f.countries[0].code, "NL", "... by its code");
	is_int(f.countries[0].addresses, 11, "... with its addresses");
	is_int(f.address_count, 12, "source addresses");
	ok(f.downloads == 12 && f.uploads == 0, "how it came");
	is_int(f.scanned, 12, "captures looked at");
	is_int(f.names_total, 2, "names in all");
	sample_facts_done(&f);
}

static void
test_answered(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "pua, malicious, "
	    "suspicious, undetected, harmless, timeout, failure, type_unsupported, "
	    "last_analysis_at, "
	    "first_submission_at, label, category, family, family_source, family_count, "
	    "type_description, magic, size, meaningful_name, tags, engines, "
	    "distributors, test_file, cve, detections, tlsh) VALUES "
	    "(1, 1, 99, 'found', 'malicious', 1, 40, 3, 20, 1, 5, 6, 7, 88, 66, "
	    "'trojan.mirai', 'trojan', "
	    "'mirai', 'vote', 9, 'ELF', 'ELF 32-bit', 12345, 'x', '[\"elf\"]', "
	    "'[[\"A\",\"B\"]]', "
	    "'no JSON', 1, 'CVE-2021-4034', '[[\"yara\",\"A\",\"B\"]]', '" TLSH "')");
	ok(facts(&f, &e), "the newest answer is told");
	is_int(f.verdict, VERDICT_MALICIOUS, "its verdict");
	is_int(f.detections, 40, "engines that say malicious");
	is_int(f.verdicts, 64,
	    "engines that gave a verdict: no timeout, failure or unsupported type");
	is_int(f.suspicions, 3, "engines that say suspicious");
	ok(f.pua && f.test_file, "its flags");
	is_text(f.cve, "CVE-2021-4034", "the vulnerability it exploits");
	is_int(cJSON_GetArraySize(f.others), 1, "rules and sandboxes");
	is_int(f.gone_at, 0, "VirusTotal has it");
	ok(f.fetched_at == 99 && f.last_analysis_at == 88 && f.first_submission_at == 66,
	    "its dates");
	ok(f.size == 12345 && f.family_count == 9, "its numbers");
	is_text(f.label, "trojan.mirai", "label");
	is_text(f.category, "trojan", "category");
	is_text(f.family, "mirai", "family");
	is_text(f.type, "ELF", "type");
	is_text(f.magic, "ELF 32-bit", "magic");
	is_text(f.vt_name, "x", "name");
	is_text(f.tlsh, "T1" TLSH, "the digest for similar files");
	is_int(cJSON_GetArraySize(f.engines), 1, "engines");
	is_int(cJSON_GetArraySize(f.vt_tags), 1, "tags");
	ok(f.distributors == NULL, "a list that cannot be read is left out");
	sample_facts_done(&f);
}

static void
test_gone(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "VALUES (1, 1, 111, 'not_found', 'unknown')");
	ok(facts(&f, &e), "a file whose record is gone from VirusTotal keeps its post");
	is_int(f.verdict, VERDICT_MALICIOUS, "... with the last verdict");
	is_int(f.fetched_at, 99, "... of its date");
	is_int(f.gone_at, 111, "... and since when the record is gone");
	ok(f.history_count == 1 && f.history[0].at == 88 &&
		f.history[0].detections == 40 && f.history[0].verdicts == 64,
	    "its analyses are told");
	sample_facts_done(&f);
}

static void
test_another_provider(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("INSERT INTO lookup (provider, value, sample_id) VALUES ('other', '" SHA256
	    "', 1)");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, 1, 120, 'found', 'known_good' FROM lookup WHERE provider = 'other'");
	ok(facts(&f, &e) && f.verdict == VERDICT_MALICIOUS,
	    "the answer of another provider is no verdict");
	sample_facts_done(&f);
}

static void
test_listed(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("INSERT INTO lookup (provider, value, sample_id) VALUES ('malwarebazaar', "
	    "'" SHA256 "', 1)");
	ok(facts(&f, &e) && f.listed_at == 0, "nobody has asked whether it is listed");
	sample_facts_done(&f);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, 1, 121, 'not_found', 'unknown' FROM lookup WHERE provider = "
	    "'malwarebazaar'");
	ok(facts(&f, &e) && f.listed_at == 0, "it is not listed");
	sample_facts_done(&f);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "label) SELECT id, 1, 122, 'found', 'malicious', 'Gafgyt' FROM lookup WHERE "
	    "provider = 'malwarebazaar'");
	ok(facts(&f, &e) && f.listed_at == 122, "it is listed");
	is_text(f.listed_as, "Gafgyt", "... by this name");
	is_text(f.label, "trojan.mirai", "... which is not VirusTotal's");
	sample_facts_done(&f);
}

/* So many that reading them all would show. */
static void
test_many_captures(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 10200) "
	    "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, "
	    "src_ip, src_country, event_at, collected_at, seen_at) "
	    "SELECT '1-' || i, 1, 'main', 'cowrie', 'Adbhoney', 'upload', "
	    "'198.51.' || (i / 256) || '.' || (i % 256), 'VN', 900000 + i, 900000 + i, 900000 + i "
	    "FROM n");
	ok(facts(&f, &e), "a file with many captures can be published");
	is_int(f.captures, 12 + 10101, "all captures are counted");
	is_int(f.first_seen, 3600, "... from the first");
	is_int(f.first_collected_at, 3630, "... as we had it");
	is_int(f.scanned, SAMPLE_SCAN_MAX, "lists are made of the newest");
	ok(f.country_count == 1 && f.downloads == 0, "... and of no others");
	is_int((int64_t)f.row_count, SAMPLE_CAPTURES_MAX, "the newest are shown");
	sample_facts_done(&f);
}

/* An address that was cut and comes again cannot be recognised. */
static void
test_cut_sources(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	ok(facts(&f, &e) && !f.addresses_cut, "whole addresses are counted exactly");
	sample_facts_done(&f);
	sql("UPDATE sighting SET src_cut = 1, src_ip = '198.51.100.0/24' "
	    "WHERE id = (SELECT max(id) FROM sighting WHERE sample_id = 1)");
	ok(facts(&f, &e) && f.addresses_cut, "with cut ones the number is a limit");
	sample_facts_done(&f);
}

/* A header that the client wrote may name anybody. */
static void
test_claimed_source(void)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	sql("DELETE FROM sighting; "
	    "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, "
	    "src_ip, src_country, src_asn, src_as_org, src_claimed, event_at, collected_at, "
	    "seen_at) VALUES ('1-c', 1, 'main', 'h0neytr4p', 'H0neytr4p', 'upload', "
	    "'192.0.2.9', 'JP', 64500, 'Framed', 1, 5, 5, 5)");
	ok(facts(&f, &e), "a capture whose source is only claimed can be published");
	ok(f.address_count == 0 && f.country_count == 0, "... and counts no source");
	ok(f.rows[0].claimed && f.rows[0].src_ip == NULL && f.rows[0].country == NULL &&
		f.rows[0].as_org == NULL && f.rows[0].asn == 0,
	    "... nor names one");
	sample_facts_done(&f);
}

static void
become_flood(const char *kind, const char *value)
{
	char *text = sqlite3_mprintf(
	    "INSERT INTO flood_count (source, date, kind, honeypot, value, files, first_at, "
	    "last_at) VALUES ('main', '2026-11-24', %Q, 'Cowrie', %Q, 50, 3600, 3600); "
	    "UPDATE flood_count SET files = 51, skipped = 1 WHERE value = %Q",
	    kind, value, value);

	sql(text);
	sqlite3_free(text);
}

static int64_t
posts_pending(void)
{
	struct err e = ERR_NONE;
	int64_t n = -1;

	db_one_int(
	    db_prepare(&db, "SELECT count(*) FROM post WHERE state = 'pending'", &e), &n,
	    &e);
	return n;
}

static void
check_urls(size_t listed, int64_t left_out, const char *words)
{
	struct sample_facts f;
	struct err e = ERR_NONE;

	ok(facts(&f, &e), words);
	is_int((int64_t)f.url_count, (int64_t)listed, "... so many URLs are listed");
	is_int(f.urls_total, (int64_t)listed, "... of as many");
	is_int(f.urls_left_out, left_out, "... and so many left out");
	sample_facts_done(&f);
}

/* Someone fetches an innocent shop through a honeypot, over and over. */
static void
test_flood(void)
{
	sql("DELETE FROM sighting; DELETE FROM kept");
	capture(1, "Cowrie", NULL, NULL, "http://shop.example/#item=1", NULL);
	capture(2, "Cowrie", NULL, NULL, "http://shop.example/?item=2", NULL);
	capture(3, "Cowrie", NULL, NULL, "http://shop.example/sale", NULL);
	capture(4, "Cowrie", NULL, NULL, "http://198.51.100.7/x.sh", NULL);
	sql("UPDATE sighting SET session = 's3' WHERE event_key = '1-3'");
	sql("UPDATE post SET state = 'done', token = token + 1");
	check_urls(4, 0, "before it is known as one");
	become_flood("url", "http://shop.example/");
	is_int(posts_pending(), 1,
	    "a flood: what was published about its first files is "
	    "written again");
	check_urls(2, 2, "a URL that many files came from");
	become_flood("session", "s3");
	check_urls(1, 3, "a session that brought many");
	sql("UPDATE post SET state = 'done', token = token + 1");
	become_flood("url", "http://shop.example/sal");
	is_int(posts_pending(), 0, "another flood changes nothing");
	capture(5, "Cowrie", NULL, NULL, "http://shop.example/new#1", NULL);
	become_flood("url", "http://shop.example/new");
	is_int(posts_pending(), 1, "one whose URLs differ behind # is known as well");
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		die("no temporary file");
	close(fd);
	unlink(path);
	fill();
	test_unanswered();
	test_by_hand();
	test_captured();
	test_answered();
	test_gone();
	test_another_provider();
	test_listed();
	test_many_captures();
	test_cut_sources();
	test_claimed_source();
	test_flood();
	db_close(&db);
	unlink(path);
	return done_testing();
}
