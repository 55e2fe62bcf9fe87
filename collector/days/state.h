/*
 * state.h - what a source remembers about counting its days.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_STATE_H
#define POTPRESS_DAYS_STATE_H

#include "collector/elastic/question.h"
#include "collector/store/days.h"

struct days_state {
	struct elastic_question question;
	struct day asked; /* the day it is about ... */
	int64_t checkpoint; /* ... how far its indices were read ... */
	int64_t shards; /* ... how many shards they have ... */
	char why
	    [ERR_TEXT_MAX]; /* ... and why the answer will be incomplete; "": it will not */
	int64_t begun_until; /* the newest row of table day ends then; 0: not known yet */
	bool known; /* due is read from the database ... */
	bool any; /* ... and there is one */
	struct day due;
	bool waits; /* for documents to be read, or a poll */
	int64_t confirmed_by; /* the poll that shows that all was read; 0: not planned */
	int failures; /* of requests in a row */
};

#endif
