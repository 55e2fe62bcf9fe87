/*
 * store.c - see store.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/store.h"

#include "publisher/posts/digest/internal.h"
#include "publisher/posts/digest/store_rows.h"

static void
find_come(int64_t now, struct digest_facts *f)
{
	struct calendar_date tomorrow = calendar_add(calendar_of(now), 1);

	f->goes_on = now < f->to_at;
	f->come = f->goes_on && calendar_before(tomorrow, f->period.end) ? tomorrow
									 : f->period.end;
}

bool
digest_facts_read(struct db *db, const struct post_row *row,
    const struct list *sensor_names, int64_t now, struct digest_facts *out, struct err *e)
{
	int64_t since;

	*out = (struct digest_facts){ .from_at = row->from_at, .to_at = row->to_at };
	if (!period_parse(row->key, &out->period) || row->from_at >= row->to_at)
		return err_set(e, FAULT_REJECT,
		    "%s with from_at %lld and to_at %lld is not a period", row->key,
		    (long long)row->from_at, (long long)row->to_at);
	period_key(&out->period, out->key);
	find_come(now, out);
	if (!digest_counts_since(db, &since, e))
		return false;
	if (since > row->from_at && since < row->to_at)
		out->since = since;
	return digest_files_read(db, row->published_at, out, e) &&
	       digest_attacks_read(db, out, e) && digest_history_read(db, out, e) &&
	       digest_ranks_read(db, out, e) && digest_changes_read(db, since, out, e) &&
	       digest_clocks_read(db, sensor_names, out, e);
}
