/*
 * store_rows.h - the digests' rows in table post.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_STORE_ROWS_H
#define POTPRESS_DIGEST_STORE_ROWS_H

#include "common/db/db.h"
#include "publisher/posts/digest/period.h"

struct digest_row {
	char key[PERIOD_KEY_MAX];
	int64_t from_at, to_at; /* to_at 0: there is none */
};

/* The last one of a span that ended by now. */
bool digest_last_row(struct db *db, const char *prefix, int64_t now,
    struct digest_row *out, struct err *e);
/* Makes a pending post; nothing happens if there is one. */
bool digest_make_row(struct db *db, const struct digest_row *row, struct err *e);
/* Since when T-Pot has been read; 0: never. */
bool digest_counts_since(struct db *db, int64_t *since, struct err *e);

#endif
