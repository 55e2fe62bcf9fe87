/*
 * test_alert_answers.c - what the answers of each target mean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/target.h"
#include "tests/unit/tap.h"

#define REPLY_MAX 4096
#define HTML "<html><body>Please log in</body></html>"

enum meaning { DONE, GONE, WAIT, DOWN, MESSAGE, DOUBT };
static const char *const WORDS[] = { "done", "gone for good", "to wait", "down",
	"this message refused", "in doubt" };

struct answer_case {
	const char *type, *words;
	long status;
	const char *body;
	enum meaning meaning;
	bool unknown; /* it may have arrived */
	int64_t wait_s;
	const char *retry_after, *date; /* headers; NULL: none */
};

#define PLAIN false, 0, NULL, NULL
#define MAYBE true, 0, NULL, NULL
#define TELEGRAM(code, text, more) \
	"{\"ok\":false,\"error_code\":" code ",\"description\":\"" text "\"" more "}"
#define MATRIX(code, more) "{\"errcode\":\"" code "\",\"error\":\"x\"" more "}"

static const struct answer_case CASES[] = {
	{ "slack", "ok", 200, "ok", DONE, PLAIN },
	{ "slack", "archived", 410, "channel_is_archived", GONE, PLAIN },
	{ "slack", "no such webhook", 404, "no_service", GONE, PLAIN },
	{ "slack", "not allowed", 403, "action_prohibited", GONE, PLAIN },
	{ "slack", "a user who left", 400, "user_not_found", GONE, PLAIN },
	{ "slack", "a bad body", 400, "invalid_payload", MESSAGE, PLAIN },
	{ "slack", "its own fault", 500, "rollup_error", DOWN, PLAIN },
	{ "slack", "too many", 429, "", WAIT, false, 30, "30", NULL },
	{ "slack", "a page", 200, HTML, DOUBT, MAYBE },
	{ "slack", "a firewall's page", 403, HTML, DOUBT, PLAIN },

	{ "discord", "kept", 200, "{\"id\":\"1\",\"content\":\"x\"}", DONE, PLAIN },
	{ "discord", "not waited for", 204, "", DONE, PLAIN },
	{ "discord", "unknown webhook", 404,
	    "{\"message\":\"Unknown Webhook\",\"code\":10015}", GONE, PLAIN },
	{ "discord", "a wrong token", 401,
	    "{\"message\":\"Invalid Webhook Token\",\"code\":50027}", GONE, PLAIN },
	{ "discord", "too long", 400,
	    "{\"content\":[\"Must be 2000 or fewer in length.\"]}", MESSAGE, PLAIN },
	{ "discord", "a fraction of a second", 429,
	    "{\"message\":\"You are being rate limited.\",\"retry_after\":0.52,"
	    "\"global\":false}",
	    WAIT, false, 1, "1", NULL },
	{ "discord", "many seconds and a bit", 429,
	    "{\"message\":\"x\",\"retry_after\":64.57}", WAIT, false, 65, "65", NULL },
	{ "discord", "by Cloudflare", 429, HTML, WAIT, false, 600, "600", NULL },
	{ "discord", "a gateway", 502, HTML, DOWN, PLAIN },
	{ "discord", "a gateway that waited in vain", 504, HTML, DOWN, MAYBE },

	{ "mattermost", "ok", 200, "ok", DONE, PLAIN },
	{ "mattermost", "no such hook", 404,
	    "{\"id\":\"web.incoming_webhook.invalid.app_error\",\"message\":\"Invalid "
	    "webhook.\",\"status_code\":404}",
	    GONE, PLAIN },
	{ "mattermost", "too long", 400, "{\"id\":\"x\",\"message\":\"too long\"}",
	    MESSAGE, PLAIN },
	{ "mattermost", "a proxy's page", 404, HTML, DOUBT, PLAIN },

	{ "teams", "accepted", 202, "", DONE, PLAIN },
	{ "teams", "answered", 200, "", DONE, PLAIN },
	{ "teams", "too large", 413, "", MESSAGE, PLAIN },
	{ "teams", "a wrong signature", 401,
	    "{\"error\":{\"code\":\"DirectApiAuthorizationRequired\"}}", GONE, PLAIN },
	{ "teams", "a workflow that was deleted", 404,
	    "{\"error\":{\"code\":\"WorkflowNotFound\",\"message\":\"x\"}}", GONE,
	    PLAIN },
	{ "teams", "too many", 429, "{\"error\":{\"code\":\"x\"}}", WAIT, false, 7, "7",
	    NULL },
	{ "teams", "a page", 200, HTML, DOUBT, MAYBE },

	{ "ntfy", "kept", 200, "{\"id\":\"x\",\"event\":\"message\"}", DONE, PLAIN },
	{ "ntfy", "a wrong token", 401,
	    "{\"code\":40101,\"http\":401,\"error\":\"unauthorized\"}", GONE, PLAIN },
	{ "ntfy", "no right", 403,
	    "{\"code\":40301,\"http\":403,\"error\":\"forbidden\"}", GONE, PLAIN },
	{ "ntfy", "too many", 429,
	    "{\"code\":42901,\"http\":429,\"error\":\"limit reached\"}", WAIT, PLAIN },
	{ "ntfy", "the day's messages are spent", 429,
	    "{\"code\":42908,\"http\":429,\"error\":\"daily\"}", WAIT, false, 3600, NULL,
	    NULL },
	{ "ntfy", "a bad message", 400, "{\"code\":40001,\"error\":\"invalid\"}", MESSAGE,
	    PLAIN },
	{ "ntfy", "another server", 200, "{}", DOUBT, MAYBE },

	{ "gotify", "kept", 200, "{\"id\":5,\"message\":\"x\"}", DONE, PLAIN },
	{ "gotify", "a wrong token", 401,
	    "{\"error\":\"Unauthorized\",\"errorCode\":401,\"errorDescription\":\"x\"}",
	    GONE, PLAIN },
	{ "gotify", "a bad message", 400,
	    "{\"errorCode\":400,\"errorDescription\":\"x\"}", MESSAGE, PLAIN },

	{ "telegram", "kept", 200, "{\"ok\":true,\"result\":{}}", DONE, PLAIN },
	{ "telegram", "too many", 429,
	    TELEGRAM("429", "Too Many Requests: retry after 35",
		",\"parameters\":{\"retry_after\":35}"),
	    WAIT, false, 35, NULL, NULL },
	{ "telegram", "a wrong token", 401, TELEGRAM("401", "Unauthorized", ""), GONE,
	    PLAIN },
	{ "telegram", "no such bot", 404, TELEGRAM("404", "Not Found", ""), GONE, PLAIN },
	{ "telegram", "kicked", 403, TELEGRAM("403", "Forbidden: bot was kicked", ""),
	    GONE, PLAIN },
	{ "telegram", "no such chat", 400,
	    TELEGRAM("400", "Bad Request: chat not found", ""), GONE, PLAIN },
	{ "telegram", "a group that moved", 400,
	    TELEGRAM("400", "upgraded", ",\"parameters\":{\"migrate_to_chat_id\":-1001}"),
	    GONE, PLAIN },
	{ "telegram", "our escaping", 400,
	    TELEGRAM("400", "Bad Request: can't parse entities", ""), MESSAGE, PLAIN },
	{ "telegram", "a page", 200, HTML, DOUBT, MAYBE },

	{ "matrix", "kept", 200, "{\"event_id\":\"$x\"}", DONE, PLAIN },
	{ "matrix", "too many, by the header", 429,
	    MATRIX("M_LIMIT_EXCEEDED", ",\"retry_after_ms\":9000"), WAIT, false, 2, "2",
	    NULL },
	{ "matrix", "too many, in milliseconds", 429,
	    MATRIX("M_LIMIT_EXCEEDED", ",\"retry_after_ms\":1200"), WAIT, false, 2, NULL,
	    NULL },
	{ "matrix", "a date", 429, MATRIX("M_LIMIT_EXCEEDED", ""), WAIT, false, 90,
	    "Fri, 20 Nov 2026 05:07:37 GMT", "Fri, 20 Nov 2026 05:06:07 GMT" },
	{ "matrix", "a wait nobody waits for", 429,
	    MATRIX("M_LIMIT_EXCEEDED", ",\"retry_after_ms\":1e18"), WAIT, false, 86400,
	    NULL, NULL },
	{ "matrix", "a negative wait", 429,
	    MATRIX("M_LIMIT_EXCEEDED", ",\"retry_after_ms\":-5"), WAIT, PLAIN },
	{ "matrix", "a wrong token", 401, MATRIX("M_UNKNOWN_TOKEN", ""), GONE, PLAIN },
	{ "matrix", "not in the room", 403, MATRIX("M_FORBIDDEN", ""), GONE, PLAIN },
	{ "matrix", "too large", 413, MATRIX("M_TOO_LARGE", ""), MESSAGE, PLAIN },
	{ "matrix", "a page of nginx", 404, HTML, DOUBT, PLAIN },

	{ "webhook", "any success", 204, "", DONE, PLAIN },
	{ "webhook", "any body", 200, HTML, DONE, PLAIN },
	{ "webhook", "gone", 410, "", GONE, PLAIN },
	{ "webhook", "maintenance", 503, "", DOWN, false, 120, "120", NULL },
	{ "webhook", "a bad request", 400, "no", MESSAGE, PLAIN },
	{ "webhook", "moved", 301, "", DOWN, PLAIN },
};

static enum meaning
meaning_of(const struct alert_answer *a)
{
	if (a->gone)
		return GONE;
	switch (a->e.fault) {
	case FAULT_NONE:
		return DONE;
	case FAULT_REJECT:
		return MESSAGE;
	case FAULT_OUTAGE:
		return a->e.outage == OUTAGE_QUOTA ? WAIT : DOWN;
	case FAULT_DOUBT:
	case FAULT_RETRY:
	case FAULT_CONFIG:
	case FAULT_FATAL:
		break;
	}
	return DOUBT;
}

static void
check(const struct answer_case *c)
{
	struct http_reply reply = { .status = c->status, .body = BUF_INIT(REPLY_MAX) };
	struct alert_answer out = { .gone = false };
	char words[200];

	buf_puts(&reply.body, c->body);
	if (c->retry_after != NULL)
		strcpy(reply.retry_after, c->retry_after);
	if (c->date != NULL)
		strcpy(reply.date, c->date);
	alert_target_of(c->type)->read(&reply, &out);
	snprintf(words, sizeof words, "%s, %s: %s", c->type, c->words, WORDS[c->meaning]);
	if (!ok(meaning_of(&out) == c->meaning && out.e.unknown_outcome == c->unknown &&
		    out.e.retry_after_s == c->wait_s,
		words))
		printf("#   got: %s, unknown %d, wait %lld: %s\n",
		    WORDS[meaning_of(&out)], out.e.unknown_outcome,
		    (long long)out.e.retry_after_s, out.e.text);
	if (c->meaning != DONE)
		ok(strncmp(out.e.text, c->type, strlen(c->type)) == 0,
		    "the message names the target first");
	http_reply_done(&reply);
}

static void
check_words(void)
{
	struct http_reply reply = { .status = 404, .body = BUF_INIT(REPLY_MAX) };
	struct alert_answer out = { .gone = false };

	buf_puts(&reply.body,
	    "{\"message\":\"a\\u001b[31m\\nevent=done \\u202e "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}");
	alert_target_of("discord")->read(&reply, &out);
	ok(strchr(out.e.text, '\x1b') == NULL && strchr(out.e.text, '\n') == NULL &&
		strstr(out.e.text, "restart the publisher") != NULL,
	    "what a server says is cut, and safe to print");
	http_reply_done(&reply);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
		check(&CASES[i]);
	check_words();
	return done_testing();
}
