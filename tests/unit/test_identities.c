/*
 * test_identities.c - what must never leave, in the database: who told it, and which posts were searched.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/answers.h"
#include "common/outgoing/hold.h"
#include "common/outgoing/identities.h"
#include "common/outgoing/ways.h"
#include "tests/unit/with_db.h"

#define NOW 1764158400

static struct gate *gate;

static void
learn(const char *source, const char *value)
{
	struct err e = ERR_NONE;

	if (!identities_learn(&db, source, value, NOW, &e))
		die(e.text);
}

static void
own(char *a, char *b)
{
	char *items[] = { a, b };
	const struct list list = { .items = items, .count = b != NULL ? 2 : 1 };
	struct err e = ERR_NONE;

	if (!identities_own(&db, &list, NOW, &e))
		die(e.text);
}

static void
source_is(const char *value, const char *source, const char *behaviour)
{
	is_text(words("SELECT source FROM sensor_identity WHERE value = '%s'", value),
	    source, behaviour);
}

/* What leaves of a text. */
static void
leaves(const char *text, const char *want, const char *behaviour)
{
	auto_buf out = BUF_INIT(GATE_TEXT_MAX);

	gate_pass(gate, text, GATE_TEXT_MAX, &out);
	is_text(buf_text(&out), want, behaviour);
}

static void
test_sources(void)
{
	static char word[] = "lab-7", address[] = "203.0.113.10",
		    network[] = "10.9.0.0/16";

	db_fresh();
	own(word, address);
	learn("main", address);
	learn("main", "host-a");
	learn("main", "HOST-A");
	is_int(number("SELECT count(*) FROM sensor_identity"), 3,
	    "each is known once, in any case");
	source_is("203.0.113.10", "main", "what T-Pot tells as well is T-Pot's");
	own(network, NULL);
	source_is("lab-7", "", "what left the operator's list is private no more");
	source_is("203.0.113.10", "main", "... unless T-Pot told it");
	is_text(words("SELECT group_concat(kind) FROM (SELECT kind FROM sensor_identity "
		      "ORDER BY value)"),
	    "address,address,name", "addresses and networks are told from names");
}

static void
test_gate_knows(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	learn("main", "203.0.113.10");
	learn("main", "host-a");
	ok(identities_load(&db, gate, &e), "all are loaded");
	leaves("203.0.113.10 host-a", "*** ***", "... and do not leave");
}

static void
test_searched(void)
{
	static char word[] = "lab-7", other[] = "lab-8";
	struct identity_list fresh = { .items = NULL };
	struct err e = ERR_NONE;

	db_fresh();
	learn("main", "203.0.113.10");
	own(word, NULL);
	ok(identities_fresh(&db, gate, &fresh, &e) && fresh.count == 2,
	    "what is new is searched for");
	leaves("203.0.113.10 lab-7", "*** ***", "... all of it");
	learn("main", "host-a");
	ok(identities_searched(&db, &fresh, &e), "a search ends");
	ok(identities_fresh(&db, gate, &fresh, &e) && fresh.count == 1,
	    "what was learned meanwhile is searched for next");
	leaves("203.0.113.10 host-a", "203.0.113.10 ***", "... alone");
	own(other, NULL);
	ok(identities_searched(&db, &fresh, &e), "that search ends");
	is_text(
	    words(
		"SELECT group_concat(value) FROM (SELECT value FROM guarded ORDER BY value)"),
	    "203.0.113.10,host-a", "what is private no more is forgotten");
	ok(identities_fresh(&db, gate, &fresh, &e) &&
		identities_searched(&db, &fresh, &e),
	    "the last one ends");
	ok(identities_fresh(&db, gate, &fresh, &e) && fresh.count == 0,
	    "then nothing is new");
	identities_done(&fresh);
}

/* The file that says this text. */
static const char *
file(const char *text)
{
	static struct hash h;

	hash_bytes(&h, HASH_SHA256, text, strlen(text));
	return h.hex;
}

static void
captured(const char *sha256)
{
	sql("INSERT INTO sample (sha256) VALUES ('%s')", sha256);
}

static const char *
state_of(const char *sha256)
{
	return words("SELECT state FROM lookup WHERE value = '%s'", sha256);
}

static void
test_noise(void)
{
	static const char *const ANSWERS[] = { "203.0.113.10", "203.0.113.10\n",
		"203.0.113.10\r\n", "{\"ip\":\"203.0.113.10\"}",
		"{\n  \"origin\": \"203.0.113.10\"\n}\n", "host-a\n" };
	static const enum hash_kind KINDS[] = { HASH_MD5, HASH_SHA1 };
	static const char *const COLUMNS[] = { "md5", "sha1" };
	struct err e = ERR_NONE;
	struct hash other;

	db_fresh();
	captured(file("203.0.113.10\n"));
	sql("INSERT INTO post (kind, key, slug) VALUES ('sample', '%s', 's')",
	    file("203.0.113.10\n"));
	captured(file("203.0.113.11\n"));
	learn("main", "203.0.113.10");
	learn("main", "host-a");
	is_text(state_of(file("203.0.113.10\n")), "skipped",
	    "a file that is nothing but an address learned later is not looked up");
	is_text(words("SELECT wanted FROM post"), "withdraw",
	    "... and its post is withdrawn");
	sql("UPDATE lookup SET state = 'pending'");
	is_text(state_of(file("203.0.113.10\n")), "skipped",
	    "... also when all rows are requeued");
	is_text(words("SELECT last_error FROM lookup WHERE state = 'skipped'"),
	    "by rule: nothing but an address or name of ours", "... with the reason");
	is_text(
	    state_of(file("203.0.113.11\n")), "pending", "another address is looked up");
	for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
		captured(file(ANSWERS[i]));
		ok(strcmp(state_of(file(ANSWERS[i])), "pending") != 0,
		    "a file that says nothing but an identity is noise");
	}
	for (size_t i = 0; i < 2; i++) {
		hash_bytes(&other, KINDS[i], "203.0.113.10\n", 13);
		sql("INSERT INTO sample (%s) VALUES ('%s')", COLUMNS[i], other.hex);
		is_text(state_of(other.hex), "", "... by each of its hashes");
	}
	sql("INSERT INTO sensor_identity VALUES ('host-b', 'name', 'main', 0)");
	captured(file("host-b"));
	ok(identities_make_noise(&db, &e),
	    "rows written by hand are hashed at the next start");
	is_text(
	    state_of(file("host-b")), "skipped", "... and their files are noise as well");
}

static void
test_places(void)
{
	static const char *const TELL[] = { "http://ifconfig.me/",
		"https://api.ipify.org?format=json",
		"http://169.254.169.254/latest/meta-data/public-ipv4",
		"http://10.0.0.5/x", "http://127.1/", "http://0x7f000001/",
		"http://[::1]:80/", "http://[fe80::1%25eth0]/", "localhost/x",
		"http://LOCALHOST:8080", "http://metadata.google.internal/",
		"http://httpbin.org/ip", "http://192.168.1.1/a",
		"http://[::ffff:10.0.0.1]/", "http://u:p@ipinfo.io./ip",
		"http://198.51.100.7/latest/meta-data/",
		"ifconfig.me/?x=http://evil.example/", "ifconfig.me?://evil.example",
		"http:///ifconfig.me/", "http:/ifconfig.me" };
	static const char *const SILENT[] = { "", "http://198.51.100.7/x.sh",
		"http://notifconfig.me/", "http://httpbin.org/bytes/9",
		"http://11.0.0.5/x", "http://evil.example/ifconfig.me",
		"http://[2001:db8::1]/x", "http://ip.me.evil.example/",
		"http://ifconfig.me@evil.example/", "evil.example/?x=http://ifconfig.me/",
		"evil.example:80/x" };

	for (size_t i = 0; i < sizeof TELL / sizeof TELL[0]; i++)
		ok(answers_tell(TELL[i]), TELL[i]);
	for (size_t i = 0; i < sizeof SILENT / sizeof SILENT[0]; i++)
		ok(!answers_tell(SILENT[i]), SILENT[i]);
}

static void
caught(int n, const char *url)
{
	struct err e = ERR_NONE;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, event_at, "
	    "collected_at, seen_at) VALUES ('k%d', 1, 'main', 'cowrie', 'Cowrie', 'download', 1, 1, 1)",
	    n);
	ok(hold_capture(&db, 1, url, &e), url != NULL ? url : "a capture without a URL");
}

static void
test_held_back(void)
{
	db_fresh();
	captured(file("anything"));
	caught(1, "http://ifconfig.me/");
	is_text(state_of(file("anything")), "skipped",
	    "a file from a place that tells its visitor's address is not looked up");
	caught(2, "http://ifconfig.me/");
	is_text(state_of(file("anything")), "skipped",
	    "... however often it is captured there");
	sql("UPDATE lookup SET state = 'pending'");
	is_text(
	    state_of(file("anything")), "skipped", "... nor when all rows are requeued");
	is_text(words("SELECT last_error FROM lookup"),
	    "by rule: from a service that reveals its visitor's address",
	    "... with the reason");
	caught(3, NULL);
	is_text(
	    state_of(file("anything")), "pending", "... until it comes from elsewhere");
	caught(4, "http://ifconfig.me/");
	is_text(state_of(file("anything")), "pending", "... and then it stays so");
	sql("DELETE FROM sample");
	captured(file("anything"));
	caught(5, "http://ifconfig.me/");
	sql("DELETE FROM sample");
	captured(file("anything"));
	is_int(number("SELECT count(*) FROM lookup"), 0,
	    "a file that was forgotten is still not looked up");
	caught(6, NULL);
	is_text(
	    state_of(file("anything")), "pending", "... until it comes from elsewhere");
}

/* What a person enters in noise. */
static void
test_noise_by_hand(void)
{
	char *sha256 = strdup(file("a greeting")), *md5 = strdup(file("a farewell"));

	db_fresh();
	md5[32] = '\0';
	captured(sha256);
	sql("UPDATE sample SET md5 = '%s'", md5);
	sql("UPDATE lookup SET state = 'leased', token = 7, owner = 'o', lease_until = 9");
	sql("INSERT INTO noise VALUES (upper('%s'), 'a greeting')", sha256);
	is_text(state_of(sha256), "skipped", "noise is not looked up any more");
	is_int(number("SELECT token FROM lookup"), 8,
	    "... and an answer that is on its way does not count");
	is_text(words("SELECT last_error FROM lookup"), "by rule: a greeting",
	    "... with the reason");
	sql("DELETE FROM noise WHERE hash = '%s'", sha256);
	is_text(state_of(sha256), "pending", "until it is no noise any more");
	is_text(words("SELECT coalesce(last_error, 'none') FROM lookup"), "none",
	    "... without the reason");
	sql("INSERT INTO noise VALUES ('%s', 'a greeting')", md5);
	is_text(state_of(sha256), "skipped", "any of the file's hashes will do");
	sql("UPDATE lookup SET state = 'pending'");
	is_text(state_of(sha256), "skipped", "... also when all rows are requeued");
	free(sha256);
	free(md5);
}

/* The hash of an own address is the address. */
static void
test_own_posts(void)
{
	db_fresh();
	captured(file("203.0.113.10\n"));
	sql("INSERT INTO post (kind, key, slug) VALUES ('sample', '%s', 's')",
	    file("203.0.113.10\n"));
	learn("main", "203.0.113.10");
	sql("UPDATE post SET wanted = 'publish', state = 'pending'");
	is_text(words("SELECT wanted || ' ' || state FROM post"), "withdraw pending",
	    "no word of a person publishes the hash of an address of ours");
	sql("DELETE FROM post");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, 1, 'not_found', 'unknown' FROM lookup");
	is_int(number("SELECT count(*) FROM analysis"), 1, "nor does an answer");
	is_int(number("SELECT count(*) FROM post"), 0, "... make a post of it");
}

static void
test_ways(void)
{
	char host[WAY_HOST_MAX], ours[IP_TEXT_MAX], told[IP_TEXT_MAX];
	struct err e = ERR_NONE;

	way_host("https://user@TPOT.example:64297/es/", host);
	is_text(host, "TPOT.example", "the host of a URL");
	way_host("[2001:db8::5]:9200", host);
	is_text(host, "2001:db8::5", "the host of connect_to");
	way_host("127.0.0.1:9200", host);
	is_text(host, "", "this machine is no identity");
	db_fresh();
	ok(ways_learn(&db, "https://198.51.100.9:64297", NOW, &e) &&
		ways_learn(&db, "127.0.0.5:1", NOW, &e) &&
		ways_learn(&db, "http://localhost:9200", NOW, &e) &&
		ways_learn(&db, NULL, NOW, &e),
	    "the ways to a service are learned");
	is_text(
	    words(
		"SELECT group_concat(value) FROM (SELECT value FROM sensor_identity ORDER BY value)"),
	    "127.0.0.5,198.51.100.9", "... but for this machine's own");
	ok(ways_differ(&db, "https://198.51.100.9:64297", ours, told, &e) &&
		told[0] == '\0',
	    "nothing differs where T-Pot told nothing");
	learn("main", "10.0.0.4");
	ok(ways_differ(&db, "https://198.51.100.9:64297", ours, told, &e) &&
		told[0] == '\0',
	    "... or only its internal address");
	learn("main", "203.0.113.10");
	ok(ways_differ(&db, "https://198.51.100.9:64297", ours, told, &e),
	    "another external address");
	is_text(told, "203.0.113.10", "... is named");
	is_text(ours, "198.51.100.9", "... beside the one that leads there");
	learn("main", "198.51.100.9");
	ok(ways_differ(&db, "https://198.51.100.9:64297", ours, told, &e) &&
		told[0] == '\0',
	    "nothing differs where T-Pot tells that one too");
}

/* A home connection gets another address while the collector runs. */
static void
test_peers(void)
{
	struct way_peer p = { .fresh = false };
	struct err e = ERR_NONE;

	db_fresh();
	ok(way_peer_learn(&p, &db, NOW, &e), "nothing was reached yet");
	way_peer_note(&p, "127.0.0.1");
	ok(way_peer_learn(&p, &db, NOW, &e), "this machine is reached");
	is_int(number("SELECT count(*) FROM sensor_identity"), 0, "... and no identity");
	way_peer_note(&p, "198.51.100.9");
	ok(p.fresh && way_peer_learn(&p, &db, NOW, &e), "another address is reached");
	way_peer_note(&p, "198.51.100.9");
	ok(!p.fresh, "... again");
	way_peer_note(&p, "2001:db8::9");
	ok(way_peer_learn(&p, &db, NOW, &e), "and another");
	is_text(
	    words(
		"SELECT group_concat(value) FROM (SELECT value FROM sensor_identity ORDER BY value)"),
	    "198.51.100.9,2001:db8::9", "... all of them are identities");
	is_text(words("SELECT DISTINCT source FROM sensor_identity"), "configuration",
	    "... of our configuration");
}

int
main(void)
{
	struct err e = ERR_NONE;

	db_directory_make();
	gate = gate_new(&e);
	test_sources();
	test_gate_knows();
	test_searched();
	test_noise();
	test_places();
	test_held_back();
	test_noise_by_hand();
	test_own_posts();
	test_ways();
	test_peers();
	gate_free(gate);
	db_directory_remove();
	return done_testing();
}
