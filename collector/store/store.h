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

/* A row of table cursor; see there. */
struct cursor {
	const char *source; /* the source's name, not owned */
	char index[ELASTIC_INDEX_MAX], uuid[ELASTIC_UUID_MAX];
	int64_t shard, position, checkpoint, checkpoint_at, settled_at, start_at,
	    start_until;
	int64_t seen; /* -1: never counted */
	int64_t last_number; /* of the last document read; -1: none */
	char last_id[HIT_ID_MAX]; /* "": none */
	int64_t audited_at;
};

struct cursor_list {
	struct cursor *items;
	size_t count;
	bool polled; /* the first poll is behind us ... */
	char pattern[ELASTIC_INDEX_MAX]; /* ... of this pattern ... */
	int64_t polled_at, start_at; /* ... and took documents from start_at on */
	int64_t counted; /* what `seen` counts: profile_fingerprint; -1: never noted */
};

/* Of one source, in the order in which they are to be read: what was noted first, and in it the oldest
 * index. */
bool store_cursors(
    struct db *db, const char *source, struct cursor_list *out, struct err *e);
void store_cursors_done(struct cursor_list *list);

/* What a poll found: rows to insert or update, indices that were created again (their old rows go),
 * and for a first poll the row that remembers it. */
struct poll {
	const char *source, *pattern;
	struct cursor *changed;
	size_t count;
	bool first;
	int64_t now, start_at, first_at; /* first_at: when the first poll was */
	int64_t counted; /* profile_fingerprint of the chosen profiles */
};
bool store_poll(struct db *db, const struct poll *poll, struct err *e);

struct page_counts {
	int64_t documents, samples, captures, known, rejected;
	int64_t empty; /* documents without a hash */
};

/* Documents as they came, and the cursor as it stands before them. */
struct hit_page {
	const struct cursor *cursor;
	struct hit_list *hits;
	int size; /* hits asked for: fewer mean that up_to is reached */
	int64_t up_to; /* the _seq_no asked for at most */
	bool too_large; /* its one document came without its source: rejected */
	bool cursor_stays; /* its place is in no table */
	int64_t now;
};
/* How far this page reaches: to its last document, or to up_to. FAULT_OUTAGE where that is not behind the
 * cursor. */
bool store_page_end(const struct hit_page *page, int64_t *position, struct err *e);
/* The captures of a page and the cursor behind it, together or not at all. Counts are added to. */
bool store_page(struct db *db, const struct hit_page *page, struct page_counts *counts,
    struct err *e);
/* The index was closed or deleted: nothing of it is waited for until a poll finds it again. */
bool store_put_aside(struct db *db, const struct cursor *cursor, struct err *e);

/* What is noted is not looked at before cursor->settled_at. */
bool store_look_later(struct db *db, const struct cursor *cursor, struct err *e);

/* The documents up to the cursor were counted: `seen` of them at the engine, the last of them this one. */
bool store_audited(
    struct db *db, const struct cursor *cursor, int64_t now, struct err *e);
/* The index is read again from its start. */
bool store_read_again(
    struct db *db, const struct cursor *cursor, int64_t now, struct err *e);
/* Other profiles than before: what was counted under the old ones says nothing. */
bool store_count_anew(struct db *db, const char *source, int64_t counted, struct err *e);

/* How far the source was read is forgotten: the next poll is its first. */
bool store_forget_polls(struct db *db, const char *source, struct err *e);

/* For --since: notes which hashes of a page would be looked up, in memory of this connection; and how
 * many that were, with the quota of a day where the enricher has booked one. Counts documents. */
bool store_ask(struct db *db, const struct hit_page *page, struct page_counts *counts,
    struct err *e);
bool store_asked(struct db *db, int64_t *asked, int64_t *per_day, struct err *e);

/* *due: this was not said within a day; from now on it was. */
bool store_daily(struct db *db, const char *topic, int64_t now, bool *due, struct err *e);

#endif
