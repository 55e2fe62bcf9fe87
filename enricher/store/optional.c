/*
 * optional.c - see optional.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/optional.h"

#include "common/base/buf.h"

static const char BEGIN_SQL[] =
    "INSERT INTO provider (name, kind, verdict, detected) "
    "VALUES (:provider, 'file', 0, 1) "
    "ON CONFLICT DO NOTHING";
static const char END_SQL[] =
    "DELETE FROM provider "
    "WHERE name = :provider";
/* Trigger lookup_by_hand writes the same reason. */
static const char SKIP_SQL[] =
    "UPDATE lookup "
    "SET state = 'skipped', token = token + 1, due_at = 0, owner = NULL, "
    "  lease_until = NULL, shed_at = NULL, last_error = 'by rule: ' || provider || ' is not configured' "
    "WHERE provider = :provider "
    "  AND (state IN ('pending', 'leased', 'held') OR (state = 'done' AND due_at > 0) "
    "  OR shed_at IS NOT NULL)";
static const char WAKE_SQL[] =
    "UPDATE lookup "
    "SET state = 'pending', token = token + 1, last_error = NULL, "
    "  rank = CASE WHEN outcome IS NULL THEN 1 ELSE 2 END "
    "WHERE provider = :provider "
    "  AND state = 'skipped' "
    "  AND last_error = 'by rule: ' || provider || ' is not configured'";
static const char PAST_SQL[] =
    "INSERT INTO lookup (provider, kind, value, sample_id, since) "
    "SELECT CAST(:provider AS TEXT), 'file', s.sha256, s.id, CAST(:now AS INTEGER) "
    "FROM sample s "
    "JOIN verdict v ON v.sample_id = s.id "
    "JOIN analysis a ON a.id = v.analysis_id "
    "WHERE s.last_seen >= :since "
    "  AND s.sha256 IS NOT NULL "
    "  AND a.verdict IN ('malicious', 'suspicious') "
    "  AND NOT EXISTS (SELECT 1 FROM noise WHERE hash IN (s.sha256, s.sha1, s.md5)) "
    "ORDER BY s.last_seen DESC "
    "LIMIT :most "
    "ON CONFLICT DO NOTHING";
static const char NO_PAUSE_SQL[] =
    "DELETE FROM pause "
    "WHERE service = :provider";

static bool
run(struct db *db, const char *sql, const char *provider, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, ":provider", provider);
	return db_run(s, e);
}

static bool
ask_past(struct db *db, const char *provider, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, PAST_SQL, e);

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":since", now - OPTIONAL_PAST_S);
	db_bind_int(s, ":most", OPTIONAL_PAST_MAX);
	return db_run(s, e);
}

bool
store_optional_begin(struct db *db, const char *provider, int64_t now, struct err *e)
{
	if (!run(db, BEGIN_SQL, provider, e))
		return false;
	return db_changes(db) == 0 ||
	       (run(db, WAKE_SQL, provider, e) && ask_past(db, provider, now, e));
}

bool
store_optional_end(struct db *db, const char *provider, struct err *e)
{
	if (!run(db, NO_PAUSE_SQL, provider, e) || !run(db, END_SQL, provider, e))
		return false;
	return db_changes(db) == 0 || run(db, SKIP_SQL, provider, e);
}
