/*
 * store_story.c - see store_story.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/store_story.h"

#include <stdlib.h>
#include <string.h>

/* Only the sessions of a file's first captures are kept. */
static const char STORY_SQL[] =
    "SELECT n.honeypot, s.protocol, n.user_name, n.client, n.request, n.login, n.tries, n.typed, n.commands"
    " FROM (SELECT source, honeypot, session, event_key, protocol, seen_at, id"
    " FROM sighting"
    " WHERE sample_id = :sample_id"
    " ORDER BY seen_at"
    " LIMIT 100) AS s"
    " JOIN session n ON n.source = s.source AND n.honeypot = s.honeypot"
    " AND n.session = coalesce(s.session, s.event_key)"
    " WHERE n.tries > 0 OR n.typed > 0 OR n.request IS NOT NULL"
    " ORDER BY s.seen_at, s.id"
    " LIMIT 1";

static cJSON *
commands_of(const char *text)
{
	struct err ignored = ERR_NONE;

	return text[0] == '\0' ? NULL : json_parse(text, strlen(text), &ignored);
}

bool
sample_story_read(
    struct db *db, int64_t sample_id, struct sample_story *out, struct err *e)
{
	struct statement *s = db_prepare(db, STORY_SQL, e);
	int step;

	*out = (struct sample_story){ .honeypot = NULL };
	db_bind_int(s, ":sample_id", sample_id);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	*out = (struct sample_story){ .honeypot = db_text_dup(s, 0),
		.protocol = db_text_dup(s, 1),
		.user = db_text_dup(s, 2),
		.client = db_text_dup(s, 3),
		.request = db_text_dup(s, 4),
		.in = !db_is_null(s, 5),
		.tries = db_int(s, 6),
		.typed = db_int(s, 7),
		.commands = commands_of(db_text(s, 8)) };
	db_reset(s);
	return true;
}

void
sample_story_done(struct sample_story *story)
{
	free(story->honeypot);
	free(story->protocol);
	free(story->user);
	free(story->client);
	free(story->request);
	json_free(&story->commands);
	*story = (struct sample_story){ .honeypot = NULL };
}
