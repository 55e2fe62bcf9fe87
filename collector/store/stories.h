/*
 * stories.h - all SQL about the stories of sessions: table session.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORE_STORIES_H
#define POTPRESS_STORE_STORIES_H

#include "collector/documents/hit.h"
#include "collector/elastic/elastic.h"
#include "collector/stories/story.h"
#include "common/db/db.h"

/* For a file that was captured more often, no further session is read. */
#define STORY_CAPTURES_MAX 10
#define STORY_HONEYPOT_MAX 64

/* Inside the transaction of a page: plans to read the session of a new capture, unless the capture's
 * own document has its story. */
bool store_story_begin(struct db *db, const char *source, const char *index,
    const struct hit *h, const struct capture *c, int64_t sample_id, int64_t now,
    struct err *e);

/* Sessions of one honeypot in one index whose time has come. */
struct story_due {
	char honeypot[STORY_HONEYPOT_MAX], index[ELASTIC_INDEX_MAX];
	char *sessions[STORY_SESSIONS_MAX]; /* owned */
	int64_t looks[STORY_SESSIONS_MAX]; /* how often each was asked about */
	size_t count;
};
bool store_stories_due(struct db *db, const char *source, int64_t now, size_t most,
    struct story_due *out, struct err *e);
void store_stories_done(struct story_due *due);
/* When the next one is due; INT64_MAX: none. */
bool store_stories_next(struct db *db, const char *source, int64_t *at, struct err *e);

/* What was learned about due->sessions (stories->count 0: nothing, and what is known stays). look_at[i]:
 * when each is asked about again, 0: never. One transaction. */
bool store_stories_told(struct db *db, const char *source, const struct story_due *due,
    struct story_list *stories, const int64_t *look_at, int64_t now, struct err *e);

#endif
