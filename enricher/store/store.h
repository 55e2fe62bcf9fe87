/*
 * store.h - what an answer changes.
 *
 * Every function runs inside the caller's transaction.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_H
#define POTPRESS_ENRICHER_STORE_H

#include "common/base/buf.h"
#include "common/db/db.h"
#include "enricher/providers/provider.h"

/* A lookup as claimed. */
struct lookup {
	int64_t id;
	int64_t sample_id; /* 0: none */
	struct question question; /* kind "" if the row is gone */
	int64_t first_at, found_at; /* its first answer, its first report; 0 none yet */
	bool nearer; /* a capture brought it forward */
};

bool store_lookup(struct db *db, int64_t id, struct lookup *out, struct err *e);

/* An answer to a lookup. */
struct kept_answer {
	const struct lookup *lookup;
	const struct report *report; /* NULL: unknown to the provider */
	bool joins_hashes; /* as given by the provider */
	const struct buf *body; /* as received */
	const struct buf *packed; /* the same as a zlib stream; empty: not at hand */
	int64_t now;
};

/* Stores the answer; if it connects hashes, samples that turn out to be the same file are merged. */
bool store_answer(struct db *db, const struct kept_answer *a, struct err *e);
/* Stores an answer that could not be read, for the operator. */
bool store_unreadable(struct db *db, const struct kept_answer *a, struct err *e);

#endif
