/*
 * loop.c - what the collector does next: read a page, look for new documents, count, or wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/aside.h"
#include "collector/collector.h"
#include "collector/growth.h"
#include "collector/quiet.h"

/* One line for everything read since the last one. */
static void
say_read(const struct log *log, struct page_counts *n)
{
	struct log_number documents, samples, captures, known, rejected, empty, missed;

	if (n->documents > 0)
		log_line(log, LOG_INFO, "done", "documents",
		    log_number(&documents, n->documents), "new_samples",
		    log_number(&samples, n->samples), "new_captures",
		    log_number(&captures, n->captures), "known",
		    log_number(&known, n->known), "without_hash",
		    log_number(&empty, n->empty), NULL);
	if (n->rejected > 0)
		log_line(log, LOG_WARNING, "rejected", "documents",
		    log_number(&rejected, n->rejected), "why",
		    "they contain a malformed hash or cannot be read; see table rejected",
		    NULL);
	if (n->missed > 0)
		log_line(log, LOG_WARNING, "done", "missed",
		    log_number(&missed, n->missed), "why",
		    "captures were found that an earlier reading had missed", NULL);
	*n = (struct page_counts){ .documents = 0 };
}

/* A fault pauses the service, unless this process itself cannot go on. */
static bool
fail(struct collector *co, struct source *src, const struct err *fault, struct err *e)
{
	if (stage_stop_asked(&co->st))
		return true;
	if (fault->fault == FAULT_CONFIG || fault->fault == FAULT_FATAL) {
		*e = *fault;
		return false;
	}
	src->doubtful = true;
	src->judge = true;
	return stage_pause(&co->st, src->service, fault, 0, e);
}

/* Writes to the database only if the last known state of the service is bad. */
static bool
succeed(struct collector *co, struct source *src, struct err *e)
{
	if (!src->doubtful)
		return true;
	src->doubtful = false;
	return stage_succeeded(&co->st, src->service, e);
}

/* ---- reading */

/* What to do next for a source: the cursor to continue from, or when to look again. */
struct next {
	struct cursor cursor;
	struct evidence *evidence; /* of it; NULL: nothing is found */
	int64_t again_ms; /* steady: when a failing one is tried again; INT64_MAX: none */
	bool look; /* a recorded checkpoint must be looked at now */
	int64_t look_at; /* INT64_MAX: nothing is recorded */
};

/* A checkpoint is recorded but not yet proven to be visible. If no further look is scheduled soon, it
 * waits for the next poll. */
static void
await(struct next *next, const struct source *src, const struct cursor *c, int64_t now)
{
	bool later = c->settled_at > now;

	if (!src->polled || src->looked_at > now ||
	    (!later && src->looked_at < c->settled_at))
		next->look = true;
	else if (later && c->checkpoint_at <= now && c->settled_at < next->look_at)
		next->look_at = c->settled_at;
}

static void
offer(struct next *next, const struct source *src, const struct cursor *c,
    struct evidence *n)
{
	int times = failing_times(&src->failing, c->index);

	if (next->evidence != NULL &&
	    failing_times(&src->failing, next->cursor.index) <= times)
		return;
	next->evidence = n;
	next->cursor = *c;
}

/* The first cursor with visible documents to read or to look for; a failing index goes behind the
 * others. */
static void
find_next(struct next *next, struct source *src, const struct cursor_list *list,
    int64_t now, int64_t steady_ms)
{
	*next = (struct next){ .look_at = INT64_MAX, .again_ms = INT64_MAX };
	for (size_t i = 0; i < list->count; i++) {
		const struct cursor *c = &list->items[i];
		struct evidence *n;
		int64_t again_ms;

		if (c->position >= c->checkpoint)
			continue;
		n = growth_evidence(src, c);
		if (n == NULL || n->visible < c->checkpoint)
			await(next, src, c, now);
		if (n == NULL || (c->position >= n->visible && !n->ask))
			continue;
		again_ms = failing_again_ms(&src->failing, c->index);
		if (again_ms <= steady_ms)
			offer(next, src, c, n);
		else if (again_ms < next->again_ms)
			next->again_ms = again_ms;
	}
}

static bool
keep_page(struct collector *co, const struct walk *walk, const struct hit_page *page,
    struct err *e)
{
	struct source *src = walk->source;

	if (!page_complete(src, page, e))
		return false;
	stage_crash_point("before-page-commit");
	return store_page(&co->st.db, page, &src->counts, e);
}

/* Unless there is something to say about the index first. */
static bool
read_documents(struct collector *co, const struct walk *walk, int64_t now,
    struct page_fault *fault, struct err *e)
{
	const struct cursor *c = walk->place;
	bool audited, refused;

	if (!audit_first(co, walk->source, c, now, &audited, e))
		return false;
	if (audited)
		return true;
	if (!hidden_look(
		co, walk->source, c, c->position < c->start_until, now, &refused, e))
		return false;
	return refused || page_read(co, walk, now, fault, e);
}

/* Asks how far a search of it shows documents, or reads the documents. */
static bool
search_or_read(struct collector *co, struct source *src, const struct next *next,
    int64_t now, struct page_fault *fault, struct err *e)
{
	struct evidence *n = next->evidence;
	struct cursor place = next->cursor;
	const struct walk walk = {
		.source = src, .place = &place, .up_to = n->visible, .keep = keep_page
	};
	int64_t highest;

	*fault = (struct page_fault){ .about_index = true };
	if (place.position < n->visible) {
		if (!read_documents(co, &walk, now, fault, e))
			return false;
		src->broken_others = 0;
		return true;
	}
	if (!elastic_highest(&src->el, &n->told, &highest, e))
		return false;
	evidence_found(n, highest);
	if (n->visible == place.checkpoint || !growth_look_later(&place, n, now))
		return true;
	return store_look_later(&co->st.db, &place, e);
}

static bool
read_on(struct collector *co, struct source *src, const struct next *next, int64_t now,
    struct err *e)
{
	struct page_fault fault;
	struct err why = ERR_NONE;

	if (search_or_read(co, src, next, now, &fault, &why))
		return true;
	if (why.fault == FAULT_REJECT)
		return store_put_aside(&co->st.db, &next->cursor, e);
	if (why.outage == OUTAGE_DOWN && fault.about_index && !stage_stop_asked(&co->st))
		return broken_behind(co, src, next->cursor.index, fault.heavy, &why, e);
	*e = why;
	return false;
}

/* ---- what is next */

static bool
poll(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	bool due = now >= src->poll_at;

	say_read(&src->log, &src->counts);
	if (!poll_once(co, src, now, e)) {
		failing_forgive(&src->failing);
		return false;
	}
	src->judge = false;
	if (due)
		src->poll_at =
		    co->st.options.once ? INT64_MAX : now + src->config->interval_s;
	return survey_daily(co, src, now, e);
}

static int64_t
earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* Nothing is to be done for some time. */
static bool
rest(struct collector *co, struct source *src, const struct next *next, int64_t now,
    struct step *out, struct err *e)
{
	say_read(&src->log, &src->counts);
	stage_doing(&co->st, "waiting");
	out->wake_at = earlier(earlier(next->look_at, src->poll_at), aside_wake_at(src));
	if (next->again_ms != INT64_MAX && !co->st.options.once)
		out->wake_at = earlier(out->wake_at,
		    now + 1 + (next->again_ms - clock_steady_ms(&co->st.clock)) / 1000);
	out->idle = next->look_at == INT64_MAX && aside_wake_at(src) > now;
	if (out->idle && broken_is_left(co, src)) {
		*e = src->broken_why;
		return false;
	}
	return true;
}

/* Reads a page, polls, or audits, whichever is due. */
static bool
work(struct collector *co, struct source *src, int64_t now, struct step *out,
    struct err *e)
{
	struct cursor_list list;
	struct next next;
	bool asked = true;
	bool ok = store_cursors(&co->st.db, src->name, &list, e);

	ok = ok && aside_work(co, src, &list, now, e);
	find_next(&next, src, &list, now, clock_steady_ms(&co->st.clock));
	*out = (struct step){ .wake_at = now };
	if (ok && !src->judge && next.evidence != NULL)
		ok = read_on(co, src, &next, now, e);
	else if (ok && (src->judge || next.look || now >= src->poll_at))
		ok = poll(co, src, now, e);
	else if (ok)
		ok = audit_next(co, src, &list, now, &asked, e);
	if (ok && !asked)
		ok = rest(co, src, &next, now, out, e);
	store_cursors_done(&list);
	return ok;
}

static bool
clock_went_back(const struct collector *co, const struct source *src, int64_t now)
{
	return !co->st.options.once && src->poll_at > now + src->config->interval_s;
}

/* One source's part of a step. */
static bool
source_step(struct collector *co, struct source *src, int64_t now, struct step *out,
    struct err *e)
{
	struct err fault = ERR_NONE;
	struct turn turn;

	if (co->st.look_now || clock_went_back(co, src, now))
		src->poll_at = now;
	if (co->st.look_now)
		failing_forgive(&src->failing);
	if (!stage_turn(&co->st, src->service, now, true, &turn, e))
		return false;
	*out = (struct step){ .wake_at = turn.until, .idle = true };
	if (turn.what == TURN_WAIT)
		return true;
	if (!work(co, src, now, out, &fault)) {
		*out = (struct step){ .wake_at = now };
		return fail(co, src, &fault, e);
	}
	return out->wake_at > now || src->judge || succeed(co, src, e);
}

static bool
past_step(struct collector *co, int64_t now, struct step *out, struct err *e)
{
	struct source *src = backfill_source(co);
	struct err fault = ERR_NONE;
	struct turn turn;

	if (!stage_turn(&co->st, src->service, now, true, &turn, e))
		return false;
	if (turn.what == TURN_WAIT) {
		*out = (struct step){ .wake_at = turn.until, .idle = true };
		return true;
	}
	if (!backfill_work(co, now, out, &fault)) {
		out->wake_at = now;
		return fail(co, src, &fault, e);
	}
	if (out->finished)
		say_read(&co->st.log, &co->backfill->counts);
	return succeed(co, src, e);
}

/* Silences and old captures, when there is nothing to read. */
static bool
look_back(struct collector *co, int64_t now, struct step *out, struct err *e)
{
	if (!quiet_step(co, now, out, e) || !retain_step(&co->retain, &co->st, now, e))
		return false;
	out->wake_at = earlier(out->wake_at, co->retain.at);
	out->idle = out->idle && co->retain.at > now + 1;
	return true;
}

bool
collector_step(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct collector *co = ctx;

	if (co->backfill != NULL)
		return past_step(co, now, out, e);
	out->idle = true;
	for (size_t n = 0; n < co->source_count; n++) {
		struct source *src = &co->sources[n];
		struct step one;

		if (!source_step(co, src, now, &one, e) ||
		    !source_learn_ways(src, &co->st, now, e))
			return false;
		out->wake_at = earlier(out->wake_at, one.wake_at);
		out->idle = out->idle && one.idle;
	}
	return out->wake_at <= now || look_back(co, now, out, e);
}
