/*
 * order.c - see order.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/order.h"

static const char URGENT_SQL[] =
    "SELECT count(*) "
    "FROM ( "
    "    SELECT id "
    "    FROM lookup "
    "    WHERE state = 'pending' "
    "      AND provider = :provider "
    "      AND rank = :rank "
    "      AND due_at = 0 "
    "      AND weight >= :weight "
    "    ORDER BY weight DESC "
    "    LIMIT :most) u";

static bool
count_urgent(struct db *db, const char *provider, int rank, int64_t weight, int most,
    int64_t *n, struct err *e)
{
	struct statement *s = db_prepare(db, URGENT_SQL, e);

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":rank", rank);
	db_bind_int(s, ":weight", weight);
	db_bind_int(s, ":most", most);
	return db_one_int(s, n, e);
}

bool
store_urgent(
    struct db *db, const char *provider, int64_t weight, int most, int *n, struct err *e)
{
	int64_t by_hand = 0, heavy = 0;

	if (!count_urgent(db, provider, 0, 0, most, &by_hand, e) ||
	    !count_urgent(db, provider, 1, weight, most, &heavy, e))
		return false;
	*n = (int)(by_hand + heavy < most ? by_hand + heavy : most);
	return true;
}

/* ---- new files that wait */

/* clang-format off */
#define WAITS \
    "state = 'pending' AND outcome IS NULL AND provider = :provider AND since "
/* clang-format on */

static const char WAITING_SQL[] =
    "SELECT count(*) "
    "FROM ( "
    "    SELECT id "
    "    FROM lookup "
    "    WHERE " WAITS
    "> 0 "
    "    ORDER BY since "
    "    LIMIT :most) w";

bool
store_waiting(
    struct db *db, const char *provider, int64_t most, int64_t *n, struct err *e)
{
	struct statement *s = db_prepare(db, WAITING_SQL, e);

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":most", most);
	return db_one_int(s, n, e);
}

static const char LONGEST_SQL[] =
    "SELECT since "
    "FROM lookup "
    "WHERE " WAITS
    "> 0 "
    "ORDER BY since "
    "LIMIT 1";

bool
store_longest(struct db *db, const char *provider, int64_t *since, struct err *e)
{
	struct statement *s = db_prepare(db, LONGEST_SQL, e);

	*since = INT64_MAX;
	db_bind_text(s, ":provider", provider);
	return db_one_int(s, since, e);
}

static const char SHED_SQL[] =
    "UPDATE lookup "
    "SET state = 'skipped', token = token + 1, due_at = 0, shed_at = :now, "
    "  settled_at = :now, last_error = :why "
    "WHERE id IN ( "
    "    SELECT id "
    "    FROM lookup "
    "    WHERE " WAITS
    "<= :since "
    "    ORDER BY since "
    "    LIMIT :most) "
    "  AND " WAITS "<= :since";

bool
store_shed(struct db *db, const char *provider, const struct shedding *sh, struct err *e)
{
	struct statement *s = db_prepare(db, SHED_SQL, e);

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":since", sh->since);
	db_bind_int(s, ":most", sh->most);
	db_bind_int(s, ":now", sh->now);
	db_bind_text(s, ":why", sh->why);
	return db_run(s, e);
}

/* ---- what is logged about them */

static const char WAS_OVERLOAD_SQL[] =
    "SELECT 1 "
    "WHERE EXISTS ( "
    "    SELECT 1 "
    "    FROM lookup "
    "    WHERE shed_at >= :from "
    "      AND provider = :provider) "
    "  OR EXISTS (SELECT 1 FROM flood_count WHERE skipped > 0 AND first_at >= :from)";

bool
store_was_overload(
    struct db *db, const char *provider, int64_t from, bool *was, struct err *e)
{
	struct statement *s = db_prepare(db, WAS_OVERLOAD_SQL, e);
	int64_t one = 0;

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":from", from);
	if (!db_one_int(s, &one, e))
		return false;
	*was = one == 1;
	return true;
}

static const char UNASKED_SQL[] =
    "SELECT u.waiting, u.again, "
    "  (SELECT count(*) FROM lookup WHERE shed_at >= :from AND provider = :provider), ( "
    "    SELECT coalesce(sum(skipped), 0) "
    "    FROM flood_count "
    "    WHERE skipped > 0 "
    "      AND first_at >= :from) "
    "FROM unasked u";

bool
store_unasked(
    struct db *db, const char *provider, int64_t from, struct unasked *out, struct err *e)
{
	struct statement *s = db_prepare(db, UNASKED_SQL, e);
	int step;

	db_bind_text(s, ":provider", provider);
	db_bind_int(s, ":from", from);
	step = db_step(s, e);
	if (step == 1) {
		*out = (struct unasked){ db_int(s, 0), db_int(s, 1), db_int(s, 2),
			db_int(s, 3) };
		db_reset(s);
	}
	return step >= 0;
}
