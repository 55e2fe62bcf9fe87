/*
 * unplanned.c - see unplanned.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/unplanned.h"

#include <string.h>

static const char UNPLANNED_SQL[] =
    "SELECT l.id, coalesce(( "
    "    SELECT min(b.fetched_at) "
    "    FROM analysis b "
    "    WHERE b.lookup_id = l.id), l.settled_at, 0), coalesce(( "
    "    SELECT min(f.fetched_at) "
    "    FROM analysis f "
    "    WHERE f.lookup_id = l.id "
    "      AND f.outcome = 'found'), 0), "
    "  l.outcome, coalesce(a.malicious, 0), coalesce(a.first_submission_at, -1) "
    "FROM lookup l "
    "LEFT JOIN analysis a ON a.id = ( "
    "    SELECT max(n.id) "
    "    FROM analysis n "
    "    WHERE n.lookup_id = l.id) "
    "WHERE l.provider = :provider "
    "  AND l.outcome IS NOT NULL "
    "  AND l.first_at IS NULL "
    "ORDER BY l.id DESC "
    "LIMIT :max";

bool
store_unplanned(struct db *db, const char *provider, struct unplanned *out, size_t max,
    size_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, UNPLANNED_SQL, e);
	int step;

	*count = 0;
	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":max", (int64_t)max);
	while ((step = db_step(s, e)) == 1)
		out[(*count)++] = (struct unplanned){ .id = db_int(s, 0),
			.first_at = db_int(s, 1),
			.found_at = db_int(s, 2),
			.found = strcmp(db_text(s, 3), "found") == 0,
			.malicious = db_int(s, 4),
			.first_submission_at = db_int(s, 5) };
	return step == 0;
}

static const char PLANNED_SQL[] =
    "UPDATE lookup "
    "SET first_at = :first_at, found_at = :found_at, "
    "  due_at = CASE WHEN state = 'done' THEN :due_at ELSE due_at END "
    "WHERE id = :id";

bool
store_planned(
    struct db *db, const struct unplanned *u, int64_t due_at, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, PLANNED_SQL, e);

	db_bind_int(s, ":id", u->id);
	db_bind_int(s, ":first_at", u->first_at > 0 ? u->first_at : now);
	db_bind_int_or_null(s, ":found_at", u->found_at > 0 ? u->found_at : -1);
	db_bind_int(s, ":due_at", due_at);
	return db_run(s, e);
}
