/*
 * state.h - what a source remembers about telling its sessions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORIES_STATE_H
#define POTPRESS_STORIES_STATE_H

#include "collector/elastic/question.h"
#include "collector/store/stories.h"

struct stories_state {
	struct elastic_question question;
	struct story_due asked; /* the sessions it is about */
	size_t most; /* sessions of one request; 0: not known yet */
	int64_t next_at; /* when the next session is due; 0: not known */
	int64_t again_at; /* after a failure: not before */
	int failures; /* in a row */
};

#endif
