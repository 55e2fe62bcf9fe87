/*
 * send.c - one message to one target; see target.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "publisher/alerts/target.h"

#define CONTENT_TYPE "Content-Type: application/json"

/* Secrets in a request are not left in memory; its body holds none. */
static void
request_done(struct alert_request *r)
{
	buf_done(&r->url);
	free(r->body);
}

static void
perform(struct alert_line *line, const struct alert_target *target,
    struct alert_request *ar, struct alert_answer *out)
{
	const struct http_service service = { .name = target->type,
		.config = &line->config->service,
		.user = ar->login ? line->config->service.user : NULL,
		.key_header = ar->key_header,
		.key = ar->key,
		.key_prefix = ar->key_prefix };
	struct http_request r = { .service = &service,
		.method = ar->method,
		.url = buf_text(&ar->url),
		.url_secret = ar->url_secret,
		.url_after = ar->url_after,
		.body = ar->body,
		.body_len = strlen(ar->body),
		.headers = { CONTENT_TYPE },
		.reply_max = ALERT_REPLY_MAX };
	auto_reply reply = { .status = 0 };

	for (size_t i = 0, n = 1; i < sizeof ar->headers / sizeof ar->headers[0]; i++)
		if (ar->headers[i][0] != '\0')
			r.headers[n++] = ar->headers[i];
	if (http_perform(line->http, &r, &reply, &out->e))
		target->read(&reply, out);
}

void
alert_send(struct alert_line *line, const struct alert_target *target,
    const struct alert *a, struct alert_answer *out)
{
	struct alert_request r = { .method = "POST", .url = BUF_INIT(HTTP_URL_MAX) };

	*out = (struct alert_answer){ .gone = false };
	if (target->send != NULL) {
		target->send(line, a, out);
		return;
	}
	if (target->build(line->config, a, &r, &out->e)) {
		if (buf_ok(&r.url))
			perform(line, target, &r, out);
		else
			err_set(&out->e, FAULT_REJECT, "%s: the address is too long",
			    target->type);
	}
	request_done(&r);
}
