/*
 * floods.c - many new files of one session or URL: only the first are looked up.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/store/internal.h"
#include "common/base/time.h"

#define KEEP_S (2 * DAY_S) /* counts that were no flood */
#define FORGET_MAX 500 /* rows that one page deletes */

/* The new files of one day that came from one session, or from one URL. */
struct tally {
	const char *kind, *honeypot, *name; /* name: of the kind, for people */
	const char *value; /* NULL: the capture has none */
	int64_t id, files;
};

struct flood {
	struct db *db;
	const struct arrival *a;
	char date[TIME_TEXT_MAX];
	struct tally by[2];
};

/* ---- counting */

static struct statement *
prepare_tally(
    const struct flood *f, const struct tally *t, const char *sql, struct err *e)
{
	struct statement *s = db_prepare(f->db, sql, e);

	db_bind_text(s, ":source", f->a->source);
	db_bind_text(s, ":date", f->date);
	db_bind_text(s, ":kind", t->kind);
	db_bind_text(s, ":honeypot", t->honeypot);
	db_bind_text(s, ":value", t->value);
	return s;
}

static const char READ_SQL[] =
    "SELECT id, files "
    "FROM flood_count "
    "WHERE value = :value "
    "  AND kind = :kind "
    "  AND honeypot = :honeypot "
    "  AND date = :date "
    "  AND source = :source";

static bool
read_tally(const struct flood *f, struct tally *t, struct err *e)
{
	struct statement *s = prepare_tally(f, t, READ_SQL, e);
	int step = db_step(s, e);

	if (step == 1) {
		t->id = db_int(s, 0);
		t->files = db_int(s, 1);
		db_reset(s);
	}
	return step >= 0;
}

static const char COUNT_SQL[] =
    "INSERT INTO flood_count (source, date, kind, honeypot, value, files, first_at, "
    "  last_at, read_at) "
    "VALUES (:source, :date, :kind, :honeypot, :value, 1, :seen_at, :seen_at, :now) "
    "ON CONFLICT (value, kind, honeypot, date, source) "
    "  DO UPDATE SET files = flood_count.files + 1, read_at = excluded.read_at, "
    "  first_at = CASE WHEN excluded.first_at < flood_count.first_at "
    "  THEN excluded.first_at ELSE flood_count.first_at END, "
    "  last_at = CASE WHEN excluded.last_at > flood_count.last_at "
    "  THEN excluded.last_at ELSE flood_count.last_at END";

static bool
count_one(const struct flood *f, struct tally *t, struct err *e)
{
	struct statement *s = prepare_tally(f, t, COUNT_SQL, e);

	db_bind_int(s, ":seen_at", f->a->hit->seen_at);
	db_bind_int(s, ":now", f->a->now);
	return db_run(s, e);
}

typedef bool with_tally(const struct flood *f, struct tally *t, struct err *e);

static bool
each(struct flood *f, with_tally *act, struct err *e)
{
	for (int i = 0; i < 2; i++)
		if (f->by[i].value != NULL && !act(f, &f->by[i], e))
			return false;
	return true;
}

/* The session or URL that has brought more than `most` files; NULL: none. */
static struct tally *
over(struct flood *f, int64_t most)
{
	for (int i = 0; i < 2; i++)
		if (f->by[i].files > most)
			return &f->by[i];
	return NULL;
}

static const char FORGET_SQL[] =
    "DELETE FROM flood_count "
    "WHERE id IN ( "
    "    SELECT id "
    "    FROM flood_count "
    "    WHERE skipped = 0 "
    "      AND read_at < :before "
    "    ORDER BY read_at "
    "    LIMIT :most)";

bool
store_forget_counts(struct db *db, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, FORGET_SQL, e);

	db_bind_int(s, ":before", now - KEEP_S);
	db_bind_int(s, ":most", FORGET_MAX);
	return db_run(s, e);
}

/* ---- lookups */

static const char SKIP_SQL[] =
    "UPDATE lookup "
    "SET state = 'skipped', token = token + 1, due_at = 0, since = NULL, "
    "  flood_id = :flood_id, settled_at = :now, last_error = :why "
    "WHERE sample_id = :sample_id "
    "  AND state = 'pending' "
    "  AND outcome IS NULL";
static const char SKIPPED_SQL[] =
    "UPDATE flood_count "
    "SET skipped = skipped + 1 "
    "WHERE id = :id";

/* Skips the lookup that was just made, if there is one. */
static bool
skip(const struct flood *f, const struct tally *t, struct err *e)
{
	struct statement *s = db_prepare(f->db, SKIP_SQL, e);
	char why[ERR_TEXT_MAX];

	db_bind_int(s, ":sample_id", f->a->sample_id);
	db_bind_int(s, ":flood_id", t->id);
	db_bind_int(s, ":now", f->a->now);
	db_bind_text(s, ":why",
	    BUF_FIXED(why, "flood: more than %lld new files of one %s on %s",
		(long long)f->a->most, t->name, f->date));
	if (!db_run(s, e))
		return false;
	if (db_changes(f->db) == 0)
		return true;
	s = db_prepare(f->db, SKIPPED_SQL, e);
	db_bind_int(s, ":id", t->id);
	return db_run(s, e);
}

static const char IS_FLOODED_SQL[] =
    "SELECT id "
    "FROM lookup "
    "WHERE sample_id = :sample_id "
    "  AND state = 'skipped' "
    "  AND flood_id IS NOT NULL "
    "ORDER BY id "
    "LIMIT 1";
static const char RELEASE_SQL[] =
    "UPDATE lookup "
    "SET state = 'pending', token = token + 1, rank = 1, due_at = 0, since = :now, "
    "  flood_id = NULL, last_error = NULL "
    "WHERE sample_id = :sample_id "
    "  AND state = 'skipped' "
    "  AND flood_id IS NOT NULL";

static bool
is_flooded(const struct flood *f, bool *flooded, struct err *e)
{
	struct statement *s = db_prepare(f->db, IS_FLOODED_SQL, e);
	int64_t id = 0;

	db_bind_int(s, ":sample_id", f->a->sample_id);
	if (!db_one_int(s, &id, e))
		return false;
	*flooded = id != 0;
	return true;
}

static bool
release(const struct flood *f, struct err *e)
{
	struct statement *s = db_prepare(f->db, RELEASE_SQL, e);

	db_bind_int(s, ":sample_id", f->a->sample_id);
	db_bind_int(s, ":now", f->a->now);
	return db_run(s, e);
}

/* ---- captures */

/* A new file. */
static bool
arrive(struct flood *f, struct err *e)
{
	struct tally *t;

	if (!each(f, count_one, e) || !each(f, read_tally, e))
		return false;
	t = over(f, f->a->most);
	return t == NULL || skip(f, t, e);
}

/* A file that was skipped and is captured again is looked up if its session and URL have brought few. */
static bool
return_again(struct flood *f, struct err *e)
{
	bool flooded;

	if (!is_flooded(f, &flooded, e))
		return false;
	if (!flooded)
		return true;
	if (!each(f, read_tally, e))
		return false;
	return over(f, f->a->most - 1) != NULL ||
	       (each(f, count_one, e) && release(f, e));
}

static const char *
session_of(const struct hit *h)
{
	if (h->session != NULL)
		return h->session;
	return h->origin.src_ip[0] != '\0' ? h->origin.src_ip : NULL;
}

static bool
take_capture(struct db *db, const struct arrival *a, struct err *e)
{
	auto_free char *url =
	    a->url == NULL ? NULL : strndup(a->url, strcspn(a->url, "?#"));
	struct flood f = { .db = db,
		.a = a,
		.by = { { .kind = "session",
			    .honeypot = a->hit->profile->honeypot,
			    .name = "session",
			    .value = session_of(a->hit) },
		    { .kind = "url", .honeypot = "", .name = "URL", .value = url } } };

	if (a->url != NULL && url == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	time_format_day(a->hit->seen_at, f.date);
	return a->is_new ? arrive(&f, e) : return_again(&f, e);
}

bool
store_flood(struct db *db, const struct arrival *a, struct err *e)
{
	return a->most == 0 || take_capture(db, a, e);
}
