/*
 * target.h - one type of place to which alerts are sent: Slack, a mail server, a command ...
 *
 * A target turns an alert into a request and the answer into what to do next. It knows no queue, no pause
 * and no rule. A new one is one file and one line in targets.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_TARGET_H
#define POTPRESS_ALERTS_TARGET_H

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/config/config.h"
#include "common/net/http.h"

#define ALERT_KEY_MAX 65
#define ALERT_TITLE_MAX 200 /* bytes */
#define ALERT_TEXT_MAX 4000 /* bytes; a target with less room cuts it at a character */
#define ALERT_BODY_MAX (64 << 10) /* bytes of a request */
#define ALERT_REPLY_MAX (64 << 10)

/* One message. title, text and link are plain UTF-8 that passed the gate: guarded, defanged, cut, without
 * control characters (but '\n' between the lines of text). Parts of them are attackers' words, so a
 * target escapes all of it for its markup and lets nothing in it mention anybody, become a link or be
 * fetched. */
struct alert {
	const char *
	    key; /* lower-case hex digits, the same in each try, unique for ever: the transaction
			    id, idempotency key, or Message-ID */
	const char *rule; /* of the first of its events: "unknown" */
	const char *title; /* one line */
	const char *text; /* lines */
	const char *
	    link; /* https address of our own post, the only link that may be live; NULL: none */
	int64_t at; /* unix seconds of its first event; the same in each try */
	bool trouble; /* about potpress itself, not about what was captured */
};

/* How a try ended.
 *
 * e: FAULT_NONE it was accepted; FAULT_REJECT this message, never; FAULT_RETRY this message, later;
 * FAULT_OUTAGE the target: OUTAGE_DOWN, or OUTAGE_QUOTA with retry_after_s (rounded up) after 429 and its
 * like; FAULT_DOUBT what is not the target's own word. unknown_outcome: it may have been delivered. The
 * text names the target's type first ("slack: ...") and never holds a secret.
 * gone: the target refuses us for good (401, 403, 404, 410 and their like): nothing is sent there until a
 * person acts, whatever e's fault is. */
struct alert_answer {
	struct err e;
	bool gone;
};

/* Who sends, and by which means. */
struct alert_line {
	const char *name; /* of the section: "ops" */
	const struct alert_config *config;
	struct http *http;
	const struct clock *clock;
	const struct log *log;
};

/* What a target that speaks HTTP wants sent; filled by build. */
struct alert_request {
	const char *method; /* "POST" unless set */
	struct buf
	    url; /* of at most HTTP_URL_MAX bytes; with url_secret what stands before it */
	const struct secret *url_secret;
	const char *url_after;
	const char *key_header, *key_prefix; /* as in struct http_service */
	const struct secret *key;
	bool login; /* Basic, with the section's user and password */
	char headers
	    [3]
	    [HTTP_HEADER_MAX]; /* "Name: value"; "": none. Content-Type is JSON already */
	char *body; /* of json_written; released by the caller */
};

struct alert_target {
	const char *type; /* as in the configuration */
	/* A second request with the same alert.key is known there and not shown twice. */
	bool idempotent;
	/* Of targets that speak HTTP. False: e, which is this message's fault. */
	bool (*build)(const struct alert_config *c, const struct alert *a,
	    struct alert_request *out, struct err *e);
	void (*read)(const struct http_reply *reply, struct alert_answer *out);
	/* Of all others: sends it and waits for the end, at most config->service.timeout_s. NULL: HTTP. */
	void (*send)(
	    struct alert_line *line, const struct alert *a, struct alert_answer *out);
};

/* NULL: no such type. */
const struct alert_target *alert_target_of(const char *type);
/* Sends one message by any target and waits for its end. */
void alert_send(struct alert_line *line, const struct alert_target *target,
    const struct alert *a, struct alert_answer *out);

#endif
