/*
 * matrix.c - a room of Matrix. The alert's key is the transaction id: a repeated request is the same
 * event.
 *
 * Without m.mentions, "@room" in the text would ping everybody. There is no formatted body.
 *
 * Request and errors: spec.matrix.org, client-server API, sending events and rate limiting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "matrix"

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf body = BUF_INIT(ALERT_ESCAPED_MAX);

	out->method = "PUT";
	buf_printf(&out->url, "%s/_matrix/client/v3/rooms/", c->service.url);
	http_escape(&out->url, c->room);
	buf_puts(&out->url, "/send/m.room.message/");
	http_escape(&out->url, a->key);
	out->key_header = "Authorization";
	out->key_prefix = "Bearer ";
	out->key = &c->token;
	alert_put_plain(&body, a);
	alert_put_link_below(&body, a);
	json_write(
	    &w, "{'msgtype':'m.notice','body':%s,'m.mentions':{}}", buf_text(&body));
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };

	said.own = json_text(tree, "errcode", &said.words) ||
		   json_text(tree, "event_id", &said.words);
	/* The header is newer and takes precedence. */
	if (reply->retry_after[0] == '\0')
		said.retry_after_s = alert_seconds(tree, "retry_after_ms", 1000);
	alert_judge(out, reply, &said);
}

const struct alert_target alert_matrix = {
	.type = TYPE, .idempotent = true, .build = build, .read = read_reply
};
