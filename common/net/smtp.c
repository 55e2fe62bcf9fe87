/*
 * smtp.c - requests to a mail server, where they differ from HTTP.
 *
 * A message may have been delivered if libcurl took its last byte and no answer came. A rejection with
 * a code is an answer, not a failure of the transport.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/net/internal.h"
#include "common/net/mail.h"

#define SMTP_REFUSED 400 /* codes from here on */

void
http_put_url(struct buf *out, const struct http_service *service)
{
	buf_puts(out, service->config->url);
	if (service->helo == NULL)
		return;
	/* Otherwise libcurl sends the name of this machine. */
	buf_putc(out, '/');
	http_escape(out, service->helo);
}

void
http_set_mail_policy(struct easy *c, const struct service_config *s)
{
	bool asks_for_trust = s->ca_file != NULL || s->pinned_public_key != NULL;
	long level = CURLUSESSL_ALL;

	if (s->allow_http)
		level = CURLUSESSL_TRY;
	else if (http_is_local(s) && !asks_for_trust)
		level = CURLUSESSL_NONE;
	http_opt_text(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	http_opt_num(c, CURLOPT_USE_SSL, level);
}

static size_t
give_message(char *out, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t left = t->body_len - t->body_given, room = size * count;
	size_t n = left < room ? left : room;

	memcpy(out, t->body + t->body_given, n);
	t->body_given += n;
	t->body_over = t->body_given == t->body_len;
	return n;
}

/* Keeps the lines of the newest answer, except that to QUIT; all lines but the last have a hyphen after
 * the code. */
static size_t
take_line(char *bytes, size_t size, size_t count, void *ctx)
{
	static const char BYE[] = "221";
	struct transfer *t = ctx;
	size_t len = size * count;

	t->header_bytes += len;
	if (t->header_bytes > HTTP_HEADERS_BYTES_MAX)
		return 0;
	if (len >= sizeof BYE - 1 && memcmp(bytes, BYE, sizeof BYE - 1) == 0)
		return len;
	if (!t->line_goes_on)
		buf_reset(&t->reply.body);
	t->line_goes_on = len > 3 && bytes[3] == '-';
	return http_add_body(t, bytes, len);
}

static void
add_recipients(struct transfer *t, const struct http_mail *m)
{
	for (size_t i = 0; i < m->to_count; i++) {
		struct curl_slist *longer;

		if (!mail_is_address(m->to[i])) {
			t->easy.failed = CURLE_BAD_FUNCTION_ARGUMENT;
			return;
		}
		longer = curl_slist_append(t->recipients, m->to[i]);
		if (longer == NULL)
			t->easy.failed = CURLE_OUT_OF_MEMORY;
		else
			t->recipients = longer;
	}
	http_opt_list(&t->easy, CURLOPT_MAIL_RCPT, t->recipients);
}

void
http_set_mail(struct transfer *t, const struct http_mail *m)
{
	CURL *c = t->easy.handle;

	if (!mail_is_address(m->from) || !mail_is_name(t->service->helo)) {
		t->easy.failed = CURLE_BAD_FUNCTION_ARGUMENT;
		return;
	}
	http_opt_text(&t->easy, CURLOPT_MAIL_FROM, m->from);
	add_recipients(t, m);
	http_opt_num(&t->easy, CURLOPT_UPLOAD, 1);
	/* There is at most one message in ten minutes, so the connection is not kept. */
	http_opt_num(&t->easy, CURLOPT_FORBID_REUSE, 1);
	if (curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->body_len) !=
		CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_message) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_READDATA, t) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line) != CURLE_OK)
		t->easy.failed = CURLE_FAILED_INIT;
}

CURLcode
http_mail_result(const struct transfer *t, CURLcode code)
{
	bool in_words = code == CURLE_LOGIN_DENIED || code == CURLE_SEND_ERROR ||
			code == CURLE_WEIRD_SERVER_REPLY ||
			code == CURLE_REMOTE_ACCESS_DENIED;

	return in_words && t->reply.status >= SMTP_REFUSED ? CURLE_OK : code;
}
