/*
 * retention.c - see retention.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/retention.h"

#include <string.h>

#include "common/base/calendar.h"
#include "common/base/ip.h"

static const char NEWEST_SQL[] =
    "SELECT max(seen_at) "
    "FROM sighting";

bool
retention_newest(struct db *db, int64_t *seen_at, struct err *e)
{
	*seen_at = 0;
	return db_one_int(db_prepare(db, NEWEST_SQL, e), seen_at, e);
}

static const char MARK_SQL[] =
    "SELECT before_at "
    "FROM retention "
    "WHERE what = 'captures'";

bool
retention_mark(struct db *db, int64_t *before, struct err *e)
{
	*before = 0;
	return db_one_int(db_prepare(db, MARK_SQL, e), before, e);
}

/* ---- addresses */

struct whole {
	int64_t id, sample_id;
	char src_ip[IP_TEXT_MAX];
	bool counts; /* it is an address, and not only the client's claim */
};

struct cutting {
	struct db *db;
	int64_t before;
	int64_t rows;
	struct whole whole[RETENTION_BATCH];
};

static const char WHOLE_SQL[] =
    "SELECT id, sample_id, src_ip, src_claimed "
    "FROM sighting "
    "WHERE src_cut IS NULL "
    "  AND seen_at < :before "
    "ORDER BY seen_at "
    "LIMIT 500";
_Static_assert(RETENTION_BATCH == 500, "the limit in WHOLE_SQL and BATCH");

static bool
read_whole(struct cutting *c, struct whole *out, struct err *e)
{
	struct statement *s = db_prepare(c->db, WHOLE_SQL, e);
	int step;

	c->rows = 0;
	db_bind_int(s, ":before", c->before);
	while ((step = db_step(s, e)) == 1) {
		struct whole *w = &out[c->rows++];

		w->id = db_int(s, 0);
		w->sample_id = db_int(s, 1);
		w->counts = ip_canonical(db_text(s, 2), w->src_ip) && db_int(s, 3) == 0;
	}
	return step == 0;
}

/* The last whole row of an address and file counts for all of them. */
static const char CUT_SQL[] =
    "UPDATE sighting "
    "SET src_ip = :network, "
    "  src_cut = CASE WHEN :counts = 0 THEN 0 WHEN EXISTS ( "
    "    SELECT 1 "
    "    FROM sighting o "
    "    WHERE o.src_ip = :src_ip "
    "      AND o.sample_id = :sample_id "
    "      AND o.src_cut IS NULL "
    "      AND o.src_claimed = 0 "
    "      AND o.id <> :id) THEN 0 ELSE 1 END "
    "WHERE id = :id";

static bool
cut_one(struct db *db, const struct whole *w, struct err *e)
{
	struct statement *s = db_prepare(db, CUT_SQL, e);
	char network[IP_CUT_MAX];

	db_bind_text(s, ":network", ip_cut(w->src_ip, network) ? network : NULL);
	db_bind_int(s, ":counts", w->counts);
	db_bind_text(s, ":src_ip", w->src_ip);
	db_bind_int(s, ":sample_id", w->sample_id);
	db_bind_int(s, ":id", w->id);
	return db_run(s, e);
}

static bool
cut_in(void *ctx, struct err *e)
{
	struct cutting *c = ctx;

	if (!read_whole(c, c->whole, e))
		return false;
	for (int64_t i = 0; i < c->rows; i++)
		if (!cut_one(c->db, &c->whole[i], e))
			return false;
	return true;
}

bool
retention_cut(struct db *db, int64_t before, int64_t *rows, struct err *e)
{
	struct cutting c = { .db = db, .before = before };

	if (!db_transact(db, cut_in, &c, e))
		return false;
	*rows = c.rows;
	return true;
}

/* ---- captures */

struct keeping {
	struct db *db;
	int64_t before;
	int64_t rows;
};

/* clang-format off */
#define BATCH \
	"  SELECT id " \
	"  FROM sighting " \
	"  WHERE seen_at < :before " \
	"    AND src_cut IS NOT NULL " \
	"  ORDER BY seen_at, id " \
	"  LIMIT 500"

static const char OLDEST_SQL[] =
	"SELECT seen_at "
	"FROM sighting "
	"WHERE seen_at < :before "
	"  AND src_cut IS NOT NULL "
	"ORDER BY seen_at "
	"LIMIT 1";

static const char KEEP_SQL[] =
	"INSERT INTO kept (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name, "
	"  seen_at, collected_at, captures, sources) "
	"SELECT sample_id, CAST(:day_at AS INTEGER), honeypot, action, "
	"  CASE WHEN src_claimed = 0 THEN coalesce(src_country, '') ELSE '' END, coalesce(protocol, ''), "
	"  coalesce(url, ''), coalesce(file_name, ''), max(seen_at), min(collected_at), count(*), sum(src_cut) "
	"FROM sighting "
	"WHERE id IN (" BATCH ") "
	"GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 "
	"ON CONFLICT (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name) "
	"  DO UPDATE SET seen_at = excluded.seen_at, captures = kept.captures + excluded.captures, "
	"  sources = kept.sources + excluded.sources";

static const char SESSIONS_SQL[] =
	"DELETE FROM session "
	"WHERE (source, honeypot, session) IN ( "
	"  SELECT source, honeypot, coalesce(session, event_key) "
	"  FROM sighting "
	"  WHERE id IN (" BATCH "))";

/* First, so that the trigger leaves the counts of the samples alone. */
static const char ADVANCE_SQL[] =
	"INSERT INTO retention (what, before_at) "
	"SELECT 'captures', max(seen_at) + 1 "
	"FROM sighting "
	"WHERE id IN (" BATCH ") "
	"ON CONFLICT (what) "
	"  DO UPDATE SET before_at = excluded.before_at "
	"  WHERE retention.before_at < excluded.before_at";

static const char DELETE_SQL[] =
	"DELETE FROM sighting "
	"WHERE id IN (" BATCH ")";
/* clang-format on */

static const char *const STEPS_SQL[] = { SESSIONS_SQL, ADVANCE_SQL, DELETE_SQL };

static bool
run_step(struct keeping *k, const char *sql, int64_t before, struct err *e)
{
	struct statement *s = db_prepare(k->db, sql, e);

	db_bind_int(s, ":before", before);
	if (!db_run(s, e))
		return false;
	k->rows = db_changes(k->db);
	return true;
}

static bool
oldest(struct keeping *k, int64_t *seen_at, struct err *e)
{
	struct statement *s = db_prepare(k->db, OLDEST_SQL, e);

	*seen_at = 0;
	db_bind_int(s, ":before", k->before);
	return db_one_int(s, seen_at, e);
}

static bool
add_numbers(struct keeping *k, int64_t day_at, int64_t before, struct err *e)
{
	struct statement *s = db_prepare(k->db, KEEP_SQL, e);

	db_bind_int(s, ":day_at", day_at);
	db_bind_int(s, ":before", before);
	return db_run(s, e);
}

static bool
keep_in(void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct calendar_date day;
	int64_t first, before;

	k->rows = 0;
	if (!oldest(k, &first, e))
		return false;
	if (first == 0)
		return true;
	day = calendar_of(first);
	before = calendar_start(calendar_add(day, 1));
	before = before < k->before ? before : k->before;
	if (!add_numbers(k, calendar_start(day), before, e))
		return false;
	for (size_t i = 0; i < sizeof STEPS_SQL / sizeof STEPS_SQL[0]; i++)
		if (!run_step(k, STEPS_SQL[i], before, e))
			return false;
	return true;
}

bool
retention_keep(struct db *db, int64_t before, int64_t *rows, struct err *e)
{
	struct keeping k = { .db = db, .before = before };

	if (!db_transact(db, keep_in, &k, e))
		return false;
	*rows = k.rows;
	return true;
}
