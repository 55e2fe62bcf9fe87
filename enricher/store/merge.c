/*
 * merge.c - see merge.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/merge.h"

#define PASSES_MAX 16 /* most samples that can be one file; each pass merges one */

static const char OTHER_SQL[] =
    "SELECT id "
    "FROM sample "
    "WHERE id <> :id "
    "  AND sha256 = :sha256 "
    "UNION ALL "
    "SELECT id "
    "FROM sample "
    "WHERE id <> :id "
    "  AND sha1 = :sha1 "
    "  AND sha256 IS NULL "
    "UNION ALL "
    "SELECT id "
    "FROM sample "
    "WHERE id <> :id "
    "  AND md5 = :md5 "
    "  AND sha256 IS NULL "
    "  AND sha1 IS NULL "
    "ORDER BY id "
    "LIMIT 1";

static const char *
hex_or_null(const struct hash *h)
{
	return h->kind == HASH_NONE ? NULL : h->hex;
}

static void
bind_hashes(struct statement *s, const struct report *r)
{
	db_bind_text(s, ":sha256", hex_or_null(&r->sha256));
	db_bind_text(s, ":sha1", hex_or_null(&r->sha1));
	db_bind_text(s, ":md5", hex_or_null(&r->md5));
}

/* *other 0: none. */
static bool
find_other(
    struct db *db, int64_t id, const struct report *r, int64_t *other, struct err *e)
{
	struct statement *s = db_prepare(db, OTHER_SQL, e);

	*other = 0;
	db_bind_int(s, ":id", id);
	bind_hashes(s, r);
	return db_one_int(s, other, e);
}

/* The first row is the survivor: the earlier published post, then the lower sample id. */
static const char SURVIVOR_SQL[] =
    "SELECT s.id "
    "FROM sample s "
    "LEFT JOIN post p ON p.sample_id = s.id "
    "  AND p.kind = 'sample' "
    "  AND p.replaced_by IS NULL "
    "WHERE s.id IN (:a, :b) "
    "ORDER BY p.published_at IS NULL, p.published_at, s.id "
    "LIMIT 1";

static bool
choose(struct db *db, int64_t a, int64_t b, int64_t *survivor, struct err *e)
{
	struct statement *s = db_prepare(db, SURVIVOR_SQL, e);

	db_bind_int(s, ":a", a);
	db_bind_int(s, ":b", b);
	*survivor = a;
	return db_one_int(s, survivor, e);
}

/* Runs one statement that knows the survivor (:to) and the other (:from). */
static bool
move(struct db *db, const char *sql, int64_t from, int64_t to, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_int(s, ":from", from);
	db_bind_int(s, ":to", to);
	return db_run(s, e);
}

static const char SIGHTINGS_SQL[] =
    "UPDATE sighting "
    "SET sample_id = :to "
    "WHERE sample_id = :from";
static const char ANALYSES_SQL[] =
    "UPDATE analysis "
    "SET sample_id = :to "
    "WHERE sample_id = :from";
/* If the survivor has a post, the other's post is withdrawn ... */
static const char WITHDRAW_SQL[] =
    "UPDATE post "
    "SET wanted = 'withdraw', sample_id = :to, token = token + 1, due_at = 0, "
    "  replaced_by = ( "
    "    SELECT id "
    "    FROM post "
    "    WHERE sample_id = :to "
    "      AND kind = 'sample' "
    "      AND replaced_by IS NULL), "
    "  state = CASE WHEN state IN ('held', 'skipped') THEN state ELSE 'pending' END, "
    "  owner = NULL, lease_until = NULL "
    "WHERE sample_id = :from "
    "  AND kind = 'sample' "
    "  AND replaced_by IS NULL "
    "  AND EXISTS ( "
    "    SELECT 1 "
    "    FROM post "
    "    WHERE sample_id = :to "
    "      AND kind = 'sample' "
    "      AND replaced_by IS NULL)";
/* ... and moved to the survivor, with all earlier ones. */
static const char POSTS_SQL[] =
    "UPDATE post "
    "SET sample_id = :to "
    "WHERE sample_id = :from";
static const char KEPT_SQL[] =
    "INSERT INTO kept (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name, "
    "  seen_at, collected_at, captures, sources) "
    "SELECT CAST(:to AS INTEGER), day_at, honeypot, action, src_country, protocol, url, file_name, "
    "  seen_at, collected_at, captures, sources "
    "FROM kept "
    "WHERE sample_id = :from "
    "ON CONFLICT (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name) "
    "  DO UPDATE SET captures = kept.captures + excluded.captures, "
    "  sources = kept.sources + excluded.sources";
/* Both have counted all captures of theirs, also those that are deleted. */
static const char COUNTS_SQL[] =
    "UPDATE sample "
    "SET (captures, first_seen, last_seen) = ( "
    "    SELECT sum(captures), min(first_seen), max(last_seen) "
    "    FROM sample "
    "    WHERE id IN (:from, :to)), "
    "  size = coalesce(size, (SELECT size FROM sample WHERE id = :from)) "
    "WHERE id = :to";
/* The content of the post has changed. */
static const char REWRITE_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = 0, owner = NULL, "
    "  lease_until = NULL "
    "WHERE sample_id = :id "
    "  AND kind = 'sample' "
    "  AND replaced_by IS NULL "
    "  AND (state IN ('pending', 'leased') OR (state = 'done' AND done_by_hand = 0))";

static bool
rewrite_post(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, REWRITE_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

/* Keeps one lookup of both samples for each provider and kind: the answered one, else the survivor's.
 * It gets the answers of the others. */
/* clang-format off */
#define STAYS \
    "    SELECT o.id " \
    "    FROM lookup o " \
    "    WHERE o.sample_id IN (:from, :to) " \
    "      AND o.provider = l.provider " \
    "      AND o.kind = l.kind " \
    "    ORDER BY CASE WHEN o.id = :keep THEN 0 ELSE 1 END, " \
    "      CASE WHEN o.sample_id = :to THEN 0 ELSE 1 END, o.id " \
    "    LIMIT 1"
/* clang-format on */
static const char ANSWERS_SQL[] =
    "UPDATE analysis "
    "SET lookup_id = ( "
    "    SELECT (" STAYS
    ") "
    "    FROM lookup l "
    "    WHERE l.id = analysis.lookup_id) "
    "WHERE lookup_id IN (SELECT id FROM lookup WHERE sample_id IN (:from, :to))";
static const char LOOKUPS_SQL[] =
    "DELETE FROM lookup "
    "WHERE id IN ( "
    "    SELECT l.id "
    "    FROM lookup l "
    "    WHERE l.sample_id IN (:from, :to) "
    "      AND l.id <> (" STAYS "))";
static const char KEEP_SQL[] =
    "UPDATE lookup "
    "SET sample_id = :to "
    "WHERE sample_id = :from";
static const char GONE_SQL[] =
    "DELETE FROM sample "
    "WHERE id = :from "
    "  AND id <> :to";

static bool
move_lookup(
    struct db *db, const char *sql, int64_t from, int64_t to, int64_t keep, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_int(s, ":from", from);
	db_bind_int(s, ":to", to);
	db_bind_int(s, ":keep", keep);
	return db_run(s, e);
}

static bool
join(struct db *db, int64_t from, int64_t to, int64_t lookup_id, struct err *e)
{
	return move(db, SIGHTINGS_SQL, from, to, e) && move(db, KEPT_SQL, from, to, e) &&
	       move(db, ANALYSES_SQL, from, to, e) &&
	       move(db, WITHDRAW_SQL, from, to, e) && move(db, POSTS_SQL, from, to, e) &&
	       move(db, COUNTS_SQL, from, to, e) &&
	       move_lookup(db, ANSWERS_SQL, from, to, lookup_id, e) &&
	       move_lookup(db, LOOKUPS_SQL, from, to, lookup_id, e) &&
	       move(db, KEEP_SQL, from, to, e) && move(db, GONE_SQL, from, to, e) &&
	       rewrite_post(db, to, e);
}

/* Apart, as it is seldom new; and nothing is written that is there already. */
static const char SHA256_SQL[] =
    "UPDATE sample "
    "SET sha256 = :sha256 "
    "WHERE id = :id "
    "  AND (sha256 IS NULL OR sha256 <> :sha256)";
static const char HASHES_SQL[] =
    "UPDATE sample "
    "SET sha1 = coalesce(:sha1, sha1), md5 = coalesce(:md5, md5), "
    "  size = coalesce(:size, size) "
    "WHERE id = :id "
    "  AND (sha1 <> :sha1 OR md5 <> :md5 OR size <> :size "
    "    OR (sha1 IS NULL AND :sha1 IS NOT NULL) OR (md5 IS NULL AND :md5 IS NOT NULL) "
    "    OR (size IS NULL AND :size IS NOT NULL))";

static bool
set_hashes(struct db *db, int64_t id, const struct report *r, struct err *e)
{
	struct statement *s = db_prepare(db, SHA256_SQL, e);

	db_bind_int(s, ":id", id);
	db_bind_text(s, ":sha256", hex_or_null(&r->sha256));
	if (!db_run(s, e))
		return false;
	s = db_prepare(db, HASHES_SQL, e);
	db_bind_int(s, ":id", id);
	db_bind_text(s, ":sha1", hex_or_null(&r->sha1));
	db_bind_text(s, ":md5", hex_or_null(&r->md5));
	db_bind_int_or_null(s, ":size", r->size);
	return db_run(s, e);
}

bool
merge_samples(struct db *db, int64_t sample_id, int64_t lookup_id, const struct report *r,
    struct err *e)
{
	int64_t id = sample_id, other;

	for (int pass = 0; pass < PASSES_MAX; pass++) {
		int64_t stays;

		if (!find_other(db, id, r, &other, e))
			return false;
		if (other == 0)
			break;
		if (!choose(db, id, other, &stays, e) ||
		    !join(db, stays == id ? other : id, stays, lookup_id, e))
			return false;
		id = stays;
	}
	return set_hashes(db, id, r, e);
}
