/*
 * store_changes.c - see internal.h: families captured for the first time, files captured before VirusTotal
 * had them, and files that turned out to be malicious.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/time.h"
#include "publisher/posts/digest/files_sql.h"
#include "publisher/posts/digest/internal.h"

#define HISTORY_S \
	(7 * DAY_S) /* of captures before a period in which a family can be new */

/* clang-format off */
static const char FAMILIES_SQL[] =
	CLASSES
	"SELECT c.family "
	"FROM classes c "
	"WHERE c.family IS NOT NULL "
	"AND c.class = 'malicious' "
	"AND NOT EXISTS ( "
	"  SELECT 1 FROM analysis b "
	"  JOIN sample t ON t.id = b.sample_id "
	"  WHERE b.family = c.family AND t.first_seen < :from_at) "
	"GROUP BY c.family "
	"ORDER BY sum(c.captures) DESC, c.family";

static const char FIRST_SQL[] =
	CLASSES
	"SELECT count(*) "
	"FROM classes c "
	"WHERE EXISTS ( "
	"  SELECT 1 FROM sighting g WHERE g.sample_id = c.id AND g.collected_at < c.first_submission_at) "
	"OR EXISTS ( "
	"  SELECT 1 FROM kept k WHERE k.sample_id = c.id AND k.collected_at < c.first_submission_at)";

/* The first answer that says malicious, with the answer before it. An unknown file is asked about for a month
 * after it was captured. */
static const char TURNED_SQL[] =
	"SELECT count(*) FILTER (WHERE b.verdict = 'unknown'), count(*) FILTER (WHERE b.verdict <> 'unknown') "
	"FROM (SELECT sample_id FROM capture WHERE seen_at >= :from_at - 2678400 AND seen_at < :to_at "
	"  GROUP BY sample_id) AS c "
	"JOIN analysis a ON a.sample_id = c.sample_id "
	"JOIN lookup l ON l.id = a.lookup_id "
	"JOIN provider p ON p.name = l.provider AND p.kind = l.kind AND p.verdict = 1 "
	"JOIN analysis b ON b.id = (SELECT max(o.id) FROM analysis o WHERE o.lookup_id = a.lookup_id AND o.id < a.id) "
	"WHERE a.verdict = 'malicious' "
	"AND coalesce(a.first_fetched_at, a.fetched_at) >= :from_at "
	"AND coalesce(a.first_fetched_at, a.fetched_at) < :to_at "
	"AND NOT EXISTS ( "
	"  SELECT 1 FROM analysis o WHERE o.lookup_id = a.lookup_id AND o.id < a.id AND o.verdict = 'malicious')";

static const char GROUPS_SQL[] =
	CLASSES
	"SELECT family, count(*), row_number() OVER (ORDER BY sum(captures) DESC, family) "
	"FROM classes "
	"WHERE family IS NOT NULL "
	"AND class <> 'test' "
	"GROUP BY family";
/* clang-format on */

static void
take_family(struct statement *s, struct digest_facts *out)
{
	digest_names_add(&out->history.families, s, 0);
}

static void
take_first(struct statement *s, struct digest_facts *out)
{
	out->history.first = db_int(s, 0);
}

static void
take_turned(struct statement *s, struct digest_facts *out)
{
	out->history.were_unknown = db_int(s, 0);
	out->history.were_missed = db_int(s, 1);
}

/* A family may have several groups; of a test file it has no place. */
static void
take_rank(struct statement *s, struct digest_facts *out)
{
	for (size_t i = 0; i < out->group_count; i++)
		if (out->groups[i].family != NULL && out->groups[i].class != CLASS_TEST &&
		    strcmp(out->groups[i].family, db_text(s, 0)) == 0) {
			out->groups[i].before = 0;
			out->groups[i].rank = db_int(s, 2);
		}
}

/* Of the period before; `out` has that one's times and this one's groups. */
static void
take_group(struct statement *s, struct digest_facts *out)
{
	for (size_t i = 0; i < out->group_count; i++)
		if (out->groups[i].rank > 0 &&
		    strcmp(out->groups[i].family, db_text(s, 0)) == 0) {
			out->groups[i].before = db_int(s, 1);
			out->groups[i].rank_before = db_int(s, 2);
		}
}

/* Counts the same in the period before, if all of it was read. */
static bool
read_before(struct db *db, int64_t since, struct digest_facts *f, struct err *e)
{
	struct period before = period_before(&f->period);
	struct digest_facts b = { .to_at = f->from_at };
	bool ok;

	if (!digest_day_start(db, before.first, &b.from_at, e))
		return false;
	if (f->period.span == SPAN_DAY || since > b.from_at)
		return true;
	if (!digest_each_row(db, GROUPS_SQL, f, take_rank, e))
		return false;
	memcpy(b.groups, f->groups, sizeof b.groups);
	b.group_count = f->group_count;
	ok = digest_each_row(db, GROUPS_SQL, &b, take_group, e);
	for (size_t i = 0; i < f->group_count; i++)
		f->groups[i] = b.groups[i];
	if (ok && since <= b.from_at - HISTORY_S) {
		ok = digest_each_row(db, FAMILIES_SQL, &b, take_family, e);
		f->history.families_before = b.history.families.total;
	}
	digest_history_done(&b.history);
	return ok;
}

bool
digest_changes_read(struct db *db, int64_t since, struct digest_facts *f, struct err *e)
{
	f->history.families_before = -1;
	return digest_each_row(db, FIRST_SQL, f, take_first, e) &&
	       digest_each_row(db, TURNED_SQL, f, take_turned, e) &&
	       (since > f->from_at - HISTORY_S ||
		   digest_each_row(db, FAMILIES_SQL, f, take_family, e)) &&
	       read_before(db, since, f, e);
}
