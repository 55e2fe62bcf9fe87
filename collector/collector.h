/*
 * collector.h - shared by the files of the collector.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_H
#define POTPRESS_COLLECTOR_H

#include "collector/retain.h"
#include "collector/source.h"

/* Why single indices are not read: the first reason in words, and the number of indices. */
struct trouble {
	struct err first;
	int64_t count;
};

struct collector;

/* The position to continue from, which moves past each page, and how the page is stored. */
struct walk {
	struct source *source;
	struct cursor *place;
	int64_t up_to; /* _seq_no, at most place->checkpoint */
	int64_t since_at, until_at; /* as in struct page_request */
	bool (*keep)(struct collector *co, const struct walk *walk,
	    const struct hit_page *page, struct err *e);
};

/* --since: reads older documents of all sources. */
enum backfill_phase { BACKFILL_LIST, BACKFILL_COUNT, BACKFILL_READ };
struct backfill {
	enum backfill_phase phase; /* each of all sources, before the next */
	struct shard_list shards[SOURCES_MAX]; /* of each source */
	size_t n; /* the source being listed or read, ... */
	size_t at; /* ... its shard being read, and in it ... */
	struct cursor place; /* ... the position, which is not stored */
	struct page_counts counts, said;
};

struct collector_options {
	struct option_day since, until;
	bool yes;
};

struct collector {
	struct stage st;
	struct collector_options asked;
	struct source sources[SOURCES_MAX];
	size_t source_count;
	struct backfill *backfill; /* NULL: reads the present */
	struct retain retain;
};

/* Opens the sources of a table; the stage already has their services. collector_done in either case. */
bool collector_init(struct collector *co, const struct source_row *table, struct err *e);
void collector_done(struct collector *co);
/* The step of stage_run. */
bool collector_step(void *ctx, int64_t now, struct step *out, struct err *e);

/* Lists the shards, records the checkpoints of those that grew, and checks which recorded checkpoints
 * have become visible. */
bool poll_once(struct collector *co, struct source *src, int64_t now, struct err *e);
/* The shards of the pattern as the engine reports them or, if it does not, by a search. */
bool poll_list(struct source *src, struct shard_list *shards, int64_t now, struct err *e);

/* The settings of all indices; none if the engine, or a proxy before it, does not report them to this user. */
bool poll_settings(struct source *src, struct setting_list *out, struct err *e);

void trouble_add(struct trouble *t, const char *index, const char *why);
/* Adds indices with a shard that does not answer: the engine is starting, or a disk has lost them. */
void trouble_missing(struct trouble *t, const struct shard_list *shards,
    const struct setting_list *settings);
void trouble_say(const struct log *log, const struct trouble *t);
/* Logged when it changes and once a day; runs with --once, which remember nothing, log it once a day. */
bool trouble_say_once(struct collector *co, struct source *src, const struct trouble *t,
    int64_t now, struct err *e);

/* What a fault of one page means. */
struct page_fault {
	bool about_index; /* it may be the fault of this index, not of the engine */
	bool heavy; /* a smaller request may help */
};
/* Reads one page. FAULT_REJECT: the index was closed or deleted. */
bool page_read(struct collector *co, const struct walk *walk, int64_t now,
    struct page_fault *fault, struct err *e);

/* An index whose page failed goes behind the others; the next request shows whether the engine is at
 * fault. If that is not clear, the engine is paused (false); otherwise only the index waits. */
bool broken_behind(struct collector *co, struct source *src, const char *index,
    bool heavy, const struct err *why, struct err *e);
/* With --once, which is about to end: an index was not read, for source.broken_why. */
bool broken_is_left(const struct collector *co, const struct source *src);

/* Adds what other documents tell about the captures of a page, and marks those that are not stored. */
bool page_complete(struct source *src, const struct hit_page *page, struct err *e);

/* Asks whether searches find what the profiles select in this index, by its time too, where that is not
 * known. *refused: they do not; that is logged, and the index waits. */
bool hidden_look(struct collector *co, struct source *src, const struct cursor *c,
    bool by_time, int64_t now, bool *refused, struct err *e);
/* The same of the newest indices; false when a problem was reported. */
bool hidden_check(struct check *c, struct elastic *el,
    const struct profile *const *chosen, const struct shard_list *shards);

/* Whether an index still holds what was read from it, and the least number of documents that were
 * missed. */
enum audit_verdict {
	AUDIT_AGREES,
	AUDIT_MISSED, /* documents that were never read */
	AUDIT_LAST_GONE, /* the last one that was read is not there */
};
enum audit_verdict audit_judge(
    const struct cursor *c, const struct audit *found, int64_t *missed);
/* Audits one index that is due: counts its documents up to the cursor; *asked: one was due. If it does
 * not hold what was read, it is read again, and that is logged. */
bool audit_next(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, bool *asked, struct err *e);

/* The same before an index is read further; *asked: it had not been compared since it grew. Faults as for
 * a page; an index that is failing is read without. */
bool audit_first(struct collector *co, struct source *src, const struct cursor *c,
    int64_t now, bool *asked, struct err *e);

/* The source that --since reads next. */
struct source *backfill_source(struct collector *co);
/* Does the next step of --since. */
bool backfill_work(struct collector *co, int64_t now, struct step *out, struct err *e);
void backfill_done(struct backfill *b);
/* Once a day, even across restarts: logs which profiles find nothing although their honeypots write. */
bool survey_daily(struct collector *co, struct source *src, int64_t now, struct err *e);
/* The collector's own options, and the check that they fit together. */
extern const struct option_row collector_options[];
void collector_check_options(const void *own, struct buf *wrong);
/* Where --until ends, exclusive: unix seconds. */
int64_t collector_until_at(const struct collector_options *o);
/* --check of the live access to all sources of a table; see struct stage_spec. */
void collector_check(struct stage *st, const struct source_row *table, struct check *c);

#endif
