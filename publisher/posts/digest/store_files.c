/*
 * store_files.c - see internal.h: the files captured in a period.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/digest/files_sql.h"
#include "publisher/posts/digest/internal.h"
#include "publisher/store/floods.h"
#include "publisher/store/noise.h"

/* ---- statements */

/* clang-format off */
/* ... and the captures of the period that belong to floods. A session is forgotten with its sightings. */
#define FLOODED \
	CLASSES \
	", flooded AS ( " \
	"  SELECT g.sample_id, g.url, f.kind, f.honeypot, f.value " \
	"  FROM capture g " \
	"  JOIN flood_count f ON " FLOOD_OF_URL("g.url") \
	"  WHERE g.seen_at >= :from_at AND g.seen_at < :to_at " \
	"  UNION ALL " \
	"  SELECT s.sample_id, s.url, f.kind, f.honeypot, f.value " \
	"  FROM sighting s " \
	"  JOIN flood_count f ON " FLOOD_OF_SESSION("s") \
	"  WHERE s.seen_at >= :from_at AND s.seen_at < :to_at) "

static const char TOTALS_SQL[] =
	FILES
	"SELECT count(*), coalesce(sum(captures), 0), count(*) FILTER (WHERE is_new = 1) "
	"FROM files";

static const char LEFTOVERS_SQL[] =
	"SELECT coalesce(sum(c.captures), 0) "
	"FROM capture c "
	"JOIN sample s ON s.id = c.sample_id "
	"WHERE c.seen_at >= :from_at "
	"AND c.seen_at < :to_at "
	"AND " IS_NOISE("s");

static const char LATE_SQL[] =
	"SELECT coalesce(sum(c.captures), 0), coalesce(max(c.collected_at), 0) "
	"FROM capture c "
	"JOIN sample s ON s.id = c.sample_id "
	"WHERE c.seen_at >= :from_at "
	"AND c.seen_at < :to_at "
	"AND c.collected_at > :published_at "
	"AND NOT " IS_NOISE("s");

static const char GROUPS_SQL[] =
	CLASSES
	"SELECT class, family, count(*), sum(captures), min(malicious), max(malicious), min(verdicts), "
	"max(verdicts), min(as_of), max(as_of) "
	"FROM (SELECT *, coalesce(last_analysis_at, first_fetched_at, fetched_at) AS as_of "
	"  FROM classes) "
	"GROUP BY class, family "
	"ORDER BY sum(captures) DESC, class, family IS NULL, family";

static const char FLOODS_SQL[] =
	FLOODED
	"SELECT count(DISTINCT d.kind || ' ' || d.honeypot || ' ' || d.value), count(DISTINCT c.id) "
	"FROM flooded d "
	"JOIN classes c ON c.id = d.sample_id";

static const char URLS_SQL[] =
	FLOODED
	"SELECT g.url, max(c.class IN ('malicious', 'pua', 'suspicious')) AS detected "
	"FROM capture g "
	"JOIN classes c ON c.id = g.sample_id "
	"WHERE g.seen_at >= :from_at "
	"AND g.seen_at < :to_at "
	"AND g.url IS NOT NULL "
	"AND g.url NOT IN (SELECT url FROM flooded WHERE url IS NOT NULL) "
	"AND c.class NOT IN ('known_good', 'test') "
	"GROUP BY g.url "
	"ORDER BY detected DESC, count(DISTINCT (g.seen_at - :from_at) / 86400) > 1 DESC, "
	"sum(g.captures) DESC, g.url";

static const char HASHES_SQL[] =
	CLASSES
	"SELECT sha256 "
	"FROM classes "
	"WHERE class IN ('malicious', 'pua') "
	"AND sha256 IS NOT NULL "
	"ORDER BY captures DESC, sha256";

static const char POSTS_SQL[] =
	CLASSES
	"SELECT p.sent_title, p.link, count(*) OVER () "
	"FROM classes c "
	"JOIN post p ON p.sample_id = c.id "
	"WHERE p.kind = 'sample' "
	"AND p.wanted = 'publish' "
	"AND p.replaced_by IS NULL "
	"AND p.link IS NOT NULL "
	"AND p.sent_title IS NOT NULL "
	"AND p.state <> 'skipped' "
	"ORDER BY CASE c.class WHEN 'malicious' THEN 0 WHEN 'pua' THEN 1 WHEN 'suspicious' THEN 2 "
	"  WHEN 'unknown' THEN 3 ELSE 4 END, c.captures DESC, p.id "
	"LIMIT 20";
/* clang-format on */
_Static_assert(DIGEST_POSTS_MAX == 20, "the limit in POSTS_SQL");

/* ---- rows */

static const char *const CLASS_WORDS[CLASS_COUNT] = {
	[CLASS_MALICIOUS] = "malicious",
	[CLASS_PUA] = "pua",
	[CLASS_SUSPICIOUS] = "suspicious",
	[CLASS_UNKNOWN] = "unknown",
	[CLASS_UNDETECTED] = "undetected",
	[CLASS_INCONCLUSIVE] = "inconclusive",
	[CLASS_NOT_ANALYSED] = "not_analysed",
	[CLASS_KNOWN_GOOD] = "known_good",
	[CLASS_TEST] = "test",
	[CLASS_WAITING] = "waiting",
	[CLASS_LEFT_OUT] = "left_out",
};

static enum digest_class
class_of(const char *word)
{
	int c = 0;

	while (c < CLASS_WAITING && strcmp(CLASS_WORDS[c], word) != 0)
		c++;
	return c == CLASS_WAITING && strcmp(word, CLASS_WORDS[CLASS_LEFT_OUT]) == 0
		   ? CLASS_LEFT_OUT
		   : (enum digest_class)c;
}

static void
take_totals(struct statement *s, struct digest_facts *out)
{
	out->files = db_int(s, 0);
	out->captures = db_int(s, 1);
	out->new_files = db_int(s, 2);
}

static void
take_leftovers(struct statement *s, struct digest_facts *out)
{
	out->leftovers = db_int(s, 0);
}

static void
take_group(struct statement *s, struct digest_facts *out)
{
	struct digest_group g = { .class = class_of(db_text(s, 0)),
		.before = -1,
		.files = db_int(s, 2),
		.captures = db_int(s, 3),
		.low = db_int(s, 4),
		.high = db_int(s, 5),
		.verdicts_low = db_int(s, 6),
		.verdicts_high = db_int(s, 7),
		.as_of = db_int(s, 8),
		.as_of_newest = db_int(s, 9) };
	size_t at = out->group_count;

	out->by_class[g.class] += g.files;
	out->groups_total++;
	while (at > 0 && out->groups[at - 1].class > g.class)
		at--;
	if (at > DIGEST_GROUPS_MAX)
		return;
	g.family = db_text_dup(s, 1);
	if (out->group_count > DIGEST_GROUPS_MAX)
		buf_free_pointer(&out->groups[--out->group_count].family);
	memmove(
	    &out->groups[at + 1], &out->groups[at], (out->group_count++ - at) * sizeof g);
	out->groups[at] = g;
}

static void
take_floods(struct statement *s, struct digest_facts *out)
{
	out->floods = db_int(s, 0);
	out->flood_files = db_int(s, 1);
}

static void
take_url(struct statement *s, struct digest_facts *out)
{
	if (out->urls_total++ > DIGEST_URLS_MAX)
		return;
	out->urls[out->url_count++] = db_text_dup(s, 0);
	out->urls_detected += db_int(s, 1) != 0;
}

static void
take_hash(struct statement *s, struct digest_facts *out)
{
	if (out->hashes_total++ <= DIGEST_HASHES_MAX)
		out->hashes[out->hash_count++] = db_text_dup(s, 0);
}

static void
take_post(struct statement *s, struct digest_facts *out)
{
	out->posts_total = db_int(s, 2);
	out->posts[out->post_count++] =
	    (struct digest_post){ .title = db_text_dup(s, 0), .link = db_text_dup(s, 1) };
}

/* Drops the last ones of lists that have more than one left. */
static void
end_lists(struct digest_facts *f)
{
	if (f->groups_total > DIGEST_GROUPS_MAX + 1)
		buf_free_pointer(&f->groups[--f->group_count].family);
	if (f->urls_total > DIGEST_URLS_MAX + 1) {
		buf_free_pointer(&f->urls[--f->url_count]);
		if (f->urls_detected > f->url_count)
			f->urls_detected = f->url_count;
	}
	if (f->hashes_total > DIGEST_HASHES_MAX + 1)
		buf_free_pointer(&f->hashes[--f->hash_count]);
}

bool
digest_each_row(struct db *db, const char *sql, struct digest_facts *out,
    void (*take)(struct statement *s, struct digest_facts *out), struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);
	int step;

	db_bind_int(s, ":from_at", out->from_at);
	db_bind_int(s, ":to_at", out->to_at);
	while ((step = db_step(s, e)) == 1)
		take(s, out);
	return step == 0;
}

static bool
read_late(struct db *db, int64_t published_at, struct digest_facts *out, struct err *e)
{
	struct statement *s = db_prepare(db, LATE_SQL, e);

	db_bind_int(s, ":from_at", out->from_at);
	db_bind_int(s, ":to_at", out->to_at);
	db_bind_int(s, ":published_at", published_at);
	if (db_step(s, e) < 0)
		return false;
	out->late = db_int(s, 0);
	out->late_at = db_int(s, 1);
	db_reset(s);
	return true;
}

bool
digest_files_read(
    struct db *db, int64_t published_at, struct digest_facts *out, struct err *e)
{
	bool ok = digest_each_row(db, TOTALS_SQL, out, take_totals, e) &&
		  digest_each_row(db, LEFTOVERS_SQL, out, take_leftovers, e) &&
		  (published_at == 0 || read_late(db, published_at, out, e)) &&
		  digest_each_row(db, GROUPS_SQL, out, take_group, e) &&
		  digest_each_row(db, FLOODS_SQL, out, take_floods, e) &&
		  digest_each_row(db, URLS_SQL, out, take_url, e) &&
		  digest_each_row(db, HASHES_SQL, out, take_hash, e) &&
		  digest_each_row(db, POSTS_SQL, out, take_post, e);

	if (ok)
		end_lists(out);
	return ok;
}

bool
digest_new_files(
    struct db *db, int64_t from_at, int64_t to_at, int64_t *count, struct err *e)
{
	struct digest_facts part = { .from_at = from_at, .to_at = to_at };
	bool ok = digest_each_row(db, TOTALS_SQL, &part, take_totals, e);

	*count = part.new_files;
	return ok;
}
