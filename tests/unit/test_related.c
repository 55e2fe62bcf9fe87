/*
 * test_related.c - which posts about files are related to a file, read from a database.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/host.h"
#include "publisher/posts/sample/store_related.h"
#include "tests/unit/with_db.h"

#define SITE "https://blog.example"
#define OWN 1000 /* newer than the others */
/* The second one is near the first, the others are not. */
#define TLSH "T1B8C21ABDC3FB1D5C9C3B0CA3672F6E489042702A9A514769E590C53789A9CF1BA3771C"
#define NEAR "T1B1C22ABDC3FB0D5C9C3B0CA2677B6E489042702ADA514769E590C53789AACF1BA3371C"
#define FAR "T1DC135B174FACD01D4B6B4CB98BB6B1F370C339075253E19537DD629EC83467AA2E9228"
#define FARTHER "T178B0928823B93806DE0162828A5FECCC2A1CBB12291D5FB8C1888995966F1625666826"

/* A public post about a file. */
static void
post(int id)
{
	sql("INSERT INTO sample (id, sha256) VALUES (%d, printf('%%064x', %d))", id, id);
	sql("INSERT INTO post (id, key, sample_id, slug, site, sent_title, link, published_at, state) "
	    "VALUES (%d, printf('%%064x', %d), %d, 'malware-%d', '" SITE
	    "', 'Post %d', '" SITE "/malware-%d/', 7, 'done')",
	    id, id, id, id, id, id);
}

static void
shows(int id, const char *kind, const char *value)
{
	sql("INSERT INTO shown (post_id, kind, value) VALUES (%d, '%s', '%s')", id, kind,
	    value);
}

/* What is read for a file with this family, URL and digest; NULL: it has none. */
static struct sample_facts
related(const char *family, const char *url, const char *tlsh)
{
	struct sample_facts f = { .verdict = VERDICT_MALICIOUS,
		.family = family != NULL ? strdup(family) : NULL,
		.tlsh = tlsh != NULL ? strdup(tlsh) : NULL };
	struct err e = ERR_NONE;

	if (url != NULL)
		f.urls[f.url_count++] = strdup(url);
	if (!sample_related_read(&db, OWN, SITE, &f, &e))
		die(e.text);
	return f;
}

static void
check_none(const char *family, const char *url, const char *tlsh, const char *what)
{
	struct sample_facts f = related(family, url, tlsh);

	is_int((int64_t)f.related_count, 0, what);
	sample_facts_done(&f);
}

static void
check_one(const char *family, const char *url, const char *tlsh, const char *what)
{
	struct sample_facts f = related(family, url, tlsh);

	is_int((int64_t)f.related_count, 1, what);
	sample_facts_done(&f);
}

static void
test_reasons(void)
{
	struct sample_facts f;

	db_fresh();
	post(OWN);
	for (int id = 2; id <= 4; id++)
		post(id);
	shows(OWN, "family", "mirai");
	shows(OWN, "host", "dl.example.net");
	shows(OWN, "tlsh", TLSH);
	shows(2, "family", "mirai");
	shows(2, "tlsh", FAR);
	shows(3, "host", "dl.example.net");
	shows(4, "tlsh", NEAR);
	shows(4, "family", "gafgyt");
	f = related("Mirai", "http://dl.example.net/x", TLSH);
	is_int((int64_t)f.related_count, 3, "a family, a host and a digest");
	is_text(f.related[0].title, "Post 3", "the host comes first");
	is_text(f.related[0].link, SITE "/malware-3/", "... with its link");
	is_text(f.related[0].host, "dl.example.net", "... and its reason");
	ok(!f.related[0].family && f.related[0].distance < 0, "... and no other");
	is_int(f.related[1].distance, 10, "then the digest that is close");
	ok(f.related[1].post_id == 4 && f.related[1].host == NULL && !f.related[1].family,
	    "... of another family");
	ok(f.related[2].post_id == 2 && f.related[2].family && f.related[2].distance < 0,
	    "then the family, whose digest is far");
	sample_facts_done(&f);
	check_none(NULL, NULL, NULL, "a file of which nothing is known has none");
	check_none("xmrig", "http://other.example.net/x", FARTHER, "nor one by itself");
	check_one(NULL, NULL, FAR, "a digest is equal to itself");
}

static void
test_order(void)
{
	struct sample_facts f;

	db_fresh();
	post(OWN);
	for (int id = 2; id <= 20; id++)
		post(id);
	for (int id = 2; id <= 20; id++)
		shows(id, "family", "mirai");
	shows(5, "host", "dl.example.net");
	shows(6, "tlsh", NEAR);
	shows(7, "tlsh", TLSH);
	f = related("mirai", "http://dl.example.net/x", TLSH);
	is_int((int64_t)f.related_count, SAMPLE_CANDIDATES_MAX,
	    "as many as there is room for");
	is_int(f.related[0].post_id, 5, "two reasons are better than one");
	ok(f.related[0].family && f.related[0].host != NULL, "... and both are told");
	is_int(f.related[1].post_id, 7, "the nearer of two digests");
	is_int(f.related[2].post_id, 6, "... before the other");
	is_int(f.related[3].post_id, 20, "the newer of two that are equal");
	is_int(f.related[4].post_id, 19, "... before the older");
	sample_facts_done(&f);
}

static void
test_public_posts_alone(void)
{
	static const char *const WAYS[] = { "wanted = 'withdraw'", "link = NULL",
		"site = 'https://older.example'", "state = 'skipped', token = token + 1",
		"replaced_by = 1000", "kind = 'digest'", "sent_title = NULL" };

	for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
		db_fresh();
		post(OWN);
		post(2);
		shows(2, "family", "mirai");
		check_one("mirai", NULL, NULL, "a public post");
		sql("UPDATE post SET %s WHERE id = 2", WAYS[i]);
		check_none("mirai", NULL, NULL, WAYS[i]);
	}
	db_fresh();
	post(OWN);
	post(2);
	shows(2, "family", "mirai");
	sql("INSERT INTO noise VALUES (printf('%%064x', 2), 'noise')");
	check_none("mirai", NULL, NULL, "a file that is noise is not related");
	sql("UPDATE noise SET hash = printf('%%064x', 1000) WHERE reason = 'noise'");
	check_none("mirai", NULL, NULL, "... nor has it related ones");
	sql("DELETE FROM noise WHERE reason = 'noise'");
	check_one("mirai", NULL, NULL, "... until it is none");
	sql("DELETE FROM sample WHERE id = 2");
	check_none("mirai", NULL, NULL, "a file that was forgotten");
	is_int(number("SELECT count(*) FROM shown"), 0, "... leaves nothing");
}

static void
test_spellings(void)
{
	char name[] = "http://evil.example/x", root[] = "http://EVIL.example.:80/y";
	char *urls[] = { name, root };
	struct sample_facts f = { .url_count = 2 };
	struct sample_host hosts[SAMPLE_ROWS_MAX];

	memcpy(f.urls, urls, sizeof urls);
	is_int((int64_t)sample_hosts(&f, hosts), 1, "two spellings of one host");
	is_text(hosts[0].name, "evil.example", "... are listed once");
}

static void
test_hosts(void)
{
	static const char *const SAME[] = { "http://dl.example.net/x",
		"HTTPS://user:pw@DL.Example.NET:8080/y?z#a", "ftp://dl.example.net",
		"tftp://dl.example.net.:69/x" };
	static const char *const OTHER[] = { "dl.example.net/x",
		"http://example.net/dl.example.net", "http://evil.dl.example.net/",
		"http://dl.example.net@198.51.100.9/", "http://dl.exampl\u0435.net/",
		"http://", "http://[", "http://[]", "" };
	static const char *const NOBODY[] = { "localhost", "127.0.0.1", "10.0.0.1",
		"192.168.1.1", "172.16.5.5", "169.254.1.1", "0.0.0.0", "255.255.255.255",
		"[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "127.1", "0x7f.1",
		"intern", "2130706433" };
	char url[100];

	db_fresh();
	post(OWN);
	post(2);
	shows(2, "host", "dl.example.net");
	for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
		check_one(NULL, SAME[i], NULL, SAME[i]);
	for (size_t i = 0; i < sizeof OTHER / sizeof OTHER[0]; i++)
		check_none(NULL, OTHER[i], NULL, OTHER[i]);
	shows(2, "host", "198.51.100.7");
	check_one(NULL, "http://198.51.100.7:81/", NULL, "an address");
	shows(2, "host", "2001:db8::7");
	check_one(NULL, "http://[2001:DB8:0::7]:81/", NULL, "an address of version 6");
	for (size_t i = 0; i < sizeof NOBODY / sizeof NOBODY[0]; i++) {
		shows(2, "host", NOBODY[i]);
		snprintf(url, sizeof url, "http://%s/x", NOBODY[i]);
		check_none(NULL, url, NULL, NOBODY[i]);
	}
}

/* Such as one where everybody can put files. */
static void
test_a_host_of_everybody(void)
{
	char family[20];

	db_fresh();
	post(OWN);
	for (int id = 2; id <= 6; id++) {
		post(id);
		snprintf(family, sizeof family, "family%d", id);
		shows(id, "family", family);
		shows(id, "host", "files.example.net");
	}
	for (int id = 7; id <= 9; id++) {
		post(id);
		shows(id, "host", "files.example.net");
	}
	{
		struct sample_facts f =
		    related("family2", "http://files.example.net/x", NULL);

		is_int((int64_t)f.related_count, 8, "a host with files of five families");
		sample_facts_done(&f);
	}
	post(10);
	shows(10, "family", "a sixth");
	shows(10, "host", "files.example.net");
	check_none(
	    NULL, "http://files.example.net/x", NULL, "... of six relates nothing");
	check_one(
	    "family2", "http://files.example.net/x", NULL, "... and other reasons stay");
}

static void
test_kinds_of_files(void)
{
	struct err e = ERR_NONE;
	struct sample_facts f = { .verdict = VERDICT_SUSPICIOUS };

	db_fresh();
	post(OWN);
	post(2);
	post(3);
	shows(2, "family", "mirai");
	shows(3, "host", "dl.example.net");
	f.family = strdup("mirai");
	f.urls[f.url_count++] = strdup("http://dl.example.net/x");
	ok(sample_related_read(&db, OWN, SITE, &f, &e) && f.related_count == 1 &&
		f.related[0].post_id == 3,
	    "a name that few engines give is no family");
	sample_related_done(&f.related[0]);
	f.related_count = 0;
	f.verdict = VERDICT_KNOWN_GOOD;
	ok(sample_related_read(&db, OWN, SITE, &f, &e) && f.related_count == 0,
	    "known software comes from anywhere");
	f.verdict = VERDICT_MALICIOUS;
	f.test_file = true;
	ok(sample_related_read(&db, OWN, SITE, &f, &e) && f.related_count == 0,
	    "a test file is related to nothing");
	sample_facts_done(&f);
}

/* Whatever is in the table. */
static void
test_hostile(void)
{
	db_fresh();
	post(OWN);
	post(2);
	shows(2, "tlsh", "T1");
	shows(2, "tlsh", "<b>");
	shows(2, "host", "");
	shows(2, "family", "");
	check_none("", "http:///x", TLSH, "broken values relate nothing");
	check_none(
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	    NULL, NULL, "nor does a family that is too long");
}

int
main(void)
{
	db_directory_make();
	test_reasons();
	test_order();
	test_public_posts_alone();
	test_spellings();
	test_hosts();
	test_a_host_of_everybody();
	test_kinds_of_files();
	test_hostile();
	db_directory_remove();
	return done_testing();
}
