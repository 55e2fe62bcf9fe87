/*
 * plan.c - see plan.h.
 *
 * A period begins where the one before ended, so that after a change of the time zone one of them is
 * shorter or longer, and nothing is counted twice or left out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/plan.h"

#include <string.h>

#include "common/base/time.h"
#include "publisher/posts/digest/internal.h"
#include "publisher/posts/digest/period.h"
#include "publisher/posts/digest/store_rows.h"

/* The first period that may need a row: the one after the last, or the first that can hold anything. */
static struct period
first_period(enum span span, const struct digest_row *last, int64_t since)
{
	struct period p;

	if (last->to_at > 0 && period_parse(last->key, &p))
		return period_next(&p);
	return period_of(span, calendar_of(since));
}

static bool
follows(const struct period *p, const struct digest_row *last)
{
	struct period before = period_before(p);
	char key[PERIOD_KEY_MAX];

	period_key(&before, key);
	return strcmp(key, last->key) == 0;
}

/* The next row after `last`. */
static bool
row_of(struct db *db, const struct period *p, const struct digest_row *last,
    struct digest_row *out, struct err *e)
{
	period_key(p, out->key);
	out->from_at = follows(p, last) ? last->to_at : calendar_start(p->first);
	return digest_day_start(db, p->end, &out->to_at, e);
}

/* Plans the digests of one span. A day that a zone skipped has none. */
static bool
plan_span(struct db *db, const struct post_options *o, enum span span, int64_t since,
    int64_t now, int64_t *next_at, struct err *e)
{
	int64_t oldest = now - o->digest_catch_up * DAY_S;
	struct digest_row last, row;
	struct period p;

	if (!digest_last_row(db, period_prefix(span), now, &last, e))
		return false;
	p = first_period(span, &last, since);
	if (calendar_start(p.end) < oldest)
		p = period_of(span, calendar_of(oldest));
	for (;; p = period_next(&p)) {
		if (!row_of(db, &p, &last, &row, e))
			return false;
		if (row.to_at + o->digest_after_s > now)
			break;
		if (row.to_at < oldest || row.from_at >= row.to_at)
			continue;
		if (!digest_make_row(db, &row, e))
			return false;
		last = row;
	}
	if (row.to_at + o->digest_after_s < *next_at)
		*next_at = row.to_at + o->digest_after_s;
	return true;
}

bool
digest_plan(struct db *db, const struct post_options *o, int64_t now, int64_t *next_at,
    struct err *e)
{
	int64_t since;

	calendar_zone(o->timezone);
	if (!digest_counts_since(db, &since, e))
		return false;
	for (int span = 0; since > 0 && span < SPAN_COUNT; span++)
		if (o->digests[span] &&
		    !plan_span(db, o, (enum span)span, since, now, next_at, e))
			return false;
	return true;
}
