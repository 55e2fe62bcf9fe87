/*
 * target.h - one type of alert target: Slack, a mail server, a command ...
 *
 * A type turns an alert into a request and the answer into a fault. It knows nothing about queues,
 * pauses and rules. A new type is one file and one line in targets.c, and its name among the types in
 * common/config/keys/alert.c.
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
/* bytes; a target with a lower limit cuts the text at a character */
#define ALERT_TEXT_MAX 4000
#define ALERT_BODY_MAX (64 << 10) /* bytes of a request */
#define ALERT_REPLY_MAX (64 << 10)
#define ALERT_LOOK_MS 50 /* between two checks by look */

/* One message. title, text and link are plain UTF-8 that passed the gate: guarded, defanged, cut,
 * without control characters (but '\n' between the lines of text). They contain attackers' words, so a
 * target escapes them for its markup and makes sure that nothing in them mentions anybody, becomes a
 * link or is fetched. */
struct alert {
	const char *
	    /* lower-case hex digits, the same in each attempt, unique for ever: the transaction id,
	     * idempotency key, or Message-ID */
	    key;
	const char *rule; /* the rule of its first event: "unknown" */
	const char *title; /* one line */
	const char *text; /* lines */
	const char *
	    /* https URL of our own post, the only live link; NULL: none */
	    link;
	int64_t at; /* time of its first event; the same in each attempt */
	bool trouble; /* about potpress itself, not about what was captured */
};

/* The result of an attempt. e: FAULT_NONE it was accepted; FAULT_REJECT this message, never;
 * FAULT_RETRY this message, later; FAULT_OUTAGE the target: OUTAGE_DOWN, or OUTAGE_QUOTA with
 * retry_after_s (rounded up) after 429 and its like; FAULT_DOUBT the answer may not be the target's
 * own. unknown_outcome: it may have been delivered. The text begins with the target's type ("slack:
 * ...") and never contains a secret. gone: the target refuses permanently (401, 403, 404, 410 and the
 * like): nothing more is sent to it until manual action, whatever e's fault is. */
struct alert_answer {
	struct err e;
	bool gone;
};

/* The sender, and what it sends with. */
struct alert_line {
	const char *name; /* the name of the section: "ops" */
	const struct alert_config *config;
	struct http *http;
	const struct clock *clock;
	const struct log *log;
};

/* The request of a target by HTTP; filled in by build. */
struct alert_request {
	const char *method; /* "POST" unless set */
	/* at most HTTP_URL_MAX bytes; with url_secret, the part before it */
	struct buf url;
	const struct secret *url_secret;
	const char *url_after;
	const char *key_header, *key_prefix; /* as in struct http_service */
	const struct secret *key;
	bool login; /* Basic, with the section's user and password */
	/* "Name: value"; "": none. Content-Type is already JSON */
	char headers[3][HTTP_HEADER_MAX];
	char *body; /* of json_written; released by the caller */
};

struct alert_child; /* of command.c */

/* A message in flight: started by alert_begin, answered while the program does other work. It must stay
 * at its address until it is done. */
struct alert_flight {
	struct alert_line line;
	const struct alert_target *kind;
	/* of the request; must exist while it is in flight */
	struct http_service service;
	struct alert_child *child; /* owned; NULL: no command runs */
	struct alert_answer answer; /* once it is done */
	bool done;
};

struct alert_target {
	const char *type; /* as in the configuration */
	/* It recognises a second request with the same alert.key and does not show it twice. */
	bool idempotent;
	/* For targets by HTTP: fills in the request. False with the fault of this message. */
	bool (*build)(const struct alert_config *c, const struct alert *a,
	    struct alert_request *out, struct err *e);
	void (*read)(const struct http_reply *reply, struct alert_answer *out);
	/* For all others: starts to send; the result comes within config->service.timeout_s. NULL: HTTP.
	 * `read` also reads the answers of a mail server. */
	void (*begin)(struct alert_flight *f, const struct alert *a);
	/* Checks whether a message has ended whose end is not reported otherwise. stop: ends it now. */
	void (*look)(struct alert_flight *f, bool stop);
};

/* NULL: no such type. */
const struct alert_target *alert_target_of(const char *type);
/* Starts to send one message by f->kind on f->line; if it cannot be started, f is done at once. */
void alert_begin(struct alert_flight *f, const struct alert *a);
/* Whether it is done. stop: ends it if it would not end by itself. */
bool alert_look(struct alert_flight *f, bool stop);
/* For a target's begin: sends an HTTP request or an e-mail; the answer goes to f->kind->read. */
void alert_start(struct alert_flight *f, const struct http_request *r);
/* Sends one message to a target of any type and waits for the result. */
void alert_send(struct alert_line *line, const struct alert_target *target,
    const struct alert *a, struct alert_answer *out);

#endif
