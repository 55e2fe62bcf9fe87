/*
 * answer.c - see answer.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/answer.h"

#include <math.h>
#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"

#define WORDS_MAX 120 /* bytes of its words in our messages */
#define GATEWAY_TIMEOUT 504
#define WAIT_MAX_S (DAY_S) /* longest wait, whatever it requests */

cJSON *
alert_tree(const struct http_reply *reply)
{
	struct err ignored = ERR_NONE;

	return json_parse(buf_text(&reply->body), reply->body.len, &ignored);
}

int64_t
alert_seconds(const cJSON *tree, const char *path, int divisor)
{
	const cJSON *node = json_at(tree, path);
	double seconds;

	if (!cJSON_IsNumber(node))
		return 0;
	seconds = ceil(cJSON_GetNumberValue(node) / divisor);
	if (!(seconds > 0))
		return 0;
	return seconds < WAIT_MAX_S ? (int64_t)seconds : WAIT_MAX_S;
}

/* A date is relative to the Date of the answer. */
static int64_t
wait_of(const struct http_reply *reply, const struct alert_said *said)
{
	int64_t now = 0, seconds = 0;

	if (said->retry_after_s > 0)
		return said->retry_after_s;
	time_parse_http(reply->date, &now);
	if (!time_parse_retry_after(reply->retry_after, now, &seconds) || seconds < 0)
		return 0;
	return seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S;
}

/* ": " and its words, safe to print; "" if there are none. */
static void
put_words(struct buf *out, const struct alert_said *said)
{
	auto_buf cut = BUF_CUT(WORDS_MAX);

	if (!said->own || said->words[0] == '\0')
		return;
	buf_puts(&cut, said->words);
	buf_puts(out, " ");
	utf8_put_printable(out, buf_text(&cut));
}

#define SAID_MAX (2 * WORDS_MAX)

static void
reject(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said)
{
	auto_buf words = BUF_CUT(SAID_MAX);

	put_words(&words, said);
	err_set(&out->e, FAULT_REJECT, "%s: HTTP %ld%s: message rejected", said->type,
	    reply->status, buf_text(&words));
}

void
alert_refuse(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said, const char *fix)
{
	auto_buf words = BUF_CUT(SAID_MAX);

	put_words(&words, said);
	err_outage(&out->e, OUTAGE_CREDENTIALS, 0, "%s: HTTP %ld%s: %s", said->type,
	    reply->status, buf_text(&words), fix);
	out->gone = true;
}

static const char *
cure_of(long status)
{
	if (status == 401)
		return "login rejected; correct the token or password, then restart the "
		       "publisher";
	if (status == 403)
		return "not allowed to post there; correct the URL, the token or the "
		       "rights, then restart the publisher";
	return "the target no longer exists; correct the URL or create a new webhook, then "
	       "restart the publisher";
}

/* A gateway that timed out has passed the message on, so it may have been delivered. Any other error
 * means that it was not: otherwise alerts would be lost while the service is down. */
static void
say_down(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said)
{
	auto_buf words = BUF_CUT(SAID_MAX);

	put_words(&words, said);
	err_outage(&out->e, OUTAGE_DOWN, wait_of(reply, said),
	    "%s: HTTP %ld%s: the service, or the server in front of it, failed",
	    said->type, reply->status, buf_text(&words));
	out->e.unknown_outcome = reply->status == GATEWAY_TIMEOUT;
}

static void
say_wait(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said)
{
	auto_buf words = BUF_CUT(SAID_MAX);

	put_words(&words, said);
	err_outage(&out->e, OUTAGE_QUOTA, wait_of(reply, said),
	    "%s: HTTP %ld%s: too many messages", said->type, reply->status,
	    buf_text(&words));
}

/* A page with a good status may come from something before the service, or from the service itself
 * after it accepted the message. */
static void
say_foreign(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said)
{
	if (reply->status >= 300 && reply->status < 400) {
		err_outage(&out->e, OUTAGE_DOWN, 0,
		    "%s: HTTP %ld: the server redirects, which is not followed; set the "
		    "URL to its real address",
		    said->type, reply->status);
		return;
	}
	err_doubt(&out->e,
	    "%s: HTTP %ld, not in the service's own form: a login page, a firewall or "
	    "another server answered; check the URL and the network",
	    said->type, reply->status);
	out->e.unknown_outcome = reply->status >= 200 && reply->status < 300;
}

void
alert_judge(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said)
{
	long status = reply->status;

	if (status >= 200 && status < 300 && said->own)
		return;
	if (status == 429)
		say_wait(out, reply, said);
	else if (status >= 500 || status == 408)
		say_down(out, reply, said);
	else if (!said->own || status < 400)
		say_foreign(out, reply, said);
	else if (status == 401 || status == 403 || status == 404 || status == 410)
		alert_refuse(out, reply, said, cure_of(status));
	else
		reject(out, reply, said);
}
