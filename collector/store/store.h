/*
 * store.h - captures, and how far each index was read; days, stories and what is kept have their own headers.
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
	int64_t highest; /* -1: unknown */
	int64_t again_to; /* -1: it is not being read again */
};

struct cursor_list {
	struct cursor *items;
	size_t count;
	bool polled; /* the first poll is done ... */
	char pattern[ELASTIC_INDEX_MAX]; /* ... of this pattern ... */
	int64_t polled_at, start_at; /* ... and read documents from start_at on */
	/* the profiles that `seen` counts: profile_fingerprint; -1: unknown */
	int64_t counted;
};

/* The cursors of one source in reading order: what is read again comes last; then by the time they were
 * recorded, then the oldest index first. */
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
	int64_t missed; /* of the new captures: in what had been read before */
};

/* Documents as received, and the cursor before them. */
struct hit_page {
	const struct cursor *cursor;
	struct hit_list *hits;
	int64_t up_to; /* the _seq_no asked for at most ... */
	bool full; /* ... and not reached, since there were as many hits as asked for */
	bool cursor_stays; /* its position is not stored */
	bool stories; /* the sessions of its captures are to be read */
	/* new files of one session or URL that are looked up in a day; 0: all */
	int64_t flood;
	int64_t usual_s; /* a delay up to this says nothing about a sensor's clock */
	int64_t now;
};
/* How far this page reaches: to its last document, or to up_to. FAULT_OUTAGE if that is not past the
 * cursor. */
bool store_page_end(const struct hit_page *page, int64_t *position, struct err *e);
/* Stores the captures of a page and moves the cursor past it, both or neither. Adds to the counts. */
bool store_page(struct db *db, const struct hit_page *page, struct page_counts *counts,
    struct err *e);
/* Records that the index was closed or deleted: nothing waits for it until a poll finds it again. */
bool store_put_aside(struct db *db, const struct cursor *cursor, struct err *e);

/* Postpones the next look at a recorded checkpoint to cursor->settled_at. */
bool store_look_later(struct db *db, const struct cursor *cursor, struct err *e);

/* Records an audit up to the cursor: the engine has `seen` documents, of which this one is the last. */
bool store_audited(
    struct db *db, const struct cursor *cursor, int64_t now, struct err *e);
/* Makes the collector read the index again from its start. */
bool store_read_again(
    struct db *db, const struct cursor *cursor, int64_t now, struct err *e);
/* Makes the collector read everything again from the start, since version 0.1.0 did not count. */
bool store_recount(struct db *db, const char *source, int64_t counted, struct err *e);
/* After a change of the profiles: discards the counts made with the old ones. */
bool store_count_anew(struct db *db, const char *source, int64_t counted, struct err *e);

/* The first poll was made at a time that has not come yet: reads everything again, documents of
 * start_at and later. Documents that arrived since the first poll are still read whatever their time,
 * as this clock may be the wrong one. */
bool store_pull_back(
    struct db *db, const char *source, int64_t now, int64_t start_at, struct err *e);

/* For --since: collects the hashes of a page that would be looked up, in a temporary table; and returns
 * how many there were, with the quota of a day if the enricher has booked one. Counts documents. */
bool store_ask_past(struct db *db, const struct hit_page *page,
    struct page_counts *counts, struct err *e);
bool store_asked_past(struct db *db, int64_t *asked, int64_t *per_day, struct err *e);

#endif
