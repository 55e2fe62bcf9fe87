/*
 * past.c - see store.h: counts the lookups that reading the past would cause.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/internal.h"

static const char ASKED_TABLE_SQL[] =
    "CREATE TEMP TABLE IF NOT EXISTS asked (hash TEXT PRIMARY KEY) WITHOUT ROWID";

static const char ASK_SQL[] =
    "INSERT INTO asked (hash)"
    " SELECT :hash"
    " WHERE NOT EXISTS (SELECT 1 FROM noise WHERE hash = :hash)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sha256 = :hash)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sha1 = :hash)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE md5 = :hash)"
    " ON CONFLICT DO NOTHING";

static bool
make_table(struct db *db, struct err *e)
{
	struct statement *s = db_prepare(db, ASKED_TABLE_SQL, e);

	return db_run(s, e);
}

static bool
collect_hash(struct db *db, const struct hash *hash, struct err *e)
{
	struct statement *s = db_prepare(db, ASK_SQL, e);

	db_bind_text(s, ":hash", hash->hex);
	return db_run(s, e);
}

bool
store_ask_past(
    struct db *db, const struct hit_page *page, struct page_counts *counts, struct err *e)
{
	if (!make_table(db, e))
		return false;
	for (size_t i = 0; i < page->hits->count; i++) {
		const struct hit *h = &page->hits->items[i];

		counts->documents += h->profile != NULL;
		for (int k = 0; k < h->capture_count; k++)
			if (!collect_hash(db, &h->captures[k].hash, e))
				return false;
	}
	return true;
}

static const char ASKED_SQL[] = "SELECT count(*) FROM asked";
static const char PER_DAY_SQL[] =
    "SELECT max(q.per_day)"
    " FROM quota_today q"
    " JOIN provider p ON p.name = q.provider"
    " WHERE p.verdict = 1";

bool
store_asked_past(struct db *db, int64_t *asked, int64_t *per_day, struct err *e)
{
	struct statement *s;

	if (!make_table(db, e))
		return false;
	s = db_prepare(db, ASKED_SQL, e);
	if (!db_one_int(s, asked, e))
		return false;
	s = db_prepare(db, PER_DAY_SQL, e);
	return db_one_int(s, per_day, e);
}
