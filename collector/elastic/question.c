/*
 * question.c - see question.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/question.h"

#include <assert.h>

#include "collector/elastic/internal.h"
#include "collector/elastic/status.h"

#define PATH_BYTES_MAX 512

static void
take_answer(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct elastic_question *q = ctx;

	q->state = QUESTION_ANSWERED;
	q->took_ms = reply->took_ms;
	q->too_large = reply->too_large;
	q->too_many = elastic_is_small_window(reply);
	if (elastic_status(reply, transport, clock_now(q->clock), &q->fault)) {
		q->body = reply->body;
		reply->body = (struct buf)BUF_INIT(0);
	} else if (elastic_is_refusal(reply)) {
		q->fault.fault = FAULT_REJECT;
	}
}

bool
question_ask(
    struct elastic_question *q, struct elastic *el, const struct search *s, struct err *e)
{
	char path[PATH_BYTES_MAX];

	assert(q->state == QUESTION_NONE);
	BUF_FIXED(path,
	    "_search?ignore_unavailable=true&allow_partial_search_results=false&"
	    "request_cache=false&filter_path=timed_out,_shards.total,_shards.failed,%s",
	    s->filter);
	const struct call c = { s->index, path, s->body, s->reply_max };

	*q = (struct elastic_question){ .clock = el->clock };
	if (!elastic_start(el, &c, take_answer, q, e))
		return false;
	q->state = QUESTION_ASKED;
	return true;
}

const char *
question_answer(const struct elastic_question *q, size_t *len, struct err *e)
{
	assert(q->state == QUESTION_ANSWERED);
	if (q->fault.fault != FAULT_NONE) {
		*e = q->fault;
		return NULL;
	}
	*len = q->body.len;
	return buf_text(&q->body);
}

void
question_done(struct elastic_question *q)
{
	assert(q->state != QUESTION_ASKED);
	question_end(q);
	*q = (struct elastic_question){ .state = QUESTION_NONE };
}

void
question_end(struct elastic_question *q)
{
	buf_done(&q->body);
}
