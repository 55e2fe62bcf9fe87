/*
 * store_story.h - the story of a sample's first session that is known: what the attacker did to bring the file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_STORE_STORY_H
#define POTPRESS_SAMPLE_STORE_STORY_H

#include <stdint.h>

#include "common/db/db.h"
#include "common/json/json.h"

#define STORY_LINES_MAX 10 /* commands shown */

/* Texts are owned, hostile, and NULL where unknown; honeypot NULL: no story is known. */
struct sample_story {
	char *honeypot, *protocol, *user, *client, *request;
	bool in; /* the attacker logged in */
	int64_t tries, typed; /* 0: none known */
	cJSON *commands; /* array of texts, the first of them */
};

bool sample_story_read(
    struct db *db, int64_t sample_id, struct sample_story *out, struct err *e);
void sample_story_done(struct sample_story *story);

#endif
