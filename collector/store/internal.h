/*
 * internal.h - shared by the files of the collector's store.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORE_INTERNAL_H
#define POTPRESS_COLLECTOR_STORE_INTERNAL_H

#include "collector/store/store.h"

/* Advances a cursor. One that was deleted or moved meanwhile is not changed: the operator requested to
 * read again. */
bool store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e);

/* A capture, for the cap of new files. */
struct arrival {
	const struct hit *hit;
	const char *source, *url; /* url NULL: none */
	int64_t sample_id, now;
	/* new files of one session or URL that are looked up in a day; 0: all */
	int64_t most;
	bool is_new; /* it made the sample */
};
/* Counts a new file for its session and its URL, and skips its lookup if they have brought too many. */
bool store_flood(struct db *db, const struct arrival *a, struct err *e);
/* Deletes old counts that were no flood. */
bool store_forget_counts(struct db *db, int64_t now, struct err *e);

#endif
