/*
 * slack.c - an incoming webhook of Slack.
 *
 * Text is in plain_text, where neither <!channel> nor markup is interpreted. `text`, which is used for
 * notifications, can escape only & < >. Only our link is markup.
 *
 * Request and errors: docs.slack.dev, incoming webhooks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "slack"
#define HEADER_MAX 150 /* characters of a header block */
#define SECTION_MAX 3000 /* characters of a section's text */

static const struct alert_swap ENTITIES[] = { { '&', "&amp;" }, { '<', "&lt;" },
	{ '>', "&gt;" }, { 0 } };

static void
write_link(struct json_writer *w, const struct alert *a)
{
	auto_buf link = BUF_INIT(ALERT_LINK_MAX), escaped = BUF_INIT(ALERT_ESCAPED_MAX),
		 markup = BUF_INIT(ALERT_ESCAPED_MAX);

	if (!alert_put_link(&link, a))
		return;
	alert_put_swapped(&escaped, buf_text(&link), ENTITIES);
	buf_printf(&markup, "<%s>", buf_text(&escaped));
	json_write(w, "{'type':'section','text':{'type':'mrkdwn','text':%s}}",
	    buf_text(&markup));
}

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf title = BUF_INIT(ALERT_PLAIN_MAX), text = BUF_INIT(ALERT_PLAIN_MAX),
		 notice = BUF_INIT(ALERT_ESCAPED_MAX);

	out->url_secret = &c->secret_url;
	alert_put_swapped(&notice, a->title, ENTITIES);
	alert_put_fitting(&title, a->title, HEADER_MAX, ALERT_UTF16);
	alert_put_fitting(&text, a->text, SECTION_MAX, ALERT_UTF16);
	json_write(&w, "{'text':%s,'unfurl_links':false,'unfurl_media':false",
	    buf_text(&notice));
	json_write(&w, "'mrkdwn':false,'blocks':[");
	json_write(&w,
	    "{'type':'header','text':{'type':'plain_text','emoji':false,'text':%s}}",
	    buf_text(&title));
	if (text.len > 0)
		json_write(&w,
		    "{'type':'section','text':{'type':'plain_text','emoji':false,"
		    "'text':%s}}",
		    buf_text(&text));
	write_link(&w, a);
	json_write(&w, "]}");
	out->body = json_written(&w, e);
	return out->body != NULL;
}

/* A bare word such as no_service. */
static bool
is_word(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && (text[n] == '\0' || text[n] == '\n');
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	const char *body = buf_text(&reply->body);
	struct alert_said said = { .type = TYPE, .own = is_word(body), .words = body };

	if (said.own && strncmp(body, "user_not_found", 14) == 0)
		alert_refuse(out, reply, &said,
		    "its user is gone; create a new webhook, then restart "
		    "the publisher");
	else
		alert_judge(out, reply, &said);
}

const struct alert_target alert_slack = {
	.type = TYPE, .build = build, .read = read_reply
};
