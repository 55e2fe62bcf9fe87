/*
 * health.h - what --check asks about the engine itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_HEALTH_H
#define POTPRESS_ELASTIC_HEALTH_H

#include "collector/elastic/elastic.h"

/* *red: a primary shard of some index is missing. */
bool elastic_red(struct elastic *el, bool *red, struct err *e);
/* The newest clock of the engine's nodes, unix seconds. */
bool elastic_clock(struct elastic *el, int64_t *now, struct err *e);

/* Indices of the pattern that are read-only, because the engine's disk reached its flood stage
 * (index.blocks.read_only_allow_delete) or somebody set read_only. */
struct blocked {
	char index[ELASTIC_INDEX_MAX]; /* one of them */
	int64_t count;
	bool cluster; /* the whole cluster is read-only */
};
bool elastic_blocked(struct elastic *el, struct blocked *out, struct err *e);

#endif
