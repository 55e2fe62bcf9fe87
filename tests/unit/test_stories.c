/*
 * test_stories.c - what is asked about sessions that brought files, and what is kept of the answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/store.h"
#include "collector/store/stories.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define SHA "5f1c8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d"
#define HIT(fields) \
	"{\"_source\":{\"@timestamp\":\"2026-11-20T05:00:00.000Z\"," fields "}}"
#define COWRIE(session, eventid, more) \
	HIT("\"session\":\"" session "\",\"eventid\":\"cowrie." eventid "\"" more)

static struct story_list
list_of(const char *const *sessions, size_t count)
{
	struct story_list list = { .count = count };

	for (size_t i = 0; i < count; i++)
		list.items[i].session = sessions[i];
	return list;
}

static void
read_hits(struct story_list *list, const char *honeypot, const char *hits)
{
	static char answer[1 << 20];
	struct err e = ERR_NONE;

	snprintf(answer, sizeof answer, "{\"timed_out\":false,\"hits\":{\"hits\":[%s]}}",
	    hits);
	ok(story_answer(list, readers_of(honeypot), answer, strlen(answer), &e),
	    "an answer is read");
}

static void
test_question(void)
{
	char quotes[] = "a\"b", plain[] = "c0ffee";
	char *const sessions[] = { quotes, plain };
	struct err e = ERR_NONE;

	for (const struct story_reader *r = story_readers; r->honeypot != NULL; r++) {
		auto_free char *body = story_body(r, sessions, 2, 5000, &e);
		auto_json *root =
		    body != NULL ? json_parse(body, strlen(body), &e) : NULL;

		int64_t size = 0;

		ok(root != NULL, r->honeypot);
		ok(json_int(root, "size", &size) && size == 5000,
		    "as many documents as the index gives");
		ok(body != NULL && strstr(body, "password") == NULL,
		    "no password is asked for");
	}
	ok(readers_of("Dionaea") == NULL, "not every honeypot has stories");
}

static void
test_cowrie(void)
{
	static const char *const SESSIONS[] = { "one", "two", "three" };
	struct story_list list = list_of(SESSIONS, 3);
	struct story *one = &list.items[0], *two = &list.items[1],
		     *three = &list.items[2];
	struct err e = ERR_NONE;

	read_hits(&list, "Cowrie",
	    COWRIE("one", "client.version", ",\"version\":\"SSH-2.0-Go\"") "," COWRIE(
		"one", "client.kex",
		",\"hassh\":\"0df0d56bb50c6b2426d8d40234bf1826\"") "," COWRIE("one",
		"login.failed", ",\"username\":\"admin\"") "," COWRIE("two",
		"login.failed", ",\"username\":\"b\"") "," COWRIE("one", "login.success",
		",\"username\":\"root\",\"password\":\"geheim\"") "," COWRIE("one",
		"command.input",
		",\"input\":\"uname -a\"") "," COWRIE("one", "command.input",
		",\"input\":\"uname -a\"") "," COWRIE("one", "command.input",
		",\"realm\":\"passwd\",\"input\":\"newsecret\"") "," COWRIE("one",
		"command.input",
		",\"input\":[\"a\\u0000\\ud800\\u0007\"]") "," COWRIE("one",
		"command.input",
		",\"input\":{\"no\":\"text\"}") "," COWRIE("stranger", "command.input",
		",\"input\":\"x\"") ",7," COWRIE("three", "login.success",
		",\"username\":\"root\",\"key\":\"ssh-rsa AAAA\"") "," COWRIE("one",
		"session.closed", ""));
	ok(one->in && !one->by_key && one->ended, "logged in with a password, and over");
	is_text(one->user, "root", "as root");
	is_int(one->tries, 2, "on the second try");
	is_text(one->client, "SSH-2.0-Go", "the client");
	is_text(one->hassh, "0df0d56bb50c6b2426d8d40234bf1826", "its HASSH");
	is_int(one->typed, 2,
	    "a document written twice counts once, what is typed into passwd never");
	auto_free char *commands = story_commands(one, &e);

	is_text(
	    commands, "[\"uname -a\",\"a\uFFFD\uFFFD\\u0007\"]", "the commands, cleaned");
	ok(!two->in && two->tries == 1 && !two->ended, "refused, and still open");
	is_text(two->user, "b", "the name of the last try");
	ok(three->in && three->by_key, "logged in with a key");
	ok(story_commands(three, &e) == NULL && e.fault == FAULT_NONE, "no commands");
	is_int((long long)list.hits, 14, "all hits are counted");
	story_list_done(&list);
}

static void
test_limits(void)
{
	static const char *const SESSIONS[] = { "s" };
	struct story_list list = list_of(SESSIONS, 1);
	static char hits[1 << 19], input[1200];
	struct err e = ERR_NONE;
	size_t len = 0;

	memset(input, '"', sizeof input - 1);
	for (size_t i = 1; i < sizeof input - 1; i += 2)
		input[i - 1] = '\\';
	input[sizeof input - 4] = '\0';
	for (int n = 0; n < 60; n++)
		len += (size_t)snprintf(hits + len, sizeof hits - len,
		    "%s{\"_source\":{\"@timestamp\":\"%d\",\"session\":\"s\",\"eventid\":"
		    "\"cowrie.command.input\",\"input\":\"%s\"}}",
		    n > 0 ? "," : "", n, input);
	read_hits(&list, "Cowrie", hits);
	auto_free char *commands = story_commands(&list.items[0], &e);
	auto_json *root = json_parse(commands, strlen(commands), &e);
	int64_t count = 0;

	for (const cJSON *i = NULL; (i = json_each(root, "", i));) {
		count++;
		if (strlen(i->valuestring) != STORY_TEXT_MAX)
			is_int((long long)strlen(i->valuestring), STORY_TEXT_MAX,
			    "each is cut");
	}
	is_int(count, STORY_COMMANDS_MAX, "so many are kept");
	is_int(list.items[0].typed, 60, "and all are counted");
	story_list_done(&list);
}

static void
test_others(void)
{
	static const char *const SESSIONS[] = { "c-1" };
	struct story_list list = list_of(SESSIONS, 1);

	read_hits(&list, "Log4pot",
	    HIT("\"correlation_id\":\"c-1\",\"reason\":\"request\",\"request_uri\":\"GET /?x HTTP/1.1\"") "," HIT(
		"\"correlation_id\":\"c-1\",\"reason\":\"exploit\",\"payload\":\"${jndi:x}\"") "," HIT("\"correlation_id\":\"c-1\",\"reason\":\"payload\",\"payload\":\"no\""));
	is_text(
	    list.items[0].request, "${jndi:x}", "the exploit says more than the request");
	story_list_done(&list);
	ok(!story_answer(&list, readers_of("Cowrie"), "<html>", 6, &(struct err)ERR_NONE),
	    "a page is no answer");
}

/* ---- the database */

static void
take(const char *document)
{
	struct hit_list hits = { .items = calloc(1, sizeof(struct hit)), .count = 1 };
	const struct cursor c = { .source = "main",
		.index = "logstash-2026.11.20",
		.uuid = "u",
		.position = -1,
		.checkpoint = 5 };
	const struct hit_page page = { .cursor = &c,
		.hits = &hits,
		.full = true,
		.up_to = 5,
		.stories = true,
		.cursor_stays = true,
		.now = NOW };
	const struct profile *chosen[PROFILES_MAX];
	const struct list names = { .items = NULL };
	struct page_counts counts = { .documents = 0 };
	struct err e = ERR_NONE;

	profile_choose(&names, chosen);
	hit_read(&hits.items[0], document, strlen(document), chosen, NOW);
	ok(store_page(&db, &page, &counts, &e), "a capture is stored");
	hit_list_done(&hits);
}

static void
capture(const char *session, int number)
{
	char document[600];

	snprintf(document, sizeof document,
	    "{\"_id\":\"%d\",\"_seq_no\":%d,\"_source\":{\"type\":\"Cowrie\",\"eventid\":"
	    "\"cowrie.session.file_download\",\"shasum\":\"" SHA
	    "\",\"session\":\"%s\","
	    "\"@timestamp\":\"2025-11-24T15:00:%02dZ\"}}",
	    number, number, session, number);
	take(document);
}

static void
test_store(void)
{
	static const char *const SESSIONS[] = { "s1" };
	struct story_list list = list_of(SESSIONS, 1);
	struct story_due due;
	struct err e = ERR_NONE;
	int64_t at, never = 0, later = NOW + 600;

	db_fresh();
	capture("s1", 1);
	ok(store_stories_next(&db, "main", &at, &e) && at == NOW,
	    "its session is due at once");
	ok(store_stories_due(&db, "main", NOW, 200, &due, &e), "it is found");
	is_int((long long)due.count, 1, "alone");
	is_text(due.honeypot, "Cowrie", "by honeypot");
	is_text(due.index, "logstash-2026.11.20", "and index");
	read_hits(&list, "Cowrie",
	    COWRIE("s1", "login.success", ",\"username\":\"root\"") "," COWRIE(
		"s1", "command.input", ",\"input\":\"id\""));
	ok(store_stories_told(&db, "main", &due, &list, &later, NOW, &e),
	    "what is told is stored");
	is_text(words("SELECT user_name || tries || commands || login FROM session"),
	    "root1[\"id\"]password", "as it was told");
	struct story_list none = { .count = 0 };

	ok(store_stories_told(&db, "main", &due, &none, &never, NOW, &e),
	    "nothing is told");
	is_text(words("SELECT user_name || looks || look_at FROM session"), "root20",
	    "what is known stays");
	store_stories_done(&due);
	story_list_done(&list);
	for (int n = 2; n <= 12; n++) {
		char session[16];

		snprintf(session, sizeof session, "s%d", n);
		capture(session, n);
	}
	is_int(number("SELECT count(*) FROM session"), STORY_CAPTURES_MAX,
	    "a file that comes again and again has the sessions of its first captures");
}

static void
test_request(void)
{
	db_fresh();
	take(
	    "{\"_id\":\"h\",\"_seq_no\":3,\"_source\":{\"type\":\"H0neytr4p\",\"payload_hash_md5\":"
	    "\"0123456789abcdef0123456789abcde0\",\"request_method\":\"POST\",\"request_uri\":\"/up.php\","
	    "\"header_user-agent\":\"python-requests/2.31\",\"@timestamp\":\"2025-11-24T15:00:00Z\"}}");
	is_text(words("SELECT request || ' ' || client || ' ' || look_at FROM session"),
	    "POST /up.php python-requests/2.31 0", "a request tells itself");
	is_int(
	    number(
		"SELECT count(*) FROM session n JOIN sighting s ON n.session = s.event_key"),
	    1, "under the key of its capture");
}

int
main(void)
{
	db_directory_make();
	test_question();
	test_cowrie();
	test_limits();
	test_others();
	test_store();
	test_request();
	db_close(&db);
	db_directory_remove();
	return done_testing();
}
