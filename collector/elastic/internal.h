/*
 * internal.h - one request to the engine, for the parts of the client.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_INTERNAL_H
#define POTPRESS_ELASTIC_INTERNAL_H

#include "collector/elastic/elastic.h"

#define SMALL_REPLY_MAX (4 << 20)

/* One request below `url`; a body makes it a POST. */
struct call {
	const char *index, *path, *body;
	size_t reply_max;
};

/* True for a 200 with JSON, whose body the caller reads and releases. */
bool elastic_perform(
    struct elastic *el, const struct call *c, struct http_reply *reply, struct err *e);
/* Starts it; `done` is called with the answer. */
bool elastic_start(struct elastic *el, const struct call *c, http_done_fn *done,
    void *ctx, struct err *e);
/* The engine rejects the request itself: asking again would not help. */
bool elastic_is_refusal(const struct http_reply *reply);
/* The body as a tree, which the caller owns; NULL with FAULT_OUTAGE when it is not JSON. */
cJSON *elastic_tree(const struct http_reply *reply, struct err *e);
/* A small answer as a tree, which the caller owns; NULL with the fault. */
cJSON *elastic_ask(struct elastic *el, const struct call *c, struct err *e);

/* Sets the fault for an answer to `what` that is not the engine's; returns false. */
bool elastic_not_the_engine(struct err *e, const char *what);
/* The user may not ask this, or the engine has nothing of the kind. */
bool elastic_is_untold(const struct http_reply *reply, const struct err *e);
/* The index finds documents, but keeps none. */
bool elastic_keeps_no_source(const struct http_reply *reply);
/* The index gives fewer documents at once than were asked for. */
bool elastic_is_small_window(const struct http_reply *reply);
/* The text is safe in a path: the name of an index, and nothing else. */
bool elastic_is_safe_name(const char *name);

#endif
