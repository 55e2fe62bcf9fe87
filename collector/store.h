/*
 * store.h - all SQL of the collector: captures, and how far each index was read.
 *
 * Each writing function is one short transaction.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORE_H
#define POTPRESS_COLLECTOR_STORE_H

#include "collector/documents/hit.h"
#include "collector/elastic/elastic.h"
#include "common/db/db.h"

#define SOURCE "main" /* the one T-Pot of this version */

/* A row of table cursor; see there. */
struct cursor {
	char index[ELASTIC_INDEX_MAX], uuid[ELASTIC_UUID_MAX];
	int64_t shard, position, checkpoint, checkpoint_at, settled_at, start_at,
	    start_until;
};

struct cursor_list {
	struct cursor *items;
	size_t count;
	bool polled; /* the first poll is behind us ... */
	char pattern[ELASTIC_INDEX_MAX]; /* ... of this pattern ... */
	int64_t polled_at, start_at; /* ... and took documents from start_at on */
};

/* In the order in which they are to be read: what was noted first, and in it the oldest index. */
bool store_cursors(struct db *db, struct cursor_list *out, struct err *e);
void store_cursors_done(struct cursor_list *list);

/* What a poll found: rows to write anew or over, indices that were created again (their old rows go),
 * and for a first poll the row that remembers it. */
struct poll {
	struct cursor *changed;
	size_t count;
	bool first;
	bool
	    renew; /* a checkpoint that was noted and is not read up to gives way to this one */
	const char *pattern;
	int64_t now, start_at, first_at; /* first_at: when the first poll was */
};
bool store_poll(struct db *db, const struct poll *poll, struct err *e);

struct page_counts {
	int64_t documents, samples, captures, known, rejected;
	int64_t empty; /* documents without a hash */
};

/* A page as it came. */
struct page {
	const struct cursor *cursor; /* as it stands before the page */
	struct hit_list *hits;
	int size; /* hits asked for: fewer mean that the checkpoint is reached */
	bool too_large; /* its one document came without its source: rejected */
	bool cursor_stays; /* its place is in no table */
	int64_t now;
};
/* How far this page reaches: to its last document, or to the checkpoint. FAULT_OUTAGE where that is not
 * behind the cursor. */
bool store_page_end(const struct page *page, int64_t *position, struct err *e);
/* The captures of a page and the cursor behind it, together or not at all. Counts are added to. */
bool store_page(
    struct db *db, const struct page *page, struct page_counts *counts, struct err *e);
/* The index cannot be read now: nothing of it is waited for until a poll finds it again. */
bool store_put_aside(struct db *db, const struct cursor *cursor, struct err *e);

/* For --since: notes which hashes of a page would be looked up, in memory of this connection; and how
 * many that were, with the quota of a day where the enricher has booked one. Counts documents. */
bool store_ask(
    struct db *db, const struct page *page, struct page_counts *counts, struct err *e);
bool store_asked(struct db *db, int64_t *asked, int64_t *per_day, struct err *e);

/* *due: this was not said within a day; from now on it was. */
bool store_daily(struct db *db, const char *topic, int64_t now, bool *due, struct err *e);

#endif
