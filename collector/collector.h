/*
 * collector.h - what the parts of the collector share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_H
#define POTPRESS_COLLECTOR_H

#include "collector/elastic.h"
#include "collector/store.h"
#include "common/stage.h"

/* Why single indices are not read: the first in words, and how many. */
struct trouble {
	struct err first;
	int64_t count;
};

/* What a poll found, beside what we knew. */
struct looked {
	struct shard_list shards;
	struct setting_list settings; /* empty: not asked for */
	struct cursor_list known;
};

struct collector {
	struct stage st;
	struct elastic el;
	const struct profile *chosen[PROFILES_MAX];
	int64_t poll_at; /* when the shards are listed next */
	int page_size; /* halved while pages are too large */
	/* the service failed since its last success was noted, or may have */
	bool doubtful;
	int64_t survey_at; /* when the profiles are looked at next */
	/* when the user was last refused a look at the checkpoints; 0: is not */
	int64_t forbidden_at;
	struct err said; /* the trouble with single indices that was last told ... */
	int64_t said_at; /* ... and when */
	struct page_counts counts; /* since the last line in the log */
};

/* Lists the shards and notes the checkpoints of those that grew. */
bool poll_shards(struct collector *co, int64_t now, struct err *e);
/* Reads one page behind this cursor. */
bool read_page(struct collector *co, const struct cursor *c, int64_t now, struct err *e);
/* Once a day, over restarts: says which profiles find nothing where their honeypots write. */
bool survey_daily(struct collector *co, int64_t now, struct err *e);
/* --check of the live access; see struct stage_spec. */
void collector_check(struct stage *st, struct check *c);

#endif
