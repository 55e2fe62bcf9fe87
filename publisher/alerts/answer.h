/*
 * answer.h - what the answer of a target by HTTP means, once the target's own words are known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_ANSWER_H
#define POTPRESS_ALERTS_ANSWER_H

#include "common/json/json.h"
#include "publisher/alerts/target.h"

struct alert_said {
	const char *type;
	/* The body has the form that the target's own answers have; else a page, or a gateway's error. */
	bool own;
	const char *words; /* why, in its words; "": none */
	int64_t retry_after_s; /* if it is said in the body; 0: the header counts */
};

/* The tree of the body, or NULL. */
cJSON *alert_tree(const struct http_reply *reply);
/* Seconds of a number, rounded up: 0.52 is 1. divisor 1000: of milliseconds. 0 when there is none. */
int64_t alert_seconds(const cJSON *tree, const char *path, int divisor);

/* By the status: done; refused for good; to wait; down; this message; in doubt. */
void alert_judge(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said);
/* This message is refused, whatever the status. */
void alert_reject(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said);
/* The target is gone, whatever the status; `cure` is what to do. */
void alert_refuse(struct alert_answer *out, const struct http_reply *reply,
    const struct alert_said *said, const char *cure);

#endif
