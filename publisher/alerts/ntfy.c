/*
 * ntfy.c - a topic of ntfy, by JSON to the root of the server.
 *
 * Markdown is off by default, and no text becomes a header, an attachment, an icon or an action.
 *
 * Request and errors: docs.ntfy.sh/publish.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "ntfy"
#define MESSAGE_MAX 4096 /* bytes; a longer message becomes an attachment */
#define HIGH 4
#define NORMAL 3
#define DAY_IS_FULL 42908 /* the day's messages are used up */
#define TOO_MANY_FAILURES 42909 /* rejected logins */
#define LONG_WAIT_S HOUR_S

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf text = BUF_INIT(ALERT_PLAIN_MAX), link = BUF_INIT(ALERT_LINK_MAX);

	buf_puts(&out->url, c->service.url);
	if (secret_is_set(&c->token)) {
		out->key_header = "Authorization";
		out->key_prefix = "Bearer ";
		out->key = &c->token;
	} else {
		out->login = c->service.user != NULL;
	}
	alert_put_fitting(&text, a->text, MESSAGE_MAX, ALERT_BYTES);
	json_write(&w, "{'topic':%s,'title':%s,'message':%s,'priority':%lld", c->topic,
	    a->title, text.len > 0 ? buf_text(&text) : a->title,
	    (long long)(a->trouble ? HIGH : NORMAL));
	if (alert_put_link(&link, a))
		json_write(&w, "'click':%s", buf_text(&link));
	json_write(&w, "}");
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };
	int64_t code = 0;

	said.own =
	    json_text(tree, "error", &said.words) || json_text(tree, "id", &said.words);
	json_int(tree, "code", &code);
	if (code == DAY_IS_FULL || code == TOO_MANY_FAILURES)
		said.retry_after_s = LONG_WAIT_S;
	alert_judge(out, reply, &said);
}

const struct alert_target alert_ntfy = {
	.type = TYPE, .build = build, .read = read_reply
};
