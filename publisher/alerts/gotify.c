/*
 * gotify.c - an application of a Gotify server. Clients show the text as it is, as the extras say.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "gotify"
#define HIGH 8
#define NORMAL 5

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf text = BUF_INIT(ALERT_ESCAPED_MAX);

	buf_printf(&out->url, "%s/message", c->service.url);
	out->key_header = "X-Gotify-Key";
	out->key = &c->token;
	buf_puts(&text, a->text[0] != '\0' ? a->text : a->title);
	alert_put_link_below(&text, a);
	json_write(&w, "{'title':%s,'message':%s,'priority':%lld", a->title,
	    buf_text(&text), (long long)(a->trouble ? HIGH : NORMAL));
	json_write(&w, "'extras':{'client::display':{'contentType':'text/plain'}}}");
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };
	int64_t id;

	said.own =
	    json_text(tree, "errorDescription", &said.words) || json_int(tree, "id", &id);
	alert_judge(out, reply, &said);
}

const struct alert_target alert_gotify = {
	.type = TYPE, .build = build, .read = read_reply
};
