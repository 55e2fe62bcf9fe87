/*
 * audit.c - checks that an index holds what was read from it.
 *
 * A cursor that has passed a document never comes back to it. That happens when the engine loses its
 * latest documents and reuses their numbers, when somebody moves the cursor, or when a snapshot is
 * restored. So the engine is asked how many documents there are up to the cursor, and which is the
 * last: before more is read, since later documents would hide that the last ones are others; once an
 * hour after the index grew; and once a day otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/collector.h"
#include "common/base/time.h"

#define GROWING_S HOUR_S
#define KEPT_S DAY_S

static bool
is_due(const struct cursor *c, int64_t now)
{
	int64_t every = c->checkpoint_at >= c->audited_at ? GROWING_S : KEPT_S;

	return c->position >= 0 && c->position >= c->checkpoint &&
	       (now >= c->audited_at + every || now < c->audited_at);
}

static const struct cursor *
find_due(const struct source *src, const struct cursor_list *list, int64_t now,
    int64_t steady_ms)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cursor *c = &list->items[i];

		if (is_due(c, now) &&
		    failing_again_ms(&src->failing, c->index) <= steady_ms)
			return c;
	}
	return NULL;
}

/* Fewer than were read are not a loss, as documents may be deleted. But if the last one is no longer there,
 * its number may have been given to others, of which some may be below the cursor. */
enum audit_verdict
audit_judge(const struct cursor *c, const struct audit *found, int64_t *missed)
{
	bool other = found->last_number == c->last_number &&
		     strcmp(found->last_id, c->last_id) != 0;

	*missed = 0;
	if (c->seen < 0)
		return AUDIT_AGREES;
	if (found->documents > c->seen)
		*missed = found->documents - c->seen;
	else if (found->last_number > c->last_number || other)
		*missed = 1;
	if (*missed > 0)
		return AUDIT_MISSED;
	return found->last_number < c->last_number ? AUDIT_LAST_GONE : AUDIT_AGREES;
}

static void
log_verdict(
    const struct log *log, const struct cursor *c, enum audit_verdict verdict, int64_t n)
{
	struct log_number missed, position;

	log_line(log, LOG_WARNING, "retry", "index", c->index, "missed",
	    verdict == AUDIT_MISSED ? log_number(&missed, n) : NULL, "up_to",
	    log_number(&position, c->position), "why",
	    verdict == AUDIT_MISSED
		? "the index holds documents that were never read: it is read again from the "
		  "start, and no capture is counted twice"
		: "the last document that was read is no longer in the index, and others may "
		  "have its number: it is read again from the start, and no capture is "
		  "counted twice",
	    NULL);
}

/* What is there now counts as read, so that deleted documents cannot hide missed ones. */
static bool
agree(struct collector *co, const struct cursor *c, const struct audit *found,
    int64_t now, struct err *e)
{
	struct cursor counted = *c;

	counted.seen = found->documents;
	counted.last_number = found->last_number;
	memcpy(counted.last_id, found->last_id, sizeof counted.last_id);
	return store_audited(&co->st.db, &counted, now, e);
}

/* Closed or deleted: tried again another day. Otherwise the next poll shows whether the engine is at
 * fault. */
static bool
give_up(struct collector *co, struct source *src, const struct cursor *c, int64_t now,
    struct err *e)
{
	int64_t steady_ms = clock_steady_ms(&co->st.clock);

	if (e->fault == FAULT_FATAL)
		return false;
	if (e->fault == FAULT_REJECT) {
		err_clear(e);
		return store_audited(&co->st.db, c, now, e);
	}
	log_line(
	    &co->st.log, LOG_WARNING, "retry", "index", c->index, "why", e->text, NULL);
	err_clear(e);
	src->judge = true;
	return failing_add(&src->failing, c->index, false, false, steady_ms) ||
	       err_set(e, FAULT_FATAL, "out of memory");
}

static bool
audit(struct collector *co, struct source *src, const struct cursor *c, int64_t now,
    struct err *e)
{
	const struct page_request up_to_here = { .index = c->index,
		.shard = evidence_shard(&src->evidence, c->index, c->shard),
		.after = -1,
		.up_to = c->position,
		.start_at = c->start_at,
		.start_until = c->start_until };
	enum audit_verdict verdict;
	struct audit found;
	int64_t n;

	stage_doing(&co->st, "counting %s", c->index);
	if (!elastic_audit(&src->el, &up_to_here, src->chosen, c->last_id, c->last_number,
		&found, e))
		return false;
	failing_succeeded(&src->failing, c->index);
	verdict = audit_judge(c, &found, &n);
	if (verdict == AUDIT_AGREES)
		return agree(co, c, &found, now, e);
	log_verdict(&src->log, c, verdict, n);
	/* Treated as a first look, also with --once. */
	src->poll_at = now;
	src->polled = false;
	return store_read_again(&co->st.db, c, now, e);
}

bool
audit_first(struct collector *co, struct source *src, const struct cursor *c, int64_t now,
    bool *asked, struct err *e)
{
	*asked = c->position >= 0 &&
		 (c->audited_at < c->checkpoint_at || c->audited_at > now) &&
		 failing_times(&src->failing, c->index) == 0;
	return !*asked || audit(co, src, c, now, e);
}

bool
audit_next(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, bool *asked, struct err *e)
{
	const struct cursor *c = find_due(src, list, now, clock_steady_ms(&co->st.clock));

	*asked = c != NULL;
	return c == NULL || audit(co, src, c, now, e) || give_up(co, src, c, now, e);
}
