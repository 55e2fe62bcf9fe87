/*
 * page.c - one page of documents behind a place.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"

static bool
fetch(struct collector *co, const struct reading *r, bool ids_only,
    struct http_reply *reply, bool *too_large, struct err *e)
{
	const struct page_request p = { .index = r->place->index,
		.shard = r->place->shard,
		.after = r->place->position,
		.up_to = r->place->checkpoint,
		.start_at = r->place->start_at,
		.start_until = r->place->start_until,
		.since_at = r->since_at,
		.until_at = r->until_at,
		.size = ids_only ? 1 : co->page_size,
		.ids_only = ids_only };

	return elastic_page(&co->el, &p, co->chosen, reply, too_large, e);
}

/* Reads the documents, has them kept, and moves the place behind them. */
static bool
take(struct collector *co, const struct reading *r, const struct http_reply *reply,
    bool too_large, int64_t now, struct err *e)
{
	struct hit_list hits;
	struct page page = { .cursor = r->place,
		.hits = &hits,
		.size = too_large ? 1 : co->page_size,
		.too_large = too_large,
		.now = now };
	int64_t position = -1;
	bool ok = hit_list_read(&hits, buf_text(&reply->body), reply->body.len,
	    (size_t)page.size, co->chosen, now, e);

	if (!ok && e->fault == FAULT_RETRY)
		err_outage(e, OUTAGE_DOWN, 0, "elasticsearch: a page of %s: %s",
		    r->place->index, e->text);
	ok = ok && store_page_end(&page, &position, e) && r->keep(co, &page, e);
	if (ok)
		r->place->position = position;
	hit_list_done(&hits);
	return ok;
}

/* The one document that alone passes the limit: its id is kept, and reading goes on behind it. */
static bool
pass_over(struct collector *co, const struct reading *r, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	return fetch(co, r, true, &reply, &too_large, e) &&
	       take(co, r, &reply, true, now, e);
}

static bool
is_about_index(const struct http_reply *reply, const struct err *e)
{
	return e->fault == FAULT_REJECT ||
	       (e->fault == FAULT_OUTAGE && e->outage == OUTAGE_DOWN &&
		   (reply->status == 200 || reply->status == 400 ||
		       reply->status == 403 || reply->status == 500 ||
		       reply->status == 503));
}

bool
page_read(struct collector *co, const struct reading *r, int64_t now, bool *about_index,
    struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	*about_index = false;
	stage_doing(&co->st, "reading %s", r->place->index);
	if (fetch(co, r, false, &reply, &too_large, e)) {
		if (!take(co, r, &reply, false, now, e))
			return false;
		if (co->page_size < ELASTIC_PAGE)
			co->page_size *= 2;
		return true;
	}
	if (!too_large) {
		*about_index = is_about_index(&reply, e);
		if (e->fault == FAULT_OUTAGE)
			err_prefix(e, "index %s", r->place->index);
		return false;
	}
	err_clear(e);
	if (co->page_size == 1)
		return pass_over(co, r, now, e);
	co->page_size = co->page_size / 2;
	return true;
}
