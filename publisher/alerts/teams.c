/*
 * teams.c - a workflow of Microsoft Teams that posts an adaptive card.
 *
 * A TextBlock interprets some Markdown, which is escaped. Mentions would require an entity. 202 means
 * that the workflow was started, not that anything was shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/json/write.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "teams"
#define CARD_MAX 21000 /* bytes; larger ones were rejected in tests */

static const struct alert_swap MARKDOWN[] = { { '\\', "\\\\" }, { '[', "\\[" },
	{ ']', "\\]" }, { '(', "\\(" }, { ')', "\\)" }, { '*', "\\*" }, { '_', "\\_" },
	{ '#', "\\#" }, { '\n', "\n\n" }, { 0 } };

/* With at most `max` bytes of the text. */
static char *
write_card(const struct alert *a, size_t max, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf title = BUF_INIT(ALERT_ESCAPED_MAX), text = BUF_INIT(ALERT_ESCAPED_MAX),
		 cut = BUF_INIT(ALERT_PLAIN_MAX), link = BUF_INIT(ALERT_LINK_MAX);

	alert_put_swapped(&title, a->title, MARKDOWN);
	alert_put_fitting(&cut, a->text, max, ALERT_BYTES);
	alert_put_swapped(&text, buf_text(&cut), MARKDOWN);
	json_write(&w,
	    "{'type':'message','attachments':[{"
	    "'contentType':'application/vnd.microsoft.card.adaptive','contentUrl':null,"
	    "'content':{'$schema':'http://adaptivecards.io/schemas/adaptive-card.json',"
	    "'type':'AdaptiveCard','version':'1.2','body':[");
	json_write(&w, "{'type':'TextBlock','weight':'bolder','wrap':true,'text':%s}",
	    buf_text(&title));
	json_write(&w, "{'type':'TextBlock','wrap':true,'text':%s}", buf_text(&text));
	json_write(&w, "]");
	if (alert_put_link(&link, a))
		json_write(&w,
		    "'actions':[{'type':'Action.OpenUrl','title':'Post','url':%s}]",
		    buf_text(&link));
	json_write(&w, "}}]}");
	return json_written(&w, e);
}

/* Escapes make a text of marks and empty lines longer. */
static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	size_t max = ALERT_TEXT_MAX;

	out->url_secret = &c->secret_url;
	out->body = write_card(a, max, e);
	while (out->body != NULL && strlen(out->body) > CARD_MAX && max > 0) {
		free(out->body);
		max /= 2;
		out->body = write_card(a, max, e);
	}
	return out->body != NULL;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_json *tree = alert_tree(reply);
	struct alert_said said = { .type = TYPE, .words = "" };

	/* Success has any body, but 200 with a page is not success. */
	said.own = json_text(tree, "error.code", &said.words) ||
		   (reply->status == 202 || reply->body.len == 0 || tree != NULL);
	alert_judge(out, reply, &said);
}

const struct alert_target alert_teams = {
	.type = TYPE, .build = build, .read = read_reply
};
