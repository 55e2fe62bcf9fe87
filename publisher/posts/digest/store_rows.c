/*
 * store_rows.c - see store_rows.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/store_rows.h"

#include <string.h>

#include "common/base/buf.h"

/* A row that was made while the clock was ahead is passed over. */
static const char LAST_SQL[] =
    "SELECT key, from_at, to_at "
    "FROM post "
    "WHERE kind = 'digest' "
    "  AND key >= :prefix "
    "  AND key < :prefix || '~' "
    "  AND to_at <= :now "
    "ORDER BY key DESC "
    "LIMIT 1";

bool
digest_last_row(
    struct db *db, const char *prefix, int64_t now, struct digest_row *out, struct err *e)
{
	struct statement *s = db_prepare(db, LAST_SQL, e);
	int step;

	*out = (struct digest_row){ .to_at = 0 };
	db_bind_text(s, ":prefix", prefix);
	db_bind_int(s, ":now", now);
	step = db_step(s, e);
	if (step == 1 && strlen(db_text(s, 0)) < sizeof out->key) {
		BUF_FIXED(out->key, "%s", db_text(s, 0));
		out->from_at = db_int(s, 1);
		out->to_at = db_int(s, 2);
	}
	db_reset(s);
	return step >= 0;
}

static const char MAKE_SQL[] =
    "INSERT INTO post (kind, key, slug, from_at, to_at) "
    "VALUES ('digest', :key, 'digest-' || lower(:key), :from_at, :to_at) "
    "ON CONFLICT (key, kind) DO NOTHING";

bool
digest_make_row(struct db *db, const struct digest_row *row, struct err *e)
{
	struct statement *s = db_prepare(db, MAKE_SQL, e);

	db_bind_text(s, ":key", row->key);
	db_bind_int(s, ":from_at", row->from_at);
	db_bind_int(s, ":to_at", row->to_at);
	return db_run(s, e);
}

static const char CURSOR_SINCE_SQL[] =
    "SELECT min(start_at) "
    "FROM cursor "
    "WHERE start_at > 0";
/* Of a database that was filled without a collector. */
static const char SIGHTING_SINCE_SQL[] =
    "SELECT min(seen_at) "
    "FROM sighting";

bool
digest_counts_since(struct db *db, int64_t *since, struct err *e)
{
	*since = 0;
	return db_one_int(db_prepare(db, CURSOR_SINCE_SQL, e), since, e) &&
	       (*since > 0 ||
		   db_one_int(db_prepare(db, SIGHTING_SINCE_SQL, e), since, e));
}
