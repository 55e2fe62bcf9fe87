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

/* A small answer as a tree, which the caller owns; NULL with the fault. */
cJSON *elastic_ask(struct elastic *el, const struct call *c, struct err *e);

#endif
