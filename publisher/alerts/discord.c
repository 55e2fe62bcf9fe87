/*
 * discord.c - a webhook of Discord.
 *
 * Text is in a code block, which no backtick can end. Mentions and embeds are switched off. With
 * ?wait=true the answer shows whether the message was stored.
 *
 * Request and errors: Discord's API documentation, resources/webhook and topics/rate-limits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "discord"
#define CONTENT_MAX 2000 /* characters */
#define FENCES 16 /* characters around the text, and a reserve */

static const struct alert_swap NO_BACKTICK[] = { { '`', "\xc2\xb4" }, { 0 } };

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf plain = BUF_INIT(ALERT_PLAIN_MAX), text = BUF_INIT(ALERT_PLAIN_MAX),
		 link = BUF_INIT(ALERT_LINK_MAX), content = BUF_INIT(ALERT_ESCAPED_MAX);

	out->url_secret = &c->secret_url;
	out->url_after = "?wait=true";
	alert_put_link(&link, a);
	alert_put_plain(&plain, a);
	alert_put_fitting(
	    &text, buf_text(&plain), CONTENT_MAX - FENCES - link.len, ALERT_UTF16);
	buf_puts(&content, "```\n");
	alert_put_swapped(&content, buf_text(&text), NO_BACKTICK);
	buf_puts(&content, "\n```");
	if (link.len > 0)
		buf_printf(&content, "\n<%s>", buf_text(&link));
	json_write(&w, "{'content':%s,'allowed_mentions':{'parse':[]},'flags':4}",
	    buf_text(&content));
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };

	/* 204: a proxy removed ?wait=true. */
	said.own = reply->status == 204 || json_text(tree, "message", &said.words) ||
		   json_text(tree, "id", &said.words) ||
		   (reply->status == 400 && cJSON_IsObject(tree));
	said.retry_after_s = alert_seconds(tree, "retry_after", 1);
	alert_judge(out, reply, &said);
}

const struct alert_target alert_discord = {
	.type = TYPE, .build = build, .read = read_reply
};
