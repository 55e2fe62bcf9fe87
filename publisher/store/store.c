/*
 * store.c - see store.h: posts, identities, and the results of writes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/store.h"

#include <stdlib.h>
#include <string.h>

/* ---- posts */

static const char POST_SQL[] =
    "SELECT p.kind, p.key, lower(p.slug), p.site, p.title, p.sent_title, p.content_hash, "
    "  p.sent_hash, p.sent_seal, p.sent_rest, p.lost_seal, p.excerpt_hash, p.moderated, p.reason, p.link, "
    "  p.sample_id, p.wp_id, "
    "  p.sent_at, p.lost_at, p.published_at, s.first_seen, p.from_at, p.to_at, "
    "  p.wanted = 'withdraw', "
    "  p.write_open, p.overwrite, p.sent_new, p.lost_new "
    "FROM post p "
    "LEFT JOIN sample s ON s.id = p.sample_id "
    "WHERE p.id = :id";

static void
read_post(struct statement *s, struct post_row *out)
{
	char **const texts[] = { &out->kind, &out->key, &out->slug, &out->site,
		&out->title, &out->sent_title, &out->content_hash, &out->sent_hash,
		&out->sent_seal, &out->sent_rest, &out->lost_seal, &out->excerpt_hash,
		&out->moderated, &out->reason, &out->link };
	int64_t *const numbers[] = { &out->sample_id, &out->wp_id, &out->sent_at,
		&out->lost_at, &out->published_at, &out->first_seen, &out->from_at,
		&out->to_at };
	bool *const marks[] = { &out->withdraw, &out->write_open, &out->overwrite,
		&out->sent_new, &out->lost_new };
	int col = 0;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		*texts[i] = db_text_dup(s, col++);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		*numbers[i] = db_int(s, col++);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		*marks[i] = db_int(s, col++) != 0;
}

bool
store_post(struct db *db, int64_t id, struct post_row *out, struct err *e)
{
	struct statement *s = db_prepare(db, POST_SQL, e);
	int step;

	*out = (struct post_row){ .id = id };
	db_bind_int(s, ":id", id);
	step = db_step(s, e);
	if (step == 1) {
		read_post(s, out);
		db_reset(s);
	}
	if (step < 0)
		return false;
	if (step == 1 && (out->kind == NULL || out->key == NULL || out->slug == NULL))
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
}

void
store_post_done(struct post_row *r)
{
	free(r->kind);
	free(r->key);
	free(r->slug);
	free(r->site);
	free(r->title);
	free(r->sent_title);
	free(r->content_hash);
	free(r->sent_hash);
	free(r->sent_seal);
	free(r->sent_rest);
	free(r->lost_seal);
	free(r->excerpt_hash);
	free(r->moderated);
	free(r->reason);
	free(r->link);
	*r = (struct post_row){ .id = 0 };
}

static const char WANTED_SQL[] =
    "SELECT id "
    "FROM post "
    "WHERE wanted = 'publish' "
    "  AND state <> 'skipped' "
    "ORDER BY id";

bool
store_wanted(struct db *db, int64_t **ids, size_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, WANTED_SQL, e);
	int step = 0;

	*ids = NULL;
	*count = 0;
	while ((step = db_step(s, e)) == 1) {
		int64_t *grown = realloc(*ids, (*count + 1) * sizeof *grown);

		if (grown == NULL) {
			db_reset(s);
			return err_set(e, FAULT_FATAL, "out of memory");
		}
		*ids = grown;
		grown[(*count)++] = db_int(s, 0);
	}
	return step == 0;
}

static const char LEFT_OUT_SQL[] =
    "SELECT count(*) "
    "FROM post "
    "WHERE state IN ('skipped', 'pending') "
    "  AND wanted = 'publish' "
    "  AND reason IS NULL "
    "  AND sent_at IS NULL "
    "  AND substr(last_error, 1, 8) = 'by rule:'";

bool
store_left_out(struct db *db, int64_t *count, struct err *e)
{
	return db_one_int(db_prepare(db, LEFT_OUT_SQL, e), count, e);
}

/* ---- writes */

/* Stores what the site holds along with what is sent: if either is found later, it was ours. */
static const char WRITE_OPENS_SQL[] =
    "UPDATE post "
    "SET lost_at = CASE WHEN write_open = 1 THEN sent_at ELSE lost_at END, "
    "  lost_new = CASE WHEN write_open = 1 "
    "  AND sent_new = 1 THEN 1 ELSE lost_new END, "
    "  lost_seal = CASE WHEN write_open = 1 THEN sent_seal ELSE lost_seal END, "
    "  sent_at = :now, sent_new = :creates, write_open = 1, "
    "  sent_hash = coalesce(:hash, sent_hash), "
    "  sent_title = coalesce(:title, sent_title), "
    "  sent_seal = coalesce(:seal, sent_seal), "
    "  sent_rest = coalesce(:rest, sent_rest), "
    "  content_hash = coalesce(:seen_hash, content_hash), "
    "  title = coalesce(:seen_title, title), lease_until = :until "
    "WHERE id = :id "
    "  AND token = :token "
    "  AND state = 'leased'";

struct opening {
	struct db *db;
	const struct job *job;
	int64_t now;
	const struct announcement *a;
	bool lost; /* the lease */
};

static bool
write_opens(void *ctx, struct err *e)
{
	struct opening *o = ctx;
	const struct announcement *a = o->a;
	const struct job *job = o->job;
	int64_t now = o->now;
	struct statement *s = db_prepare(o->db, WRITE_OPENS_SQL, e);

	db_bind_int(s, ":now", now);
	db_bind_text(s, ":hash", a->hash);
	db_bind_text(s, ":title", a->title);
	db_bind_text(s, ":seal", a->seal);
	db_bind_text(s, ":rest", a->rest);
	db_bind_int(s, ":creates", a->creates);
	db_bind_text(s, ":seen_hash", a->seen_hash);
	db_bind_text(s, ":seen_title", a->seen_title);
	db_bind_int(s, ":until", now + QUEUE_LEASE_S);
	db_bind_int(s, ":id", job->id);
	db_bind_int(s, ":token", job->token);
	if (!db_run(s, e))
		return false;
	o->lost = db_changes(o->db) == 0;
	return o->lost || a->shown == NULL ||
	       shown_replace(o->db, job->id, a->shown, a->shown_count, e);
}

enum settled
store_write_opens(struct db *db, struct job *job, int64_t now,
    const struct announcement *a, struct err *e)
{
	struct opening o = { .db = db, .job = job, .now = now, .a = a };

	if (!db_transact(db, write_opens, &o, e))
		return SETTLED_ERROR;
	if (o.lost)
		return SETTLED_LEASE_LOST;
	job->lease_until = now + QUEUE_LEASE_S;
	return SETTLED;
}

/* Captures that arrived while the page was written are added by the next check, at most a day later. */
static const char CONFIRMED_SQL[] =
    "UPDATE post "
    "SET site = :site, wp_id = :wp_id, link = :link, title = :title, "
    "  content_hash = :hash, sent_seal = coalesce(sent_seal, :seal), "
    "  excerpt_hash = coalesce(:excerpt_hash, excerpt_hash), "
    "  moderated = :moderated, last_error = :note, "
    "  published_at = coalesce(published_at, :now), revised_at = :now, write_open = 0, "
    "  overwrite = 0, lost_at = CASE WHEN :watched = 1 THEN NULL "
    "  WHEN lost_at > :now THEN :now ELSE lost_at END, "
    "  lost_new = CASE WHEN :watched = 1 THEN 0 ELSE lost_new END, "
    "  due_at = CASE "
    "  WHEN ( "
    "    SELECT captures "
    "    FROM sample "
    "    WHERE id = sample_id) "
    "  > :captures "
    "  AND due_at = 0 THEN :now + 86400 ELSE due_at END "
    "WHERE id = :id";

bool
store_confirmed(struct db *db, int64_t id, const struct confirmation *c, struct err *e)
{
	struct statement *s = db_prepare(db, CONFIRMED_SQL, e);

	db_bind_text(s, ":site", c->site);
	db_bind_int(s, ":wp_id", c->wp_id);
	db_bind_text(s, ":link", c->link);
	db_bind_text(s, ":title", c->title);
	db_bind_text(s, ":hash", c->content_hash);
	db_bind_text(s, ":seal", c->seal);
	db_bind_text(s, ":excerpt_hash", c->excerpt_hash);
	db_bind_text(s, ":moderated", c->moderated);
	db_bind_text(s, ":note", c->note);
	db_bind_int(s, ":watched", c->watched);
	db_bind_int(s, ":now", c->now);
	db_bind_int(s, ":captures", c->captures);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char UNDONE_SQL[] =
    "UPDATE post "
    "SET write_open = 0, sent_hash = NULL, sent_title = NULL, sent_seal = NULL, "
    "  sent_rest = NULL "
    "WHERE id = :id";

bool
store_write_undone(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, UNDONE_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char WITHDRAWN_SQL[] =
    "UPDATE post "
    "SET lost_at = CASE WHEN :lost = 1 THEN sent_at WHEN :watched = 1 THEN NULL "
    "  ELSE lost_at END, lost_new = CASE WHEN :lost = 1 "
    "  AND sent_new = 1 THEN 1 WHEN :watched = 1 THEN 0 ELSE lost_new END, "
    "  write_open = 0, overwrite = 0 "
    "WHERE id = :id";

bool
store_withdrawn(struct db *db, int64_t id, bool lost, bool watched, struct err *e)
{
	struct statement *s = db_prepare(db, WITHDRAWN_SQL, e);

	db_bind_int(s, ":lost", lost);
	db_bind_int(s, ":watched", watched);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}
