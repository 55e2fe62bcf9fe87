/*
 * hidden.c - detects indices with documents that no search finds, and logs them; their cursors stay.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/collector.h"

/* number of indices that --check examines, the newest by their names */
#define CHECKED_MAX 3

/* ---- asking, and saying */

/* Logged when the reason changes, and once a day; runs with --once, which remember nothing, log it once
 * a day. */
static bool
log_hidden(struct collector *co, struct source *src, const char *index, const char *why,
    int64_t now, struct err *e)
{
	bool due;

	if (!source_daily(src, &co->st.db, "fields", now, &due, e))
		return false;
	if (!due && (co->st.options.once || strcmp(src->searchable.said, why) == 0))
		return true;
	BUF_FIXED(src->searchable.said, "%s", why);
	log_line(&src->log, LOG_WARNING, "waiting", "index", index, "why", why, NULL);
	return true;
}

bool
hidden_look(struct collector *co, struct source *src, const struct cursor *c,
    bool by_time, int64_t now, bool *refused, struct err *e)
{
	int64_t steady_ms = clock_steady_ms(&co->st.clock);
	auto_buf why = BUF_CUT(FIELDS_WHY_MAX);
	enum fields_verdict verdict;

	*refused = false;
	if (!searchable_is_due(&src->searchable, c->uuid, steady_ms))
		return true;
	if (!elastic_fields(
		&src->el, c->index, src->chosen, by_time, &verdict, &why, e)) {
		if (e->fault == FAULT_OUTAGE)
			err_prefix(e, "index %s", c->index);
		return false;
	}
	*refused = verdict == FIELDS_HIDDEN;
	if (!*refused)
		return searchable_note(&src->searchable, c->uuid, verdict, steady_ms) ||
		       err_set(e, FAULT_FATAL, "out of memory");
	if (!failing_add(&src->failing, c->index, false, false, steady_ms))
		return err_set(e, FAULT_FATAL, "out of memory");
	return log_hidden(co, src, c->index, buf_text(&why), now, e);
}

/* ---- --check */

bool
hidden_check(struct check *c, struct elastic *el, const struct profile *const *chosen,
    const struct shard_list *shards)
{
	const char *last = "";
	int checked = 0;

	for (size_t i = shards->count; i > 0 && checked < CHECKED_MAX; i--) {
		const struct shard *s = &shards->items[i - 1];
		auto_buf why = BUF_CUT(FIELDS_WHY_MAX);
		enum fields_verdict verdict;
		struct err e = ERR_NONE;

		if (s->max_seq_no < 0 || strcmp(s->index, last) == 0)
			continue;
		last = s->index;
		checked++;
		if (!elastic_fields(el, s->index, chosen, true, &verdict, &why, &e)) {
			check_fault(c, &e);
			return false;
		}
		if (verdict == FIELDS_HIDDEN) {
			check_problem(
			    c, "elasticsearch: index %s %s", s->index, buf_text(&why));
			return false;
		}
	}
	return true;
}
