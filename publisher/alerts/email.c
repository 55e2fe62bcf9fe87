/*
 * email.c - an e-mail by SMTP.
 *
 * The same alert has the same Message-ID in each attempt, by which mail programs recognise a second
 * copy. Meaning of the server's codes: RFC 5321 4.2.3; after a login RFC 4954 6.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/net/mail.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "email"
#define MESSAGE_MAX (2 * ALERT_BODY_MAX)
#define WORDS_MAX 160
#define ID_MAX (ALERT_KEY_MAX + 16)

static bool
write_message(const struct alert_config *c, const struct alert *a, struct buf *out)
{
	auto_buf text = BUF_INIT(ALERT_ESCAPED_MAX);
	char id[ID_MAX];
	struct mail m = { .id = BUF_FIXED(id, "%s.potpress", a->key),
		.domain = strchr(c->from, '@') + 1,
		.from = c->from,
		.to = (const char *const *)c->to.items,
		.to_count = c->to.count,
		.at = a->at,
		.subject = a->title };

	buf_puts(&text, a->text);
	alert_put_link_below(&text, a);
	buf_puts(&text, "\n");
	m.text = buf_text(&text);
	return mail_write(out, &m);
}

static bool
is_login(long code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	auto_buf cut = BUF_CUT(WORDS_MAX), words = BUF_CUT(WORDS_MAX);
	long code = reply->status;

	buf_put(&cut, buf_text(&reply->body), strcspn(buf_text(&reply->body), "\r\n"));
	utf8_put_printable(&words, buf_text(&cut));
	if (code < 400)
		return;
	if (is_login(code)) {
		err_outage(&out->e, OUTAGE_CREDENTIALS, 0,
		    "email: the mail server refused the login (%s); correct user and "
		    "password, then restart the publisher",
		    buf_text(&words));
		out->gone = true;
	} else if (code == 421) {
		err_outage(&out->e, OUTAGE_DOWN, 0,
		    "email: the mail server is not available (%s)", buf_text(&words));
	} else if (code < 500) {
		err_set(&out->e, FAULT_RETRY, "email: not accepted yet (%s)",
		    buf_text(&words));
	} else {
		err_set(&out->e, FAULT_REJECT, "email: message rejected (%s)",
		    buf_text(&words));
	}
}

static void
begin(struct alert_flight *f, const struct alert *a)
{
	const struct alert_config *c = f->line.config;
	const struct http_mail envelope = { .from = c->from,
		.to = (const char *const *)c->to.items,
		.to_count = c->to.count };
	auto_buf message = BUF_INIT(MESSAGE_MAX), url = BUF_INIT(HTTP_URL_MAX);
	struct http_request r = { .service = &f->service,
		.method = "POST",
		.mail = &envelope,
		.reply_max = ALERT_REPLY_MAX };

	f->service = (struct http_service){ .name = TYPE,
		.config = &c->service,
		.user = c->service.user,
		.helo = c->helo };
	if (!write_message(c, a, &message)) {
		err_set(&f->answer.e, FAULT_REJECT, "email: the message is too long");
		f->done = true;
		return;
	}
	http_put_url(&url, &f->service);
	r.url = buf_text(&url);
	r.body = buf_text(&message);
	r.body_len = message.len;
	alert_start(f, &r);
}

const struct alert_target alert_email = {
	.type = TYPE, .begin = begin, .read = read_reply
};
