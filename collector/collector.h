/*
 * collector.h - what the parts of the collector share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_H
#define POTPRESS_COLLECTOR_H

#include "collector/elastic/elastic.h"
#include "collector/store.h"
#include "common/stage/stage.h"

/* Why single indices are not read: the first in words, and how many. */
struct trouble {
	struct err first;
	int64_t count;
};

/* What a poll found, beside what we knew. */
struct looked {
	struct shard_list shards;
	struct setting_list settings;
	bool asked; /* for the settings */
	struct cursor_list known;
};

struct collector;

/* A place to read on from, which is moved behind each page, and what becomes of the page. */
struct reading {
	struct cursor *place;
	int64_t since_at, until_at; /* as in struct page_request */
	bool (*keep)(struct collector *co, struct page *page, struct err *e);
};

/* Reading the past: --since. */
enum backfill_phase { BACKFILL_LIST, BACKFILL_COUNT, BACKFILL_READ };
struct backfill {
	enum backfill_phase phase;
	struct shard_list shards;
	size_t at; /* the shard that is read, and in it ... */
	struct cursor place; /* ... the place, which is in no table */
	struct page_counts counts, said;
};

struct collector_options {
	struct option_day since, until;
	bool yes;
};

struct collector {
	struct stage st;
	struct service *service; /* one of st's */
	struct collector_options asked;
	struct elastic el;
	const struct profile *chosen[PROFILES_MAX];
	int64_t poll_at; /* when the shards are listed next */
	int page_size; /* halved while pages are too large */
	/* the service failed since its last success was noted, or may have */
	bool doubtful;
	int64_t survey_at; /* when the profiles are looked at next */
	/* when the user was last refused a look at the checkpoints; 0: is not */
	int64_t forbidden_at;
	int64_t total, successful; /* copies of shards at the last poll */
	struct err said; /* the trouble with single indices that was last told ... */
	int64_t said_at; /* ... and when */
	struct page_counts counts; /* since the last line in the log */
	struct backfill *backfill; /* NULL: the present is read */
};

/* The step of stage_run. */
bool collector_step(void *ctx, int64_t now, struct step *out, struct err *e);
/* Lists the shards and notes the checkpoints of those that grew. */
bool poll_once(struct collector *co, int64_t now, struct err *e);
/* The shards of the pattern by the engine's word or, where that is forbidden, by what a search shows. */
bool poll_list(
    struct collector *co, struct shard_list *shards, int64_t now, struct err *e);
void poll_trouble_add(struct trouble *t, const char *index, const char *why);
/* Adds indices of which some shard does not answer: the engine starts, or a disk has lost them. */
void poll_trouble_missing(struct trouble *t, const struct shard_list *shards,
    const struct setting_list *settings);
void poll_trouble_say(struct collector *co, const struct trouble *t);

/* Reads one page. *about_index: the fault is this index's alone, not the engine's, so that others can
 * be read meanwhile. FAULT_REJECT: it was closed or deleted. */
bool page_read(struct collector *co, const struct reading *r, int64_t now,
    bool *about_index, struct err *e);

/* Does what is next of --since. */
bool backfill_work(struct collector *co, int64_t now, struct step *out, struct err *e);
void backfill_done(struct backfill *b);
/* Once a day, over restarts: says which profiles find nothing where their honeypots write. */
bool survey_daily(struct collector *co, int64_t now, struct err *e);
/* The collector's own options, and what does not fit together among them. */
extern const struct option_row collector_options[];
const char *collector_check_options(const void *own);
/* Where --until ends, exclusive: unix seconds. */
int64_t collector_until_at(const struct collector_options *o);
/* --check of the live access; see struct stage_spec. */
void collector_check(struct stage *st, struct check *c);

#endif
