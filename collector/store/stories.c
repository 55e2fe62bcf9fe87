/*
 * stories.c - see stories.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/stories.h"

#include <stdlib.h>
#include <string.h>

/* ---- a capture */

static const char FEW_SQL[] =
    "SELECT count(*)"
    " FROM sample"
    " WHERE id = :sample_id AND captures <= :most";

static bool
is_rare(struct db *db, int64_t sample_id, bool *rare, struct err *e)
{
	struct statement *s = db_prepare(db, FEW_SQL, e);
	int64_t n = 0;

	db_bind_int(s, ":sample_id", sample_id);
	db_bind_int(s, ":most", STORY_CAPTURES_MAX);
	if (!db_one_int(s, &n, e))
		return false;
	*rare = n > 0;
	return true;
}

static const char BEGIN_SQL[] =
    "INSERT INTO session (source, honeypot, session, index_name, look_at)"
    " VALUES (:source, :honeypot, :session, :index, :now)"
    " ON CONFLICT (source, honeypot, session) DO UPDATE"
    " SET look_at = excluded.look_at"
    " WHERE session.closed = 0";

static const char TOLD_BY_ITSELF_SQL[] =
    "INSERT INTO session (source, honeypot, session, index_name, look_at, told_at, closed, client,"
    " request)"
    " VALUES (:source, :honeypot, :session, :index, 0, :now, 1, :client, :request)"
    " ON CONFLICT DO NOTHING";

bool
store_story_begin(struct db *db, const char *source, const char *index,
    const struct hit *h, const struct capture *c, int64_t sample_id, int64_t now,
    struct err *e)
{
	bool itself = h->request != NULL, rare;
	struct statement *s;

	if (!itself && (h->session == NULL || readers_of(h->profile->honeypot) == NULL))
		return true;
	if (!is_rare(db, sample_id, &rare, e) || !rare)
		return e->fault == FAULT_NONE;
	s = db_prepare(db, itself ? TOLD_BY_ITSELF_SQL : BEGIN_SQL, e);
	db_bind_text(s, ":source", source);
	db_bind_text(s, ":honeypot", h->profile->honeypot);
	db_bind_text(s, ":session", h->session != NULL ? h->session : c->event_key);
	db_bind_text(s, ":index", index);
	db_bind_int(s, ":now", now);
	if (itself) {
		db_bind_text(s, ":client", h->client);
		db_bind_text(s, ":request", h->request);
	}
	return db_run(s, e);
}

/* ---- what is due */

static const char FIRST_SQL[] =
    "SELECT honeypot, index_name"
    " FROM session"
    " WHERE source = :source AND look_at > 0 AND look_at <= :now"
    " ORDER BY look_at"
    " LIMIT 1";

static const char DUE_SQL[] =
    "SELECT session, looks"
    " FROM session"
    " WHERE source = :source AND look_at > 0 AND look_at <= :now AND honeypot = :honeypot"
    " AND index_name = :index"
    " ORDER BY look_at"
    " LIMIT :most";

static bool
find_first(
    struct db *db, const char *source, int64_t now, struct story_due *out, struct err *e)
{
	struct statement *s = db_prepare(db, FIRST_SQL, e);
	int step;

	db_bind_text(s, ":source", source);
	db_bind_int(s, ":now", now);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	BUF_FIXED(out->honeypot, "%.*s", STORY_HONEYPOT_MAX - 1, db_text(s, 0));
	BUF_FIXED(out->index, "%.*s", ELASTIC_INDEX_MAX - 1, db_text(s, 1));
	db_reset(s);
	return true;
}

bool
store_stories_due(struct db *db, const char *source, int64_t now, size_t most,
    struct story_due *out, struct err *e)
{
	struct statement *s;
	int step;

	*out = (struct story_due){ .count = 0 };
	if (!find_first(db, source, now, out, e))
		return false;
	s = db_prepare(db, DUE_SQL, e);
	db_bind_text(s, ":source", source);
	db_bind_text(s, ":honeypot", out->honeypot);
	db_bind_text(s, ":index", out->index);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":most", (int64_t)most);
	while ((step = db_step(s, e)) == 1) {
		out->looks[out->count] = db_int(s, 1);
		out->sessions[out->count] = db_text_dup(s, 0);
		if (out->sessions[out->count] == NULL) {
			db_reset(s);
			return err_set(e, FAULT_FATAL, "out of memory");
		}
		out->count++;
	}
	return step == 0;
}

void
store_stories_done(struct story_due *due)
{
	for (size_t i = 0; i < due->count; i++)
		free(due->sessions[i]);
	*due = (struct story_due){ .count = 0 };
}

static const char NEXT_SQL[] =
    "SELECT min(look_at)"
    " FROM session"
    " WHERE source = :source AND look_at > 0";

bool
store_stories_next(struct db *db, const char *source, int64_t *at, struct err *e)
{
	struct statement *s = db_prepare(db, NEXT_SQL, e);

	*at = INT64_MAX;
	db_bind_text(s, ":source", source);
	return db_one_int(s, at, e);
}

/* ---- what was learned */

static const char TOLD_SQL[] =
    "UPDATE session"
    " SET look_at = :look_at, looks = looks + 1, told_at = :now, closed = :closed, login = :login,"
    " user_name = :user, tries = :tries, client = :client, hassh = :hassh, commands = :commands,"
    " typed = :typed, request = :request"
    " WHERE source = :source AND honeypot = :honeypot AND session = :session";

static const char NOTHING_SQL[] =
    "UPDATE session"
    " SET look_at = :look_at, looks = looks + 1"
    " WHERE source = :source AND honeypot = :honeypot AND session = :session";

struct story_writing {
	struct db *db;
	const char *source;
	const struct story_due *due;
	struct story_list *stories;
	const int64_t *look_at;
	int64_t now;
	char *commands[STORY_SESSIONS_MAX];
};

static void
bind_session(struct statement *s, const struct story_writing *t, size_t i)
{
	db_bind_int(s, ":look_at", t->look_at[i]);
	db_bind_text(s, ":source", t->source);
	db_bind_text(s, ":honeypot", t->due->honeypot);
	db_bind_text(s, ":session", t->due->sessions[i]);
}

static bool
write_nothing(const struct story_writing *t, size_t i, struct err *e)
{
	struct statement *s = db_prepare(t->db, NOTHING_SQL, e);

	bind_session(s, t, i);
	return db_run(s, e);
}

static bool
write_story(const struct story_writing *t, size_t i, struct err *e)
{
	const struct story *story = &t->stories->items[i];
	struct statement *s = db_prepare(t->db, TOLD_SQL, e);

	bind_session(s, t, i);
	db_bind_int(s, ":now", t->now);
	db_bind_int(s, ":closed", story->ended);
	db_bind_text(s, ":login", !story->in ? NULL : story->by_key ? "key" : "password");
	db_bind_text(s, ":user", story->user);
	db_bind_int_or_null(s, ":tries", story->tries > 0 ? story->tries : -1);
	db_bind_text(s, ":client", story->client);
	db_bind_text(s, ":hassh", story->hassh);
	db_bind_text(s, ":commands", t->commands[i]);
	db_bind_int_or_null(s, ":typed", story->typed > 0 ? story->typed : -1);
	db_bind_text(s, ":request", story->request);
	return db_run(s, e);
}

static bool
write_all(void *ctx, struct err *e)
{
	const struct story_writing *t = ctx;

	for (size_t i = 0; i < t->due->count; i++)
		if (!(t->stories->count > 0 ? write_story : write_nothing)(t, i, e))
			return false;
	return true;
}

bool
store_stories_told(struct db *db, const char *source, const struct story_due *due,
    struct story_list *stories, const int64_t *look_at, int64_t now, struct err *e)
{
	struct story_writing t = { .db = db,
		.source = source,
		.due = due,
		.stories = stories,
		.look_at = look_at,
		.now = now };
	bool ok = true;

	for (size_t i = 0; i < due->count && ok; i++) {
		t.commands[i] = story_commands(&stories->items[i], e);
		ok = e->fault == FAULT_NONE;
	}
	ok = ok && db_transact(db, write_all, &t, e);
	for (size_t i = 0; i < due->count; i++)
		free(t.commands[i]);
	return ok;
}
