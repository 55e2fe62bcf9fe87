/*
 * page.c - reads one page of documents after a position.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/clocks.h"
#include "collector/collector.h"
#include "collector/monitors.h"
#include "collector/origins.h"
#include "collector/stories.h"

bool
page_complete(struct source *src, const struct hit_page *page, struct err *e)
{
	if (!origins_find(&src->el, src->chosen, page->cursor->index, page->hits, e))
		return false;
	monitors_mark(&src->general->monitors, page->hits);
	stories_begun(src);
	return true;
}

static int
size_of(const struct walk *w)
{
	return failing_page_size(&w->source->failing, w->place->index);
}

static bool
fetch(const struct walk *w, bool ids_only, struct http_reply *reply, bool *too_large,
    struct err *e)
{
	const struct page_request p = { .index = w->place->index,
		.shard = evidence_shard(
		    &w->source->evidence, w->place->index, w->place->shard),
		.after = w->place->position,
		.up_to = w->up_to,
		.start_at = w->place->start_at,
		.start_until = w->place->start_until,
		.since_at = w->since_at,
		.until_at = w->until_at,
		.size = ids_only ? 1 : size_of(w),
		.ids_only = ids_only };

	return elastic_page(&w->source->el, &p, w->source->chosen, reply, too_large, e);
}

/* Reads and stores the documents, and moves the position past them. */
static bool
store_documents(struct collector *co, const struct walk *w,
    const struct http_reply *reply, bool too_large, int64_t now, struct err *e)
{
	struct hit_list hits;
	struct hit_page page = { .cursor = w->place,
		.hits = &hits,
		.up_to = w->up_to,
		.too_large = too_large,
		.stories = w->source->config->stories,
		.flood = w->source->config->flood,
		.usual_s = w->source->config->interval_s + CLOCKS_USUAL_S,
		.now = now };
	const size_t most = too_large ? 1 : (size_t)size_of(w);
	int64_t position = -1;
	bool ok = hit_list_read(&hits, buf_text(&reply->body), reply->body.len, most,
	    w->source->chosen, now, e);

	if (!ok && e->fault == FAULT_RETRY)
		err_outage(e, OUTAGE_DOWN, 0, "elasticsearch: a page of %s: %s",
		    w->place->index, e->text);
	page.full = hits.count == most;
	if (ok && page.full)
		hit_list_leave_last(&hits);
	ok = ok && store_page_end(&page, &position, e) && w->keep(co, w, &page, e);
	if (ok)
		w->place->position = position;
	hit_list_done(&hits);
	return ok;
}

/* A single document that exceeds the limit: its id is stored, and reading continues after it. */
static bool
pass_over(struct collector *co, const struct walk *w, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	return fetch(w, true, &reply, &too_large, e) &&
	       store_documents(co, w, &reply, true, now, e);
}

/* Half of what made the answer too large. */
static bool
ask_for_less(struct collector *co, const struct walk *w, int64_t now, struct err *e)
{
	err_clear(e);
	if (size_of(w) == 1)
		return pass_over(co, w, now, e);
	if (!failing_halve(&w->source->failing, w->place->index))
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
}

/* What an engine short of memory, or a web server that waited or received too much, answers to a page that
 * is too large for them; 0: no answer, 200: only a part of one. */
static bool
is_heavy(long status)
{
	return status == 0 || status == 200 || status == 408 || status == 413 ||
	       status == 429 || status >= 500;
}

static struct page_fault
fault_of(const struct http_reply *reply, const struct err *e)
{
	bool down = e->fault == FAULT_OUTAGE && e->outage == OUTAGE_DOWN;

	return (struct page_fault){ .heavy = down && is_heavy(reply->status),
		.about_index = down };
}

bool
page_read(struct collector *co, const struct walk *w, int64_t now,
    struct page_fault *fault, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	*fault = (struct page_fault){ .heavy = false };
	stage_doing(&co->st, "reading %s", w->place->index);
	if (fetch(w, false, &reply, &too_large, e)) {
		if (!store_documents(co, w, &reply, false, now, e))
			return false;
		failing_succeeded(&w->source->failing, w->place->index);
		return true;
	}
	if (too_large)
		return ask_for_less(co, w, now, e);
	*fault = fault_of(&reply, e);
	if (e->fault == FAULT_OUTAGE)
		err_prefix(e, "index %s", w->place->index);
	return false;
}
