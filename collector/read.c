/*
 * read.c - one page of documents behind a cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"

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
keep(struct collector *co, const struct cursor *c, const struct http_reply *reply,
    bool too_large, int64_t now, struct err *e)
{
	const struct page page = { .cursor = c,
		.chosen = co->chosen,
		.body = buf_text(&reply->body),
		.len = reply->body.len,
		.size = too_large ? 1 : co->page_size,
		.too_large = too_large,
		.now = now };

	stage_crash_point("before-page-commit");
	return store_page(&co->st.db, &page, &co->counts, e);
}

/* The one document that alone passes the limit: its id is kept, and reading goes on behind it. */
static bool
pass_over(struct collector *co, const struct cursor *c, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	return fetch(co, c, true, &reply, &too_large, e) &&
	       keep(co, c, &reply, true, now, e);
}

bool
read_page(struct collector *co, const struct cursor *c, int64_t now, struct err *e)
{
	auto_reply reply = { .status = 0 };
	bool too_large;

	stage_doing(&co->st, "reading %s", c->index);
	if (fetch(co, c, false, &reply, &too_large, e)) {
		if (!keep(co, c, &reply, false, now, e))
			return false;
		if (co->page_size < ELASTIC_PAGE)
			co->page_size *= 2;
		return true;
	}
	if (e->fault == FAULT_REJECT) {
		err_clear(e);
		return store_gone(&co->st.db, c, e);
	}
	if (!too_large)
		return false;
	err_clear(e);
	if (co->page_size == 1)
		return pass_over(co, c, now, e);
	co->page_size = co->page_size / 2;
	return true;
}
