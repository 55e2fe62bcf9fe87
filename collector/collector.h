/*
 * collector.h - what the parts of the collector share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_H
#define POTPRESS_COLLECTOR_H

#include "collector/source.h"

#define COLLECTOR_SOURCES_MAX STAGE_SERVICES_MAX

/* Why single indices are not read: the first in words, and how many. */
struct trouble {
	struct err first;
	int64_t count;
};

struct collector;

/* A place to read on from, which is moved behind each page, and what becomes of the page. */
struct walk {
	struct source *source;
	struct cursor *place;
	int64_t up_to; /* _seq_no, at most place->checkpoint */
	int64_t since_at, until_at; /* as in struct page_request */
	bool (*keep)(struct collector *co, const struct walk *walk,
	    const struct hit_page *page, struct err *e);
};

/* Reading the past: --since. */
enum backfill_phase { BACKFILL_LIST, BACKFILL_COUNT, BACKFILL_READ };
struct backfill {
	struct source *source;
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
	struct collector_options asked;
	struct source sources[COLLECTOR_SOURCES_MAX];
	size_t source_count;
	struct page_counts counts; /* since the last line in the log */
	struct backfill *backfill; /* NULL: the present is read */
};

/* Opens the sources of a table, whose services the stage has. */
bool collector_init(struct collector *co, const struct source_row *table, struct err *e);
void collector_done(struct collector *co);
/* The step of stage_run. */
bool collector_step(void *ctx, int64_t now, struct step *out, struct err *e);

/* Lists the shards, notes the checkpoints of those that grew, and looks what has become visible of those
 * that were noted. */
bool poll_once(struct collector *co, struct source *src, int64_t now, struct err *e);
/* The shards of the pattern by the engine's word or, where that is not told, by what a search shows. */
bool poll_list(struct collector *co, struct source *src, struct shard_list *shards,
    int64_t now, struct err *e);

void trouble_add(struct trouble *t, const char *index, const char *why);
/* Adds indices of which some shard does not answer: the engine starts, or a disk has lost them. */
void trouble_missing(struct trouble *t, const struct shard_list *shards,
    const struct setting_list *settings);
void trouble_say(struct collector *co, const struct trouble *t);
/* Said when it changes, and once a day; by runs with --once, which remember nothing, once a day. */
bool trouble_say_once(struct collector *co, struct source *src, const struct trouble *t,
    int64_t now, struct err *e);

/* What a fault of one page says. */
struct page_fault {
	bool about_index; /* it may be this index's alone, not the engine's */
	bool heavy; /* asking for less may help */
};
/* Reads one page. FAULT_REJECT: the index was closed or deleted. */
bool page_read(struct collector *co, const struct walk *walk, int64_t now,
    struct page_fault *fault, struct err *e);

/* Asks one index that is due how much of what was read it holds; *asked: one was. Where it holds more, it
 * is read again, and that is said. */
bool audit_next(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, bool *asked, struct err *e);

/* The same of an index that is to be read on, where its name alone is known; *asked: it was not compared
 * since it grew. */
bool audit_first(struct collector *co, struct source *src, const struct cursor *c,
    int64_t now, bool *asked, struct err *e);

/* Does what is next of --since. */
bool backfill_work(struct collector *co, int64_t now, struct step *out, struct err *e);
void backfill_done(struct backfill *b);
/* Once a day, over restarts: says which profiles find nothing where their honeypots write. */
bool survey_daily(struct collector *co, struct source *src, int64_t now, struct err *e);
/* The collector's own options, and what does not fit together among them. */
extern const struct option_row collector_options[];
const char *collector_check_options(const void *own);
/* Where --until ends, exclusive: unix seconds. */
int64_t collector_until_at(const struct collector_options *o);
/* --check of the live access; see struct stage_spec. */
void collector_check(struct stage *st, struct check *c);

#endif
