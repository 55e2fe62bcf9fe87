/*
 * read.c - one page of documents behind a cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"
#include "collector/join.h"

static bool
fetch(struct collector *co, const struct cursor *c, bool ids_only,
    struct http_reply *reply, bool *too_large, struct err *e)
{
	const struct page_request p = { .index = c->index,
		.shard = c->shard,
		.after = c->position,
		.up_to = c->checkpoint,
		.start_at = c->start_at,
		.start_until = c->start_until,
		.size = ids_only ? 1 : co->page_size,
		.ids_only = ids_only };

	return elastic_page(&co->el, &p, co->chosen, reply, too_large, e);
}

static bool
keep(struct collector *co, const struct cursor *c, const struct hit_list *hits,
    bool too_large, int64_t now, struct err *e)
{
	const struct page page = { .cursor = c,
		.hits = hits,
		.size = too_large ? 1 : co->page_size,
		.too_large = too_large,
		.now = now };

	stage_crash_point("before-page-commit");
	return store_page(&co->st.db, &page, &co->counts, e);
}

/* Reads the documents, completes what they lack, and keeps them. */
static bool
take(struct collector *co, const struct cursor *c, const struct http_reply *reply,
    bool too_large, int64_t now, struct err *e)
{
	size_t most = too_large ? 1 : (size_t)co->page_size;
	struct hit_list hits;
	bool ok = hit_list_read(
	    &hits, buf_text(&reply->body), reply->body.len, most, co->chosen, now, e);

	if (!ok && e->fault == FAULT_RETRY)
		err_outage(e, OUTAGE_DOWN, 0, "elasticsearch: a page of %s: %s", c->index,
		    e->text);
	ok = ok && join_sources(&co->el, co->chosen, c->index, &hits, e) &&
	     keep(co, c, &hits, too_large, now, e);
	hit_list_done(&hits);
	return ok;
}

/* The one document that alone passes the limit: its id is kept, and reading goes on behind it. */
static bool
pass_over(struct collector *co, const struct cursor *c, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	return fetch(co, c, true, &reply, &too_large, e) &&
	       take(co, c, &reply, true, now, e);
}

/* An answer about this index alone, not about the engine: the others can be read meanwhile. */
static bool
is_about_index(const struct http_reply *reply, const struct err *e)
{
	return e->fault == FAULT_REJECT ||
	       (e->fault == FAULT_OUTAGE && e->outage == OUTAGE_DOWN &&
		   (reply->status == 200 || reply->status == 400 ||
		       reply->status == 403 || reply->status == 500 ||
		       reply->status == 503));
}

/* Closed and deleted indices are no fault; what else keeps one from being read pauses us. */
static bool
put_aside(struct collector *co, const struct cursor *c, struct err *e)
{
	struct err why = *e;

	err_clear(e);
	if (!store_put_aside(&co->st.db, c, e))
		return false;
	if (why.fault == FAULT_REJECT)
		return true;
	*e = why;
	err_prefix(e, "index %s", c->index);
	return false;
}

bool
read_page(struct collector *co, const struct cursor *c, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	stage_doing(&co->st, "reading %s", c->index);
	if (fetch(co, c, false, &reply, &too_large, e)) {
		if (!take(co, c, &reply, false, now, e))
			return false;
		if (co->page_size < ELASTIC_PAGE)
			co->page_size *= 2;
		return true;
	}
	if (!too_large)
		return is_about_index(&reply, e) ? put_aside(co, c, e) : false;
	err_clear(e);
	if (co->page_size == 1)
		return pass_over(co, c, now, e);
	co->page_size = co->page_size / 2;
	return true;
}
