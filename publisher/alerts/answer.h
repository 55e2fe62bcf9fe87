/*
 * answer.h - what the answer of a target by HTTP means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_ANSWER_H
#define POTPRESS_ALERTS_ANSWER_H

#include "common/json/json.h"
#include "publisher/alerts/target.h"

struct alert_said {
	const char *type;
	/* The body has the form of the target's own answers; otherwise it is a page, or a gateway's
	 * error. */
	bool own;
	const char *words; /* the reason in its words; "": none */
	int64_t retry_after_s; /* from the body; 0: the header counts */
};

/* The tree of the body, or NULL. */
cJSON *alert_tree(const struct http_reply *reply);
/* Seconds of a number, rounded up: 0.52 is 1. divisor 1000: of milliseconds. 0 when there is none. */
int64_t alert_seconds(const cJSON *tree, const char *path, int divisor);

/* Sets the fault by the status: accepted, permanently refused, to wait, down, message rejected, or in
 * doubt. */
void alert_judge(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said);
/* The target refuses permanently, whatever the status; `fix` says what to do. */
void alert_refuse(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said, const char *fix);

#endif
