/*
 * import.c - see import.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/import.h"

#include <string.h>

static struct statement *
with_hashes(struct db *db, const char *sql, const struct report *r, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, ":sha256", r->sha256.hex);
	db_bind_text(s, ":sha1", r->sha1.kind == HASH_SHA1 ? r->sha1.hex : NULL);
	db_bind_text(s, ":md5", r->md5.kind == HASH_MD5 ? r->md5.hex : NULL);
	return s;
}

static const char NOISE_SQL[] =
    "SELECT count(*) "
    "FROM noise "
    "WHERE hash = :sha256 OR hash = :sha1 OR hash = :md5";
static const char SAMPLE_SQL[] =
    "SELECT coalesce( "
    "  (SELECT id FROM sample WHERE sha256 = :sha256), "
    "  (SELECT min(id) "
    "    FROM sample "
    "    WHERE sha256 IS NULL "
    "      AND (sha1 = :sha1 OR (sha1 IS NULL AND md5 = :md5))))";
static const char NEW_SQL[] =
    "INSERT INTO sample (sha256, sha1, md5) "
    "VALUES (:sha256, :sha1, :md5) "
    "RETURNING id";

/* The file's sample, which is created if there is none. */
static bool
find_sample(struct db *db, const struct report *r, int64_t *id, struct err *e)
{
	*id = 0;
	if (!db_one_int(with_hashes(db, SAMPLE_SQL, r, e), id, e))
		return false;
	return *id != 0 || db_one_int(with_hashes(db, NEW_SQL, r, e), id, e);
}

static const char LOOKUP_SQL[] =
    "SELECT id "
    "FROM lookup "
    "WHERE sample_id = :sample_id "
    "  AND provider = :provider "
    "  AND kind = 'file'";

static bool
find_lookup(struct db *db, int64_t sample_id, const char *provider, struct lookup *out,
    struct err *e)
{
	struct statement *s = db_prepare(db, LOOKUP_SQL, e);
	int64_t id = 0;

	db_bind_int(s, ":sample_id", sample_id);
	db_bind_text(s, ":provider", provider);
	return db_one_int(s, &id, e) && store_lookup(db, id, out, e);
}

static const char NEWEST_SQL[] =
    "SELECT fetched_at, coalesce(last_analysis_at, 0), outcome "
    "FROM analysis "
    "WHERE id = (SELECT max(id) FROM analysis WHERE lookup_id = :lookup_id)";

/* Is the report newer than what is stored? */
static bool
compare_stored(struct db *db, const struct lookup *l, const struct import_answer *a,
    enum imported *how, struct err *e)
{
	struct statement *s = db_prepare(db, NEWEST_SQL, e);
	int step;

	*how = IMPORT_ADDED;
	db_bind_int(s, ":lookup_id", l->id);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	if (strcmp(db_text(s, 2), "found") == 0 &&
	    db_int(s, 1) ==
		(a->report->last_analysis_at > 0 ? a->report->last_analysis_at : 0))
		*how = IMPORT_KNOWN;
	else if (db_int(s, 0) > a->date)
		*how = IMPORT_OLDER;
	db_reset(s);
	return true;
}

/* A row held or skipped by hand has no reason, and stays so. */
static const char DONE_SQL[] =
    "UPDATE lookup "
    "SET state = 'done', token = token + 1, due_at = :due_at, rank = 1, attempts = 0, "
    "  expired = 0, tried_at = NULL, doubted = 0, last_error = NULL, since = NULL, "
    "  shed_at = NULL, settled_at = :now "
    "WHERE id = :id "
    "  AND state <> 'leased' "
    "  AND (state NOT IN ('held', 'skipped') OR last_error IS NOT NULL)";

static bool
finish(
    struct db *db, const struct lookup *l, const struct import_answer *a, struct err *e)
{
	struct statement *s = db_prepare(db, DONE_SQL, e);

	db_bind_int(s, ":id", l->id);
	db_bind_int(s, ":due_at", a->due_at);
	db_bind_int(s, ":now", a->now);
	return db_run(s, e);
}

bool
store_import(
    struct db *db, const struct import_answer *a, enum imported *how, struct err *e)
{
	static const struct buf NOT_PACKED = { .ptr = NULL };
	struct lookup lookup;
	const struct kept_answer answer = { .lookup = &lookup,
		.report = a->report,
		.joins_hashes = a->joins_hashes,
		.body = a->body,
		.packed = &NOT_PACKED,
		.now = a->date };
	int64_t id, noise = 0;

	*how = IMPORT_REFUSED;
	if (!db_one_int(with_hashes(db, NOISE_SQL, a->report, e), &noise, e))
		return false;
	if (noise > 0)
		return true;
	if (!find_sample(db, a->report, &id, e) ||
	    !find_lookup(db, id, a->provider, &lookup, e) ||
	    !compare_stored(db, &lookup, a, how, e))
		return false;
	return *how != IMPORT_ADDED ||
	       (store_answer(db, &answer, e) && finish(db, &lookup, a, e));
}
