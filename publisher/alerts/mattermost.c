/*
 * mattermost.c - an incoming webhook of Mattermost.
 *
 * Text is in a code block, which no backtick can end, and a zero-width space after each @ prevents
 * mentions. Previews are a setting of the server.
 *
 * Request and errors: developers.mattermost.com, incoming webhooks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "mattermost"

static const struct alert_swap SWAPS[] = { { '`', "\xc2\xb4" }, { '@', "@\xe2\x80\x8b" },
	{ 0 } };

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf plain = BUF_INIT(ALERT_PLAIN_MAX), text = BUF_INIT(ALERT_ESCAPED_MAX);

	out->url_secret = &c->secret_url;
	alert_put_plain(&plain, a);
	buf_puts(&text, "```\n");
	alert_put_swapped(&text, buf_text(&plain), SWAPS);
	buf_puts(&text, "\n```");
	alert_put_link_below(&text, a);
	json_write(&w, "{'text':%s}", buf_text(&text));
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };

	said.own = strcmp(buf_text(&reply->body), "ok") == 0 ||
		   json_text(tree, "message", &said.words);
	alert_judge(out, reply, &said);
}

const struct alert_target alert_mattermost = {
	.type = TYPE, .build = build, .read = read_reply
};
