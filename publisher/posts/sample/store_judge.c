/*
 * store_judge.c - see noteworthy.h: the rows that are judged, and what becomes of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "common/base/calendar.h"
#include "publisher/posts/sample/noteworthy.h"
#include "publisher/store/noise.h"

#define AT_ONCE 100 /* rows judged in one transaction */
#define WHY_MAX 160
#define BY_RULE "by rule: sample_posts = "
#define WHY_NONE BY_RULE "none"

/* ---- what is known */

static const char UNSENT_SQL[] =
    "SELECT id "
    "FROM post "
    "WHERE state = 'pending' "
    "AND kind = 'sample' "
    "AND sent_at IS NULL "
    "AND reason IS NULL "
    "AND wanted = 'publish' "
    "AND due_at <= :now "
    "ORDER BY due_at, id "
    "LIMIT 100";
_Static_assert(AT_ONCE == 100, "the limit in UNSENT_SQL");

/* clang-format off */
static const char KNOWN_SQL[] =
	"SELECT s.captures, s.first_seen, a.verdict IS NOT NULL, a.verdict IN ('malicious', 'suspicious'), "
	"a.verdict = 'unknown', a.malicious, a.first_submission_at, "
	"a.verdict = 'known_good' OR a.test_file = 1 OR " IS_NOISE("s") ", "
	"a.family IS NULL OR EXISTS ( "
	"  SELECT 1 FROM analysis b "
	"  JOIN sample t ON t.id = b.sample_id "
	"  WHERE b.family = a.family AND t.id <> s.id AND t.last_seen > s.first_seen - 2592000 "
	"  AND (t.first_seen < s.first_seen OR (t.first_seen = s.first_seen AND t.id < s.id))), "
	"coalesce(a.category IN ('ransomware', 'wiper', 'rootkit', 'miner'), 0), "
	"EXISTS ( "
	"  SELECT 1 FROM analysis b "
	"  JOIN sample t ON t.id = b.sample_id "
	"  WHERE b.family = a.family AND t.id <> s.id AND t.first_seen >= :month_at "
	"  AND (t.first_seen < s.first_seen OR (t.first_seen = s.first_seen AND t.id < s.id))) "
	"FROM post p "
	"JOIN sample s ON s.id = p.sample_id "
	"LEFT JOIN analysis a ON a.id = (SELECT v.analysis_id FROM verdict v WHERE v.sample_id = s.id) "
	"WHERE p.id = :id";

static const char FIRST_DAY_SQL[] =
	"SELECT count(DISTINCT src_ip), count(DISTINCT honeypot), count(DISTINCT sensor), count(url), "
	"min(collected_at) "
	"FROM (SELECT CASE WHEN c.src_claimed = 0 THEN c.src_ip END AS src_ip, c.honeypot, c.sensor, c.url, "
	"  c.collected_at FROM post p "
	"  JOIN sample s ON s.id = p.sample_id "
	"  JOIN sighting c ON c.sample_id = s.id AND c.seen_at < s.first_seen + 86400 "
	"  WHERE p.id = :id "
	"  ORDER BY c.seen_at "
	"  LIMIT 10000) AS first_day";
/* clang-format on */
_Static_assert(NOTEWORTHY_DAYS * 86400 == 2592000, "the limit in KNOWN_SQL");

static int64_t
month_start(int64_t now)
{
	struct calendar_date d = calendar_of(now);

	d.day = 1;
	return calendar_start(d);
}

static bool
read_known(struct db *db, int64_t now, struct noteworthy *n, struct err *e)
{
	struct statement *s = db_prepare(db, KNOWN_SQL, e);
	int step;

	db_bind_int(s, ":id", n->post_id);
	db_bind_int(s, ":month_at", month_start(now));
	step = db_step(s, e);
	if (step == 1) {
		n->captures = db_int(s, 0);
		n->first_seen = db_int(s, 1);
		n->answered = db_int(s, 2) != 0;
		n->malicious = db_int(s, 3) != 0;
		n->unknown = db_int(s, 4) != 0;
		n->detections = db_int(s, 5);
		n->first_submission_at = db_int(s, 6);
		n->unwanted = db_int(s, 7) != 0;
		n->family_known = db_int(s, 8) != 0;
		n->grave = db_int(s, 9) != 0;
		n->grave_known = db_int(s, 10) != 0;
	}
	db_reset(s);
	return step >= 0;
}

static bool
read_first_day(struct db *db, struct noteworthy *n, struct err *e)
{
	struct statement *s = db_prepare(db, FIRST_DAY_SQL, e);

	db_bind_int(s, ":id", n->post_id);
	if (db_step(s, e) < 0)
		return false;
	n->addresses = db_int(s, 0);
	n->honeypots = db_int(s, 1);
	n->sensors = db_int(s, 2);
	n->urls = db_int(s, 3);
	n->first_collected_at = db_int(s, 4);
	db_reset(s);
	return true;
}

/* ---- what becomes of it */

static const char SKIP_SQL[] =
    "UPDATE post "
    "SET state = 'skipped', token = token + 1, due_at = 0, overwrite = 0, "
    "  settled_at = :now, last_error = :why "
    "WHERE id = :id";

static bool
skip(struct db *db, int64_t id, const char *why, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, SKIP_SQL, e);

	db_bind_int(s, ":now", now);
	db_bind_text(s, ":why", why);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char CHOOSE_SQL[] =
    "UPDATE post "
    "SET reason = :reason "
    "WHERE id = :id";

static bool
choose(struct db *db, int64_t id, const char *reason, struct err *e)
{
	struct statement *s = db_prepare(db, CHOOSE_SQL, e);

	db_bind_text(s, ":reason", reason);
	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

/* Published today, or about to be. */
static const char TODAY_SQL[] =
    "SELECT (SELECT count(*) "
    "  FROM post "
    "  WHERE published_at >= :day_at "
    "  AND published_at < :next_day_at " /* later ones are of a clock that was ahead */
    "  AND kind = 'sample') "
    "+ (SELECT count(*) "
    "  FROM post "
    "  WHERE state = 'pending' "
    "  AND kind = 'sample' "
    "  AND sent_at IS NULL "
    "  AND due_at >= 0 "
    "  AND reason IS NOT NULL) "
    "+ (SELECT count(*) "
    "  FROM post "
    "  WHERE write_open = 1 "
    "  AND sent_at > 0 "
    "  AND kind = 'sample' "
    "  AND published_at IS NULL)";

static bool
count_today(struct db *db, int64_t now, int64_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, TODAY_SQL, e);

	db_bind_int(s, ":day_at", calendar_start(calendar_of(now)));
	db_bind_int(s, ":next_day_at", calendar_start(calendar_add(calendar_of(now), 1)));
	return db_one_int(s, count, e);
}

/* ---- a batch */

struct candidate {
	int64_t id, captures;
	int rank;
	const char *reason; /* NULL: not noteworthy */
	bool added; /* by hand, without a capture */
};

struct batch {
	struct db *db;
	const struct post_options *o;
	int64_t now;
	struct candidate rows[AT_ONCE];
	size_t count;
};

static bool
read_rows(struct batch *b, struct err *e)
{
	struct statement *s = db_prepare(b->db, UNSENT_SQL, e);
	int step;

	b->count = 0;
	db_bind_int(s, ":now", b->now);
	while ((step = db_step(s, e)) == 1)
		b->rows[b->count++] = (struct candidate){ .id = db_int(s, 0) };
	return step == 0;
}

static bool
weigh(struct batch *b, struct candidate *c, struct err *e)
{
	struct noteworthy n = { .post_id = c->id };

	if (!read_known(b->db, b->now, &n, e) || !read_first_day(b->db, &n, e))
		return false;
	c->captures = n.captures;
	c->added = n.captures == 0;
	c->reason = noteworthy_reason(&n, &c->rank);
	return true;
}

/* The best reason first, then the most captures. */
static int
by_reason(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->captures != b->captures)
		return a->captures > b->captures ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

/* *today: posts so far. */
static bool
decide(struct batch *b, const struct candidate *c, int64_t *today, struct err *e)
{
	char why[WHY_MAX];

	if (c->added)
		return choose(b->db, c->id, "by hand", e);
	if (c->reason == NULL)
		return skip(b->db, c->id,
		    BY_RULE "noteworthy; the digest of its day counts it", b->now, e);
	if (*today < b->o->posts_per_day) {
		(*today)++;
		return choose(b->db, c->id, c->reason, e);
	}
	BUF_FIXED(why, BY_RULE "noteworthy; posts_per_day = %lld was reached",
	    (long long)b->o->posts_per_day);
	return skip(b->db, c->id, why, b->now, e);
}

static bool
judge_batch(void *ctx, struct err *e)
{
	struct batch *b = ctx;
	int64_t today = 0;

	if (!read_rows(b, e) || !count_today(b->db, b->now, &today, e))
		return false;
	for (size_t i = 0; i < b->count; i++)
		if (!weigh(b, &b->rows[i], e))
			return false;
	qsort(b->rows, b->count, sizeof b->rows[0], by_reason);
	for (size_t i = 0; i < b->count; i++)
		if (!decide(b, &b->rows[i], &today, e))
			return false;
	return true;
}

static bool
skip_batch(void *ctx, struct err *e)
{
	struct batch *b = ctx;

	if (!read_rows(b, e))
		return false;
	for (size_t i = 0; i < b->count; i++)
		if (!skip(b->db, b->rows[i].id, WHY_NONE, b->now, e))
			return false;
	return true;
}

bool
sample_judge(
    struct db *db, const struct post_options *o, int64_t now, bool *more, struct err *e)
{
	struct batch b = { .db = db, .o = o, .now = now };

	*more = false;
	if (o->sample_posts == SAMPLE_POSTS_ALL)
		return true;
	calendar_zone(o->timezone);
	/* Looked at without a transaction first: mostly there is nothing. */
	if (!read_rows(&b, e))
		return false;
	if (b.count == 0)
		return true;
	*more = b.count == AT_ONCE;
	return db_transact(
	    db, o->sample_posts == SAMPLE_POSTS_NONE ? skip_batch : judge_batch, &b, e);
}

bool
sample_is_judged(const struct post_row *row, const struct post_options *o)
{
	return o->sample_posts == SAMPLE_POSTS_ALL || row->reason != NULL ||
	       row->sent_at > 0 || row->withdraw;
}

/* ---- another setting */

static const char ANEW_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = 0 "
    "WHERE state = 'skipped' "
    "AND kind = 'sample' "
    "AND substr(last_error, 1, length(:why)) = :why";

/* Not a reason set by hand. */
static const char FORGET_SQL[] =
    "UPDATE post "
    "SET reason = NULL "
    "WHERE state = 'pending' "
    "AND kind = 'sample' "
    "AND sent_at IS NULL "
    "AND substr(reason || ':', 1, length(:rule) + 1) = :rule || ':'";

static bool
forget_choices(struct db *db, struct err *e)
{
	struct statement *s;

	for (int rank = 0; noteworthy_rule(rank) != NULL; rank++) {
		s = db_prepare(db, FORGET_SQL, e);
		db_bind_text(s, ":rule", noteworthy_rule(rank));
		if (!db_run(s, e))
			return false;
	}
	return true;
}

bool
sample_judge_again(struct db *db, enum sample_posts which, struct err *e)
{
	struct statement *s;

	if (which == SAMPLE_POSTS_NONE)
		return forget_choices(db, e);
	s = db_prepare(db, ANEW_SQL, e);
	db_bind_text(s, ":why", which == SAMPLE_POSTS_ALL ? BY_RULE : WHY_NONE);
	return db_run(s, e);
}
