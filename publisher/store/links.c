/*
 * links.c - see store.h: the addresses of posts after those of the site have changed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/store.h"

static const char BEFORE_SQL[] =
    "SELECT link, slug "
    "FROM post "
    "WHERE published_at > 0 "
    "  AND kind = :kind "
    "  AND site = :site "
    "  AND link IS NOT NULL "
    "  AND id <> :id "
    "ORDER BY published_at DESC "
    "LIMIT 1";

bool
store_link_before(struct db *db, const struct post_row *r, const char *site, char **link,
    char **slug, struct err *e)
{
	struct statement *s = db_prepare(db, BEFORE_SQL, e);
	int step;

	*link = *slug = NULL;
	db_bind_int(s, ":id", r->id);
	db_bind_text(s, ":kind", r->kind);
	db_bind_text(s, ":site", site);
	step = db_step(s, e);
	if (step == 1) {
		*link = db_text_dup(s, 0);
		*slug = db_text_dup(s, 1);
		db_reset(s);
	}
	return step >= 0;
}

static const char AGAIN_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = :now, "
    "  rank = CASE WHEN rank < 2 THEN 2 ELSE rank END "
    "WHERE published_at > 0 "
    "  AND state = 'done' "
    "  AND wanted = 'publish' "
    "  AND site = :site "
    "  AND id <> :id "
    "  AND (due_at = 0 OR due_at > :now)";

bool
store_links_again(struct db *db, int64_t id, const char *site, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, AGAIN_SQL, e);

	db_bind_int(s, ":id", id);
	db_bind_text(s, ":site", site);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
}

static const char MOVED_SQL[] =
    "UPDATE post "
    "SET site = :site "
    "WHERE site = :from";

bool
store_site_moved(struct db *db, const char *from, const char *site, struct err *e)
{
	struct statement *s = db_prepare(db, MOVED_SQL, e);

	db_bind_text(s, ":from", from);
	db_bind_text(s, ":site", site);
	return db_run(s, e);
}
