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

/* Documents that may have the same number. */
#define ONE_NUMBER_MAX 100

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

static struct page_request
request_of(const struct walk *w)
{
	return (struct page_request){ .index = w->place->index,
		.shard = evidence_shard(
		    &w->source->evidence, w->place->index, w->place->shard),
		.after = w->place->position,
		.up_to = w->up_to,
		.start_at = w->place->start_at,
		.start_until = w->place->start_until,
		.since_at = w->since_at,
		.until_at = w->until_at,
		.size = size_of(w) };
}

static bool
fetch(const struct walk *w, const struct page_request *p, struct http_reply *reply,
    bool *too_large, struct err *e)
{
	return elastic_page(&w->source->el, p, w->source->chosen, reply, too_large, e);
}

static bool
read_hits(const struct walk *w, const struct http_reply *reply, size_t most, int64_t now,
    struct hit_list *out, struct err *e)
{
	bool ok = hit_list_read(out, buf_text(&reply->body), reply->body.len, most,
	    w->source->chosen, now, e);

	if (!ok && e->fault == FAULT_RETRY)
		err_outage(e, OUTAGE_DOWN, 0, "elasticsearch: a page of %s: %s",
		    w->place->index, e->text);
	return ok;
}

/* Stores the documents, and moves the position past them. */
static bool
store_documents(struct collector *co, const struct walk *w, struct hit_list *hits,
    bool full, int64_t now, struct err *e)
{
	const struct hit_page page = { .cursor = w->place,
		.hits = hits,
		.up_to = w->up_to,
		.full = full,
		.stories = w->source->config->stories,
		.flood = w->source->config->flood,
		.usual_s = w->source->config->interval_s + CLOCKS_USUAL_S,
		.now = now };
	int64_t position = -1;

	if (!store_page_end(&page, &position, e) || !w->keep(co, w, &page, e))
		return false;
	w->place->position = position;
	return true;
}

/* ---- documents that are too large for one answer */

/* The documents with this number, without their contents: a shrunk index has one from each of its old
 * shards. */
static bool
list_number(const struct walk *w, int64_t number, int64_t now, struct hit_list *out,
    struct err *e)
{
	struct page_request p = request_of(w);
	bool too_large = true;

	p.after = number - 1;
	p.up_to = number;
	p.ids_only = true;
	/* An index may give fewer at once. */
	for (p.size = ONE_NUMBER_MAX; too_large && p.size > 0; p.size /= 2) {
		auto_reply reply = { .status = 0 };

		err_clear(e);
		if (fetch(w, &p, &reply, &too_large, e))
			return read_hits(w, &reply, ONE_NUMBER_MAX, now, out, e);
	}
	return false;
}

/* Takes the document of a listed hit; one that exceeds the limit by itself is rejected. */
static bool
read_alone(const struct walk *w, struct hit *listed, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	struct page_request p = request_of(w);
	struct hit_list one = { .items = NULL };
	bool too_large, ok;

	p.after = listed->seq_no - 1;
	p.up_to = listed->seq_no;
	p.id = listed->id;
	p.size = 1;
	ok = fetch(w, &p, &reply, &too_large, e);
	if (!ok && too_large) {
		err_clear(e);
		hit_too_large(listed);
		return true;
	}
	ok = ok && read_hits(w, &reply, 1, now, &one, e);
	if (ok && one.count == 1)
		hit_move(listed, &one.items[0]);
	hit_list_done(&one);
	return ok;
}

/* If there are more documents with this number than these, all of them are read one by one. */
static bool
read_number(const struct walk *w, struct hit_list *hits, int64_t now, struct err *e)
{
	struct hit_list all = { .items = NULL };
	bool ok = list_number(w, hits->items[0].seq_no, now, &all, e);

	if (ok && all.count > hits->count) {
		for (size_t i = 0; i < all.count && ok; i++)
			ok = read_alone(w, &all.items[i], now, e);
		if (ok)
			hit_list_swap(hits, &all);
	}
	hit_list_done(&all);
	return ok;
}

/* A single document that exceeds the limit: its id is stored, and reading continues after it. */
static bool
pass_over(struct collector *co, const struct walk *w, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	struct page_request p = request_of(w);
	struct hit_list hits = { .items = NULL };
	bool too_large, ok;

	p.ids_only = true;
	ok =
	    fetch(w, &p, &reply, &too_large, e) && read_hits(w, &reply, 1, now, &hits, e);
	if (ok && hits.count == 1) {
		hit_too_large(&hits.items[0]);
		ok = read_number(w, &hits, now, e);
	}
	ok = ok && store_documents(co, w, &hits, hits.count > 0, now, e);
	hit_list_done(&hits);
	return ok;
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

/* ---- a page */

static bool
take_page(struct collector *co, const struct walk *w, const struct http_reply *reply,
    int64_t now, struct err *e)
{
	const size_t most = (size_t)size_of(w);
	struct hit_list hits = { .items = NULL };
	bool ok = read_hits(w, reply, most, now, &hits, e);
	bool full = ok && hits.count == most;

	if (full && !hit_list_leave_last(&hits))
		ok = read_number(w, &hits, now, e);
	ok = ok && store_documents(co, w, &hits, full, now, e);
	hit_list_done(&hits);
	return ok;
}

/* What an engine short of memory, or a web server that waited or received too much, answers to a page that
 * is too large for them; 0: no answer, 200: only a part of one. */
static bool
is_heavy(long status)
{
	return status == 0 || status == 200 || status == 408 || status == 413 ||
	       status == 429 || status >= 500;
}

static bool
is_down(const struct err *e)
{
	return e->fault == FAULT_OUTAGE && e->outage == OUTAGE_DOWN;
}

static struct page_fault
fault_of(const struct http_reply *reply, const struct err *e)
{
	return (struct page_fault){ .heavy = is_down(e) && is_heavy(reply->status),
		.about_index = is_down(e) };
}

bool
page_read(struct collector *co, const struct walk *w, int64_t now,
    struct page_fault *fault, struct err *e)
{
	auto_reply reply = { .status = 0 };
	const struct page_request p = request_of(w);
	bool too_large, ok;

	stage_doing(&co->st, "reading %s", w->place->index);
	ok = fetch(w, &p, &reply, &too_large, e);
	if (!ok && !too_large) {
		*fault = fault_of(&reply, e);
		if (e->fault == FAULT_OUTAGE)
			err_prefix(e, "index %s", w->place->index);
		return false;
	}
	if (ok && take_page(co, w, &reply, now, e)) {
		failing_succeeded(&w->source->failing, w->place->index);
		return true;
	}
	if (!ok && ask_for_less(co, w, now, e))
		return true;
	*fault = (struct page_fault){ .heavy = true, .about_index = is_down(e) };
	return false;
}
