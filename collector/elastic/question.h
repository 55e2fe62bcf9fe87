/*
 * question.h - a search that is started without waiting; its answer is taken later.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_QUESTION_H
#define POTPRESS_ELASTIC_QUESTION_H

#include "collector/elastic/elastic.h"

struct elastic_question {
	enum question_state {
		QUESTION_NONE,
		QUESTION_ASKED, /* on its way */
		/* the answer, or the fault, has come and is not taken yet */
		QUESTION_ANSWERED,
	} state;
	const struct clock *clock;
	struct buf body;
	/* FAULT_REJECT: the engine refuses this search, or its answer is too large */
	struct err fault;
	bool too_large; /* the answer passed the limit ... */
	bool too_many; /* ... or more documents were asked for than an index gives */
	int64_t took_ms;
};

struct search {
	const char *index; /* names separated by commas; missing ones are skipped */
	const char *filter; /* what the answer holds: filter_path */
	const char *body;
	size_t reply_max;
};

/* Starts it; state must be QUESTION_NONE, and q stays where it is until the answer has come. The answer is
 * whole (every shard took part) or a fault. */
bool question_ask(struct elastic_question *q, struct elastic *el, const struct search *s,
    struct err *e);
/* The answer as text, which q owns until question_done; NULL with the fault. */
const char *question_answer(const struct elastic_question *q, size_t *len, struct err *e);
/* Back to QUESTION_NONE. Not while it is on its way. */
void question_done(struct elastic_question *q);
/* When the program ends: also while it is on its way. */
void question_end(struct elastic_question *q);

#endif
