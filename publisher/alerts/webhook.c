/*
 * webhook.c - any program that accepts our JSON by HTTP; potpress-publisher(8) describes it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/sha256.h"
#include "publisher/alerts/answer.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "webhook"

static void
sign(const struct alert_config *c, struct alert_request *out)
{
	char hex[SHA256_HEX_MAX];

	sha256_hmac_hex(
	    c->key.bytes, strlen(c->key.bytes), out->body, strlen(out->body), hex);
	BUF_FIXED(out->headers[1], "X-Potpress-Signature: sha256=%s", hex);
}

static bool
build(const struct alert_config *c, const struct alert *a, struct alert_request *out,
    struct err *e)
{
	if (c->url != NULL)
		buf_puts(&out->url, c->url);
	else
		out->url_secret = &c->secret_url;
	out->body = alert_json(a, e);
	if (out->body == NULL)
		return false;
	BUF_FIXED(out->headers[0], "Idempotency-Key: %s", a->key);
	if (secret_is_set(&c->key))
		sign(c, out);
	return true;
}

/* The receiver is the operator's own program, so its status is trusted. */
static void
read_reply(const struct http_reply *reply, struct alert_answer *out)
{
	const struct alert_said said = { .type = TYPE, .own = true, .words = "" };

	alert_judge(out, reply, &said);
}

const struct alert_target alert_webhook = {
	.type = TYPE, .idempotent = true, .build = build, .read = read_reply
};
