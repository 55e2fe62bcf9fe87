/*
 * story.h - what an attacker did in a session, read from its documents.
 *
 * Attackers wrote all of its texts: they are made valid UTF-8 and cut. Passwords are not read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORIES_STORY_H
#define POTPRESS_STORIES_STORY_H

#include "collector/stories/readers.h"
#include "common/base/err.h"
#include "common/json/json.h"
#include "common/json/write.h"

#define STORY_SESSIONS_MAX 200 /* of one request */
/* documents of one answer, or what the index gives; if there are more, half of the sessions are requested */
#define STORY_HITS 10000
#define STORY_COMMANDS_MAX 50 /* kept of one session */
#define STORY_TEXT_MAX 512 /* bytes kept of a command, or of any other text */

struct story {
	const char *session; /* not owned */
	bool in; /* logged in ... */
	bool by_key; /* ... by a key */
	char *user, *client, *hassh, *request; /* owned; NULL: unknown */
	int64_t tries, typed;
	bool ended;
	struct json_writer commands; /* an open array; empty: none */
	char *last; /* what the last document said: one that says the same is a copy */
};

struct story_list {
	struct story items[STORY_SESSIONS_MAX];
	size_t count;
	size_t hits; /* as many as were asked for: there may be more */
};

/* The search for at most so many documents of these sessions; the caller frees it. NULL with the fault. */
char *story_body(const struct story_reader *r, char *const *sessions, size_t count,
    size_t hits, struct err *e);
/* Reads the answer into the stories, whose sessions are set and which are empty otherwise. FAULT_RETRY
 * when the answer is not of the kind. */
bool story_answer(struct story_list *list, const struct story_reader *r,
    const char *answer, size_t len, struct err *e);
/* The commands as a JSON array, which the caller frees; NULL: none (or out of memory, with a fault). */
char *story_commands(struct story *s, struct err *e);
void story_list_done(struct story_list *list);

#endif
