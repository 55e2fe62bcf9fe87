/*
 * compose.c - builds one message from the events that wait for a target.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/sha256.h"
#include "common/base/utf8.h"
#include "publisher/alerts/internal.h"

#define KEY_DIGITS 32

static void
put_title(struct buf *out, const struct alert_message *m, const struct alert_voice *v)
{
	const struct alert_rule *rule = alert_rule_of(m->rule);

	if (m->count > 1)
		buf_printf(out,
		    v->japanese ? "potpress: 通知 %lld 件" : "potpress: %lld alerts",
		    (long long)m->count);
	else
		buf_printf(out, "potpress: %s",
		    rule != NULL ? rule->title[v->japanese] : m->rule);
}

/* Guarded again: an identity may have been learned since the row was made. */
static void
put_text(struct buf *out, const struct alert_message *m, const struct alert_voice *v)
{
	int64_t named = 0;

	for (int i = 0; i < ALERT_LINES_MAX && m->lines[i] != NULL; i++, named++) {
		auto_buf line = BUF_CUT(2 * ALERT_BODY_TEXT_MAX);

		gate_pass(v->gate, m->lines[i], ALERT_BODY_TEXT_MAX, &line);
		if (i > 0)
			buf_putc(out, '\n');
		if (m->count > 1)
			buf_puts(out, "- ");
		utf8_put_printable(out, buf_text(&line));
	}
	if (m->count > named)
		buf_printf(out, v->japanese ? "\nほか %lld 件" : "\nand %lld more",
		    (long long)(m->count - named));
}

void
alert_compose(struct alert_composed *out, const struct alert_message *m,
    const char *target, int64_t id, const struct alert_voice *voice)
{
	const struct alert_rule *rule = alert_rule_of(m->rule);
	auto_buf unique = BUF_CUT(ALERT_BODY_TEXT_MAX);
	char hex[SHA256_HEX_MAX];

	out->title = (struct buf)BUF_CUT(ALERT_TITLE_MAX);
	out->text = (struct buf)BUF_CUT(ALERT_TEXT_MAX);
	put_title(&out->title, m, voice);
	put_text(&out->text, m, voice);
	/* The id alone is not enough: a restored database assigns it again. */
	buf_printf(
	    &unique, "%s %lld %lld %s", target, (long long)id, (long long)m->at, m->key);
	sha256_hex(buf_text(&unique), unique.len, hex);
	BUF_FIXED(out->key, "%.*s", KEY_DIGITS, hex);
	out->alert = (struct alert){ .key = out->key,
		.rule = m->rule,
		.title = buf_text(&out->title),
		.text = buf_text(&out->text),
		.link = m->count == 1 ? m->link : NULL,
		.at = m->at,
		.trouble = rule != NULL && rule->trouble };
}

void
alert_composed_done(struct alert_composed *c)
{
	buf_done(&c->title);
	buf_done(&c->text);
}
