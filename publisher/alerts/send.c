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
answered(void *ctx, struct http_reply *reply, const struct err *e)
{
	struct alert_flight *f = ctx;

	if (e->fault == FAULT_NONE)
		f->kind->read(reply, &f->answer);
	else
		f->answer.e = *e;
	f->done = true;
}

void
alert_start(struct alert_flight *f, const struct http_request *r)
{
	if (!http_start(f->line.http, r, answered, f, &f->answer.e))
		f->done = true;
}

static void
start_http(struct alert_flight *f, struct alert_request *ar)
{
	const struct service_config *config = &f->line.config->service;
	struct http_request r = { .service = &f->service,
		.method = ar->method,
		.url = buf_text(&ar->url),
		.url_secret = ar->url_secret,
		.url_after = ar->url_after,
		.body = ar->body,
		.body_len = strlen(ar->body),
		.headers = { CONTENT_TYPE },
		.reply_max = ALERT_REPLY_MAX };

	f->service = (struct http_service){ .name = f->kind->type,
		.config = config,
		.user = ar->login ? config->user : NULL,
		.key_header = ar->key_header,
		.key = ar->key,
		.key_prefix = ar->key_prefix };
	for (size_t i = 0, n = 1; i < sizeof ar->headers / sizeof ar->headers[0]; i++)
		if (ar->headers[i][0] != '\0')
			r.headers[n++] = ar->headers[i];
	alert_start(f, &r);
}

void
alert_begin(struct alert_flight *f, const struct alert *a)
{
	struct alert_request r = { .method = "POST", .url = BUF_INIT(HTTP_URL_MAX) };

	f->answer = (struct alert_answer){ .gone = false };
	f->done = false;
	if (f->kind->begin != NULL) {
		f->kind->begin(f, a);
		return;
	}
	if (f->kind->build(f->line.config, a, &r, &f->answer.e) && buf_ok(&r.url)) {
		start_http(f, &r);
	} else {
		f->done = true;
		if (!buf_ok(&r.url))
			err_set(&f->answer.e, FAULT_REJECT, "%s: the address is too long",
			    f->kind->type);
	}
	request_done(&r);
}

bool
alert_look(struct alert_flight *f, bool stop)
{
	if (!f->done && f->kind->look != NULL)
		f->kind->look(f, stop);
	return f->done;
}

void
alert_send(struct alert_line *line, const struct alert_target *target,
    const struct alert *a, struct alert_answer *out)
{
	struct alert_flight f = { .line = *line, .kind = target };
	bool stop = false;

	alert_begin(&f, a);
	while (!alert_look(&f, stop))
		stop = !http_wait(line->http, ALERT_LOOK_MS);
	*out = f.answer;
}
