/*
 * test_elastic_status.c - what each answer of an engine, or of what stands before it, means.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/status.h"
#include "common/base/utf8.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1795600000)
#define ERROR(type, reason)                                                        \
	"{\"error\":{\"root_cause\":[],\"type\":\"" type "\",\"reason\":\"" reason \
	"\"},\"status\":0}"
#define HTML "<html><body>nginx</body></html>"

/* outage: kind of FAULT_OUTAGE; words: part of the sentence. */
static const struct {
	const char *what;
	long status;
	const char *body, *retry_after;
	enum fault fault;
	enum outage outage;
	int64_t wait;
	const char *words;
} ANSWERS[] = {
	{ "an answer", 200, "{\"took\":1}", "", FAULT_NONE, OUTAGE_DOWN, 0, "" },
	{ "a portal's page", 200, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "not from a search engine" },
	{ "an empty 200", 200, "", "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "not from a search engine" },
	{ "an index that was deleted", 404,
	    ERROR("index_not_found_exception", "no such index [a]"), "", FAULT_REJECT,
	    OUTAGE_DOWN, 0, "no such index" },
	{ "an index that was closed", 400, ERROR("index_closed_exception", "closed"), "",
	    FAULT_REJECT, OUTAGE_DOWN, 0, "closed" },
	{ "a query it does not take", 400,
	    ERROR("parsing_exception", "unknown query [x]"), "", FAULT_OUTAGE,
	    OUTAGE_DOWN, 0, "unknown query" },
	{ "an error that is a bare text", 406,
	    "{\"error\":\"Content-Type header [] is not supported\",\"status\":406}", "",
	    FAULT_OUTAGE, OUTAGE_DOWN, 0, "Content-Type header" },
	{ "a path it has no handler for", 400,
	    "{\"error\":\"no handler found for uri [/es/x] and method [POST]\"}", "",
	    FAULT_OUTAGE, OUTAGE_DOWN, 0, "check the path in `url`" },
	{ "a web server's 404", 404, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "check the path in `url`" },
	{ "no password", 401, HTML, "", FAULT_OUTAGE, OUTAGE_CREDENTIALS, 0,
	    "password_file and restart the collector" },
	{ "no rights", 403, ERROR("security_exception", "unauthorized for user [x]"), "",
	    FAULT_OUTAGE, OUTAGE_CREDENTIALS, 0, "privileges `read` and `monitor`" },
	{ "a web server's 403", 403, HTML, "", FAULT_OUTAGE, OUTAGE_CREDENTIALS, 0,
	    "may not read" },
	{ "a block that passes", 403,
	    ERROR("cluster_block_exception", "FORBIDDEN/7/index read (api)"), "",
	    FAULT_OUTAGE, OUTAGE_DOWN, 0, "FORBIDDEN/7" },
	{ "a full heap", 429,
	    ERROR("circuit_breaking_exception", "[parent] Data too large"), "",
	    FAULT_OUTAGE, OUTAGE_DOWN, 0, "circuit_breaking_exception" },
	{ "a full queue that names a time", 429,
	    ERROR("es_rejected_execution_exception", "rejected"), "30", FAULT_OUTAGE,
	    OUTAGE_DOWN, 30, "rejected" },
	{ "an engine that is starting", 503,
	    ERROR("search_phase_execution_exception", "all shards failed"), "",
	    FAULT_OUTAGE, OUTAGE_DOWN, 0, "all shards failed" },
	{ "shards that failed for a reason", 400,
	    "{\"error\":{\"type\":\"search_phase_execution_exception\",\"reason\":\"all "
	    "shards failed\",\"caused_by\":{\"type\":\"illegal_argument_exception\","
	    "\"reason\":\"unable to fetch fields\"}},\"status\":400}",
	    "", FAULT_OUTAGE, OUTAGE_DOWN, 0, "unable to fetch fields" },
	{ "a shard of many that failed", 400,
	    "{\"error\":{\"type\":\"search_phase_execution_exception\",\"reason\":\"Partial "
	    "shards failure\",\"failed_shards\":[{\"shard\":0,\"reason\":{\"type\":"
	    "\"query_shard_exception\",\"reason\":\"failed to create query\",\"caused_by\":"
	    "{\"type\":\"number_format_exception\",\"reason\":\"For input string\"}}}]}}",
	    "", FAULT_OUTAGE, OUTAGE_DOWN, 0, "For input string" },
	{ "a shard that failed without a cause", 400,
	    "{\"error\":{\"type\":\"search_phase_execution_exception\",\"reason\":\"all "
	    "shards failed\",\"failed_shards\":[{\"shard\":0,\"reason\":{\"type\":"
	    "\"query_shard_exception\",\"reason\":\"failed to create query\"}}]}}",
	    "", FAULT_OUTAGE, OUTAGE_DOWN, 0, "failed to create query" },
	{ "no engine behind the web server", 502, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "HTTP 502: the web server in front of the engine gets no answer" },
	{ "a web server that waited too long", 504, "", "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "HTTP 504: the web server in front of the engine gets no answer" },
	{ "a request that is too large", 413, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "request as too large" },
	{ "a URL that is too long", 414, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "request as too large" },
	{ "a web server that failed", 500, HTML, "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "HTTP 500 without a reason; look into the logs of the engine" },
	{ "elsewhere", 301, "", "", FAULT_OUTAGE, OUTAGE_DOWN, 0,
	    "redirects are not followed" },
};

static void
check_answers(void)
{
	for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
		auto_reply reply = { .status = ANSWERS[i].status,
			.body = BUF_INIT(4096) };
		struct err transport = ERR_NONE, e = ERR_NONE;

		buf_puts(&reply.body, ANSWERS[i].body);
		memcpy(reply.retry_after, ANSWERS[i].retry_after,
		    strlen(ANSWERS[i].retry_after) + 1);
		printf("# %s\n", ANSWERS[i].what);
		is_int(elastic_status(&reply, &transport, NOW, &e),
		    ANSWERS[i].fault == FAULT_NONE, "whether it is an answer");
		is_int((int64_t)e.fault, (int64_t)ANSWERS[i].fault, "what is to be done");
		is_int((int64_t)e.outage, (int64_t)ANSWERS[i].outage, "what is out");
		is_int(e.retry_after_s, ANSWERS[i].wait, "how long it asks us to wait");
		ok(strstr(e.text, ANSWERS[i].words) != NULL, ANSWERS[i].words);
		ok(e.fault == FAULT_NONE || strncmp(e.text, "elasticsearch: ", 15) == 0,
		    "the sentence names the service");
		ok(strstr(e.text, "  ") == NULL &&
			(e.text[0] == '\0' || e.text[strlen(e.text) - 1] != ' '),
		    "no word of it is missing");
	}
}

/* Words of the engine may repeat an attacker's. */
static void
check_hostile(void)
{
	auto_reply reply = { .status = 400, .body = BUF_INIT(1 << 16) };
	struct err transport = ERR_NONE, e = ERR_NONE;

	buf_puts(&reply.body, "{\"error\":{\"type\":\"x\",\"reason\":\"");
	for (int i = 0; i < 1000; i++)
		buf_puts(&reply.body, "\xd1\x8f");
	buf_puts(&reply.body, "\"}}");
	elastic_status(&reply, &transport, NOW, &e);
	ok(utf8_valid(e.text, strlen(e.text)), "a long reason is cut between characters");
	ok(strlen(e.text) < 300, "and short");
}

static void
check_transport(void)
{
	auto_reply reply = { .status = 200, .body = BUF_INIT(64) };
	struct err transport = ERR_NONE, e = ERR_NONE;

	buf_puts(&reply.body, "{}");
	err_outage(&transport, OUTAGE_DOWN, 0, "elasticsearch: connection refused");
	ok(!elastic_status(&reply, &transport, NOW, &e), "a transfer that failed");
	is_text(e.text, "elasticsearch: connection refused", "its own fault is told");
}

int
main(void)
{
	check_answers();
	check_hostile();
	check_transport();
	return done_testing();
}
