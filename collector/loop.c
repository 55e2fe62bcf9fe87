/*
 * loop.c - what the collector does next: read a page, look for new documents, or wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"
#include "collector/session.h"

/* One line for all that was read since the last one. */
static void
say_read(struct collector *co)
{
	struct page_counts *n = &co->counts;
	struct log_number documents, samples, captures, known, rejected, empty;

	if (n->documents > 0)
		log_line(&co->st.log, LOG_INFO, "done", "documents",
		    log_number(&documents, n->documents), "new_samples",
		    log_number(&samples, n->samples), "new_captures",
		    log_number(&captures, n->captures), "known",
		    log_number(&known, n->known), "without_hash",
		    log_number(&empty, n->empty), NULL);
	if (n->rejected > 0)
		log_line(&co->st.log, LOG_WARNING, "rejected", "documents",
		    log_number(&rejected, n->rejected), "why",
		    "they contain a malformed hash or cannot be read; see table rejected",
		    NULL);
	*n = (struct page_counts){ .documents = 0 };
}

/* A fault pauses the service, unless this process itself cannot go on. */
static bool
fail(struct collector *co, const struct err *fault, struct err *e)
{
	if (stage_stop_asked(&co->st))
		return true;
	if (fault->fault == FAULT_CONFIG || fault->fault == FAULT_FATAL) {
		*e = *fault;
		return false;
	}
	co->doubtful = true;
	co->poll_at = 0;
	return stage_pause(&co->st, co->service, fault, 0, e);
}

/* The database is written only where the last we know of the service is bad. */
static bool
succeed(struct collector *co, struct err *e)
{
	if (!co->doubtful)
		return true;
	co->doubtful = false;
	return stage_succeeded(&co->st, co->service, e);
}

/* The first cursor with settled documents to read; else *wake_at is moved to when one will be. */
static const struct cursor *
next_readable(const struct cursor_list *list, int64_t now, int64_t *wake_at)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cursor *c = &list->items[i];
		if (c->position >= c->checkpoint)
			continue;
		/* A clock that was set back must not make us wait for ever. */
		if (c->settled_at <= now || c->checkpoint_at > now)
			return c;
		if (c->settled_at < *wake_at)
			*wake_at = c->settled_at;
	}
	return NULL;
}

static bool
keep_page(struct collector *co, struct page *page, struct err *e)
{
	if (!session_origins(&co->el, co->chosen, page->cursor->index, page->hits, e))
		return false;
	stage_crash_point("before-page-commit");
	return store_page(&co->st.db, page, &co->counts, e);
}

/* Reads a page. An index that cannot be read now is put aside; if it was not just closed or deleted,
 * that pauses us as well. */
static bool
read_on(struct collector *co, const struct cursor *c, int64_t now, struct err *e)
{
	struct cursor place = *c;
	const struct reading r = { .place = &place, .keep = keep_page };
	struct err why = ERR_NONE;
	bool about_index;

	if (page_read(co, &r, now, &about_index, &why))
		return true;
	if (about_index && !store_put_aside(&co->st.db, c, e))
		return false;
	if (why.fault == FAULT_REJECT)
		return true;
	*e = why;
	return false;
}

/* Reads a page or polls, whatever is due; *wake_at stays INT64_MAX where nothing will be. */
static bool
work(struct collector *co, int64_t now, int64_t *wake_at, struct err *e)
{
	struct cursor_list list;
	const struct cursor *c;
	bool ok = store_cursors(&co->st.db, &list, e);

	c = ok ? next_readable(&list, now, wake_at) : NULL;
	if (c != NULL) {
		*wake_at = now;
		ok = read_on(co, c, now, e);
	} else if (ok && now >= co->poll_at) {
		say_read(co);
		*wake_at = now;
		ok = poll_once(co, now, e) && survey_daily(co, now, e);
		co->poll_at = co->st.options.once
				  ? INT64_MAX
				  : now + co->st.config.collector.interval_s;
	} else {
		say_read(co);
		stage_doing(&co->st, "waiting");
	}
	store_cursors_done(&list);
	return ok;
}

static bool
work_on(struct collector *co, int64_t now, struct step *out, struct err *e)
{
	if (co->backfill == NULL)
		return work(co, now, &out->wake_at, e);
	if (!backfill_work(co, now, out, e))
		return false;
	if (out->finished)
		say_read(co);
	return true;
}

static bool
clock_went_back(const struct collector *co, int64_t now)
{
	return !co->st.options.once &&
	       co->poll_at > now + co->st.config.collector.interval_s;
}

bool
collector_step(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct collector *co = ctx;
	struct err fault = ERR_NONE;
	struct turn turn;

	if (co->st.look_now || clock_went_back(co, now))
		co->poll_at = now;
	if (!stage_turn(&co->st, co->service, now, true, &turn, e))
		return false;
	if (turn.what == TURN_WAIT) {
		out->wake_at = turn.until;
		out->idle = true;
		return true;
	}
	if (!work_on(co, now, out, &fault)) {
		out->wake_at = now;
		return fail(co, &fault, e);
	}
	out->idle = out->wake_at == INT64_MAX;
	if (co->poll_at < out->wake_at)
		out->wake_at = co->poll_at;
	return out->idle || out->wake_at > now || succeed(co, e);
}
