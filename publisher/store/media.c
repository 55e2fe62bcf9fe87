/*
 * media.c - see media.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/media.h"

#include <string.h>

/* Those on the site come first: they are shown there, or too many. */
static const char MEDIA_SQL[] =
    "SELECT id, sha256, slug, CASE WHEN site = :site THEN wp_id END, "
    "  CASE WHEN site = :site THEN url END, sent_at, lost_at, tries, write_open, "
    "  why IS NOT NULL, site <> :site "
    "FROM media "
    "WHERE post_id = :post "
    "ORDER BY coalesce(site = :site AND wp_id > 0, 0) DESC, sent_at DESC, id DESC "
    "LIMIT :max";

static bool
copy(struct statement *s, int column, char *out, size_t size)
{
	const char *text = db_text(s, column);

	if (text == NULL)
		text = "";
	if (strlen(text) >= size)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

/* False: not one of ours. */
static bool
read_row(struct statement *s, struct media_row *out)
{
	*out = (struct media_row){ .id = db_int(s, 0),
		.wp_id = db_int(s, 3),
		.sent_at = db_int(s, 5),
		.lost_at = db_int(s, 6),
		.tries = db_int(s, 7),
		.write_open = db_int(s, 8) != 0,
		.refused = db_int(s, 9) != 0,
		.elsewhere = db_int(s, 10) != 0 };
	return copy(s, 1, out->sha256, sizeof out->sha256) &&
	       copy(s, 2, out->slug, sizeof out->slug) &&
	       copy(s, 4, out->url, sizeof out->url);
}

bool
store_media(struct db *db, int64_t post_id, const char *site,
    struct media_row out[MEDIA_ROWS_MAX], size_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, MEDIA_SQL, e);
	int step;

	*count = 0;
	db_bind_text(s, ":site", site);
	db_bind_int(s, ":post", post_id);
	db_bind_int(s, ":max", MEDIA_ROWS_MAX);
	while ((step = db_step(s, e)) == 1)
		*count += read_row(s, &out[*count]);
	return step == 0;
}

static const char OPENS_SQL[] =
    "INSERT INTO media (post_id, role, sha256, slug, sent_at, tries) "
    "VALUES (:post, :role, :sha256, :slug, :now, 1) "
    "ON CONFLICT (post_id, role, sha256) DO UPDATE "
    "SET lost_at = CASE WHEN media.write_open = 1 THEN media.sent_at "
    "  ELSE media.lost_at END, "
    "  slug = excluded.slug, sent_at = excluded.sent_at, write_open = 1, "
    "  tries = media.tries + 1 "
    "RETURNING media.id";

bool
store_media_opens(struct db *db, const struct media_upload *u, int64_t *id, struct err *e)
{
	struct statement *s = db_prepare(db, OPENS_SQL, e);

	db_bind_int(s, ":post", u->post_id);
	db_bind_text(s, ":role", u->role);
	db_bind_text(s, ":sha256", u->sha256);
	db_bind_text(s, ":slug", u->slug);
	db_bind_int(s, ":now", u->now);
	return db_one_int(s, id, e);
}

static const char PLACED_SQL[] =
    "UPDATE media "
    "SET site = :site, wp_id = :wp_id, url = :url, write_open = 0, tries = 0, why = NULL "
    "WHERE id = :id";

bool
store_media_placed(struct db *db, int64_t id, const char *site, int64_t wp_id,
    const char *url, struct err *e)
{
	struct statement *s = db_prepare(db, PLACED_SQL, e);

	db_bind_text(s, ":site", site);
	db_bind_int(s, ":wp_id", wp_id);
	db_bind_text(s, ":url", url);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char UNPLACED_SQL[] =
    "UPDATE media "
    "SET write_open = 0, why = :why, "
    "  lost_at = CASE WHEN :may_come = 1 THEN sent_at ELSE lost_at END "
    "WHERE id = :id";

bool
store_media_unplaced(
    struct db *db, int64_t id, const char *why, bool may_come, struct err *e)
{
	struct statement *s = db_prepare(db, UNPLACED_SQL, e);

	db_bind_text(s, ":why", why);
	db_bind_int(s, ":may_come", may_come);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char WATCHED_SQL[] =
    "UPDATE media "
    "SET lost_at = NULL "
    "WHERE id = :id";

bool
store_media_watched(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, WATCHED_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char REMOVED_SQL[] =
    "DELETE FROM media "
    "WHERE id = :id";

bool
store_media_removed(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, REMOVED_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}
