/*
 * test_profile.c - what is asked for the profiles, for sources that stand elsewhere, and for totals.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "collector/origins.h"
#include "collector/survey.h"
#include "common/config/table.h"
#include "tests/unit/tap.h"

#define BODY_MAX (1 << 16)
#define NOW INT64_C(1795600000)
#define SHA "5f1c8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d"

static const struct profile *all[PROFILES_MAX];

static cJSON *
parse(const char *text)
{
	struct err e = ERR_NONE;

	return json_parse(text, strlen(text), &e);
}

static char *
written(struct json_writer *w)
{
	struct err e = ERR_NONE;

	return json_written(w, &e);
}

/* Whether the tree prints as this text. */
static void
is_tree(cJSON *tree, const char *want, const char *words)
{
	auto_free char *text = json_print(tree);

	is_text(text, want, words);
	json_free(&tree);
}

/* ---- choosing and selecting */

static void
check_choice(void)
{
	char cowrie[] = "cowrie", log4pot[] = "log4pot";
	char *names[] = { log4pot, cowrie };
	const struct list two = { .items = names, .count = 2 }, none = { .count = 0 };
	const struct profile *chosen[PROFILES_MAX];
	int n = 0;

	profile_choose(&two, chosen);
	is_text(chosen[0]->name, "cowrie", "a profile that is named");
	is_text(chosen[1]->name, "log4pot", "another one");
	ok(chosen[2] == NULL, "no other");
	profile_choose(&none, all);
	while (all[n] != NULL)
		n++;
	is_int(n, 5, "all where none is named");
}

static void
check_numbers(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} NUMBERS[] = {
		{ "{\"n\":8088}", true, 8088 },
		{ "{\"n\":\"8088\"}", true, 8088 },
		{ "{\"n\":[\"8088\",1]}", true, 8088 },
		{ "{\"n\":[]}", false, 0 },
		{ "{\"n\":\"\"}", false, 0 },
		{ "{\"n\":\"-1\"}", false, 0 },
		{ "{\"n\":\"8088 \"}", false, 0 },
		{ "{\"n\":\"9999999999999999999999\"}", false, 0 },
		{ "{\"n\":1.5}", false, 0 },
		{ "{\"n\":1e300}", false, 0 },
		{ "{\"n\":{\"a\":1}}", false, 0 },
		{ "{\"n\":null}", false, 0 },
		{ "{}", false, 0 },
	};

	for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
		auto_json *root = parse(NUMBERS[i].text);
		int64_t n = 0;

		is_int(profile_number(root, "n", &n), NUMBERS[i].good, NUMBERS[i].text);
		is_int(n, NUMBERS[i].value, "... its value");
	}
}

#define MATCH(field, text)                             \
	"{\"match\":{\"" field "\":{\"query\":\"" text \
	"\",\"operator\":\"and\",\"lenient\":true}}}"
#define ONE_TEXT(field, text)                                               \
	"{\"bool\":{\"should\":[{\"terms\":{\"" field ".keyword\":[\"" text \
	"\"]}},{\"terms\":{\"" field ".raw\":[\"" text "\"]}}," MATCH(field, text) "]}}"
#define DOWNLOAD "cowrie.session.file_download"
#define UPLOAD "cowrie.session.file_upload"
#define COWRIE_QUERY                                                    \
	"{\"bool\":{\"filter\":[{\"bool\":{\"should\":["                \
	"{\"terms\":{\"eventid.keyword\":[\"" DOWNLOAD "\",\"" UPLOAD   \
	"\"]}},{\"terms\":{\"eventid.raw\":[\"" DOWNLOAD "\",\"" UPLOAD \
	"\"]}}," MATCH("eventid", DOWNLOAD) "," MATCH("eventid", UPLOAD) "]}}]}}"
#define LOG4POT_QUERY                                                         \
	"{\"bool\":{\"filter\":[" ONE_TEXT("reason", "payload") "," ONE_TEXT( \
	    "type", "Log4pot") "]}}"
#define HONEYTRAP_QUERY                                                                  \
	"{\"bool\":{\"filter\":[{\"range\":{\"download_count\":{\"gte\":1}}}," ONE_TEXT( \
	    "type", "Honeytrap") "]}}"
#define TRAP_QUERY \
	"{\"bool\":{\"filter\":[{\"exists\":{\"field\":\"payload_hash_md5\"}}]}}"

static void
is_selector(const struct profile *p, const char *want, const char *words)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	profile_put_selector(&w, p);
	auto_free char *text = written(&w);

	is_text(text, want, words);
}

static void
check_queries(void)
{
	const struct profile *const two[] = { all[0], all[3], NULL };
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	profile_put_query(&w, two);
	auto_free char *any = written(&w);

	json_write(&w, "{");
	profile_put_source(&w, all);
	json_write(&w, "}");
	auto_free char *source = written(&w);

	is_selector(all[0], COWRIE_QUERY, "one of several texts, however they are kept");
	is_selector(all[2], TRAP_QUERY, "a field that is there");
	is_selector(all[3], LOG4POT_QUERY, "two conditions");
	is_selector(all[4], HONEYTRAP_QUERY, "a number");
	is_text(any,
	    "{\"bool\":{\"minimum_should_match\":1,\"should\":[" COWRIE_QUERY
	    "," LOG4POT_QUERY
	    ",{\"terms\":{\"_ignored\":[\"eventid\",\"reason\",\"type\"]}}]}}",
	    "any of them, and documents whose selecting fields cannot be searched");
	ok(strstr(source, "\"urls\"") != NULL &&
		strstr(source, "\"downloads.payload_0.md5_hash\"") != NULL &&
		strstr(source, "\"t-pot_ip_int\"") != NULL &&
		strstr(source, "\"correlation_id\"") != NULL,
	    "every field that a profile names is read");
	ok(strstr(source, "\"ldap_sha256\"") == NULL &&
		strstr(source, "\"downloads\"") == NULL,
	    "what may be huge, or is no file, is not");
}

/* `profiles` of the configuration takes the name of each, and no other. */
static void
check_names(void)
{
	const struct key *key = config_collector_keys;
	auto_buf names = BUF_INIT(BODY_MAX);

	while (strcmp(key->name, "profiles") != 0)
		key++;
	for (const struct profile *p = profiles; p->name != NULL; p++)
		buf_printf(&names, "%s%s", p == profiles ? "" : " ", p->name);
	is_text(
	    key->words, buf_text(&names), "the configuration names the same profiles");
}

/* ---- sources that stand elsewhere */

static void
add_hit(struct hit_list *list, const char *source)
{
	auto_buf text = BUF_INIT(1 << 16);

	buf_printf(&text, "{\"_id\":\"x\",\"_seq_no\":1,\"_source\":{%s}}", source);
	hit_read(&list->items[list->count++], buf_text(&text), text.len, all, NOW);
}

#define ADB_DOWNLOAD \
	"\"eventid\":\"adbhoney.session.file_download\",\"shasum\":\"" SHA "\","
#define PAYLOAD \
	"\"type\":\"Log4pot\",\"reason\":\"payload\",\"generic_sha256\":\"" SHA "\","

static void
fill(struct hit_list *list)
{
	*list = (struct hit_list){ .items = calloc(8, sizeof(struct hit)) };
	add_hit(list, ADB_DOWNLOAD "\"session\":\"s1\"");
	add_hit(list, ADB_DOWNLOAD "\"session\":\"s1\",\"filename\":\"again\"");
	add_hit(list, PAYLOAD "\"correlation_id\":\"c1\"");
	add_hit(list, ADB_DOWNLOAD "\"session\":\"known\",\"src_ip\":\"192.0.2.1\"");
	add_hit(list, ADB_DOWNLOAD "\"filename\":\"without a session\"");
	add_hit(list, "\"eventid\":\"cowrie.session.file_upload\",\"shasum\":\"" SHA
		      "\",\"session\":\"s1\"");
}

static void
check_question(void)
{
	struct hit_list hits;

	auto_free char *body = NULL, *none = NULL;
	struct err e = ERR_NONE;

	fill(&hits);
	ok(origins_body(all, &hits, &body, &e), "a question");
	auto_json *root = body != NULL ? parse(body) : NULL;
	const cJSON *adb = json_at(root, "aggregations");

	ok(root != NULL, "hits without a source are asked about");
	is_int(cJSON_GetArraySize(json_at(root, "query.bool.should")), 2,
	    "two honeypots in one search");
	adb = json_at(root, "aggs.adbhoney.filter.bool.filter");
	is_tree(cJSON_Duplicate(adb, true),
	    "[" ONE_TEXT("type", "Adbhoney") ",{\"terms\":{\"session.keyword\":["
	    "\"s1\"]}},{\"exists\":{\"field\":\"src_ip\"}}]",
	    "each session once, and none that is known");
	is_tree(cJSON_Duplicate(json_at(root, "aggs.log4pot.aggs.sessions.terms"), true),
	    "{\"field\":\"correlation_id.keyword\",\"size\":1}",
	    "one document for each session");
	is_text(hits.items[0].captures[0].event_key + 2,
	    hits.items[1].captures[0].event_key + 2, "the name counts in no key");
	hit_list_done(&hits);
	hits = (struct hit_list){ .items = calloc(1, sizeof(struct hit)) };
	add_hit(&hits, ADB_DOWNLOAD "\"session\":\"s\",\"src_ip\":\"192.0.2.1\"");
	ok(origins_body(all, &hits, &none, &e) && none == NULL,
	    "nothing is asked where nothing lacks");
	hit_list_done(&hits);
}

#define ADB_SOURCE(session, ip)                                                \
	"{\"first\":{\"hits\":{\"hits\":[{\"_source\":{\"session\":\"" session \
	"\",\"src_ip\":\"" ip                                                  \
	"\",\"src_port\":40022,\"dest_port\":5555,"                            \
	"\"geoip\":{\"country_code2\":\"VN\"}}}]}}}"

static void
check_answer(void)
{
	static const char ANSWER[] =
	    "{\"aggregations\":{\"adbhoney\":{\"sessions\":{\"buckets\":["
	    ADB_SOURCE("other", "198.51.100.1") "," ADB_SOURCE("s1", "192.0.2.44") ","
	    ADB_SOURCE("known", "198.51.100.2") ",{\"first\":7},null]}},"
	    "\"log4pot\":{\"sessions\":{\"buckets\":[{\"first\":{\"hits\":{\"hits\":[{"
	    "\"_source\":{\"correlation_id\":\"c1\",\"src_ip\":\"<b>\"}}]}}}]}}}}";
	struct hit_list hits;
	auto_json *answer = parse(ANSWER);
	char before[EVENT_KEY_MAX];

	fill(&hits);
	memcpy(before, hits.items[0].captures[0].event_key, sizeof before);
	origins_answer(all, answer, &hits);
	is_text(hits.items[0].origin.src_ip, "192.0.2.44", "the source of its session");
	is_text(hits.items[1].origin.src_ip, "192.0.2.44", "for each of its captures");
	is_text(hits.items[0].origin.country, "VN", "with its place");
	is_int(hits.items[0].origin.src_port, 40022, "and its ports");
	is_text(hits.items[0].captures[0].event_key, before, "the key stays what it was");
	is_text(hits.items[2].origin.src_ip, "", "a source that is no address is none");
	is_text(hits.items[3].origin.src_ip, "192.0.2.1", "what the document says stays");
	is_text(hits.items[4].origin.src_ip, "", "without a session nothing is found");
	is_text(hits.items[5].origin.src_ip, "", "another honeypot's session is another");
	origins_answer(all, NULL, &hits);
	is_text(hits.items[2].origin.src_ip, "", "no answer, no source");
	hit_list_done(&hits);
}

static void
check_indices(void)
{
	static const char *const NAMES[][2] = {
		{ "logstash-2026.11.20", "logstash-2026.11.20,logstash-2026.11.19" },
		{ "logstash-2027.01.01", "logstash-2027.01.01,logstash-2026.12.31" },
		{ "2024.03.01", "2024.03.01,2024.02.29" },
		{ "logstash-2026.13.01", "logstash-2026.13.01" },
		{ "logstash-2026-11-20", "logstash-2026-11-20" },
		{ ".ds-x-2026.11.22-000001", ".ds-x-2026.11.22-000001" },
		{ "cowrie", "cowrie" },
	};

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		auto_buf out = BUF_INIT(2 * ELASTIC_INDEX_MAX);

		origins_indices(&out, NAMES[i][0]);
		is_text(
		    buf_text(&out), NAMES[i][1], "the day of a page and the one before");
	}
}

/* ---- totals */

static void
check_survey(void)
{
	struct err e = ERR_NONE;
	auto_free char *body = survey_body(all, &e);
	auto_json *question = parse(body);
	auto_json *answer = parse(
	    "{\"_shards\":{\"total\":3,\"failed\":0},\"aggregations\":{"
	    "\"cowrie\":{\"doc_count\":10},\"selected_cowrie\":{\"doc_count\":2},"
	    "\"adbhoney\":{\"doc_count\":0},\"selected_adbhoney\":{\"doc_count\":0},"
	    "\"h0neytr4p\":{\"doc_count\":812},\"selected_h0neytr4p\":{\"doc_count\":0},"
	    "\"log4pot\":{\"doc_count\":0},\"selected_log4pot\":{\"doc_count\":0},"
	    "\"honeytrap\":{\"doc_count\":9},\"selected_honeytrap\":{\"doc_count\":9}}}");
	auto_buf said = BUF_INIT(1000), unsaid = BUF_INIT(1000);
	struct survey out[PROFILES_MAX];

	is_tree(cJSON_Duplicate(json_at(question, "aggs.cowrie.filter"), true),
	    ONE_TEXT("type", "Cowrie"), "what a honeypot writes");
	is_tree(
	    cJSON_Duplicate(json_at(question, "aggs.selected_honeytrap.filter"), true),
	    "{\"exists\":{\"field\":\"download_count\"}}",
	    "of a rare profile its field is enough");
	ok(survey_answer(all, answer, out, &e), "totals");
	ok(!survey_is_silent(&out[0], &unsaid), "a profile that finds something");
	ok(!survey_is_silent(&out[1], &unsaid), "one whose honeypot is not there");
	ok(survey_is_silent(&out[2], &said), "one that finds nothing where it writes");
	ok(strstr(buf_text(&said), "812 documents of H0neytr4p") != NULL &&
		strstr(buf_text(&said), "payload_hash_md5") != NULL,
	    "is named, with its field");
	ok(!survey_is_silent(&out[4], &unsaid), "one that is rare and understood");
	ok(out[5].profile == NULL, "no other");
}

static void
check_survey_faults(void)
{
	static const char *const BAD[] = {
		"{\"_shards\":{\"failed\":1},\"aggregations\":{}}",
		"{\"aggregations\":{}}", "{\"_shards\":{\"failed\":0}}",
		"{\"_shards\":{\"failed\":0},\"aggregations\":{\"cowrie\":{\"doc_count\":"
		"\"x\"}}}"
	};

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		auto_json *answer = parse(BAD[i]);
		struct survey out[PROFILES_MAX];
		struct err e = ERR_NONE;

		ok(!survey_answer(all, answer, out, &e) && e.fault == FAULT_OUTAGE,
		    BAD[i]);
	}
}

int
main(void)
{
	check_choice();
	check_numbers();
	check_names();
	check_queries();
	check_question();
	check_answer();
	check_indices();
	check_survey();
	check_survey_faults();
	return done_testing();
}
