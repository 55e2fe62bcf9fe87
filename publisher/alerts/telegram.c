/*
 * telegram.c - a chat of Telegram, by a bot.
 *
 * HTML needs three escapes, MarkdownV2 eighteen. Text is in <pre>, where neither @names nor /commands
 * nor bare domains become links.
 *
 * Request and errors: core.telegram.org/bots/api, sendMessage and ResponseParameters.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "telegram"
#define MESSAGE_MAX 4096 /* characters, without the markup */

static const struct alert_swap ENTITIES[] = { { '&', "&amp;" }, { '<', "&lt;" },
	{ '>', "&gt;" }, { '"', "&quot;" }, { 0 } };

static void
put_message(struct buf *out, const struct alert *a)
{
	auto_buf plain = BUF_INIT(ALERT_PLAIN_MAX), text = BUF_INIT(ALERT_PLAIN_MAX),
		 link = BUF_INIT(ALERT_LINK_MAX);

	alert_put_link(&link, a);
	alert_put_plain(&plain, a);
	alert_put_fitting(
	    &text, buf_text(&plain), MESSAGE_MAX - link.len - 2, ALERT_UTF16);
	buf_puts(out, "<pre>");
	alert_put_swapped(out, buf_text(&text), ENTITIES);
	buf_puts(out, "</pre>");
	if (link.len > 0)
		buf_puts(out, "\n");
	alert_put_swapped(out, buf_text(&link), ENTITIES);
}

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf message = BUF_INIT(ALERT_ESCAPED_MAX);

	buf_printf(&out->url, "%s/bot", c->service.url);
	out->url_secret = &c->token;
	out->url_after = "/sendMessage";
	put_message(&message, a);
	json_write(&w,
	    "{'chat_id':%s,'text':%s,'parse_mode':'HTML',"
	    "'link_preview_options':{'is_disabled':true}}",
	    c->chat, buf_text(&message));
	out->body = json_written(&w, e);
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };
	bool done = false;

	said.own = json_bool(tree, "ok", &done);
	json_text(tree, "description", &said.words);
	said.retry_after_s = alert_seconds(tree, "parameters.retry_after", 1);
	if (json_at(tree, "parameters.migrate_to_chat_id") != NULL)
		alert_refuse(out, reply, &said,
		    "the group has become a supergroup; set `chat` to its new number, "
		    "then restart the publisher");
	else if (strstr(said.words, "chat not found") != NULL)
		alert_refuse(out, reply, &said,
		    "add the bot to the chat, or correct `chat`, then restart the "
		    "publisher");
	else
		alert_judge(out, reply, &said);
}

const struct alert_target alert_telegram = {
	.type = TYPE, .build = build, .read = read_reply
};
