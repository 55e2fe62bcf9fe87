/*
 * by_hand.h - the SQL of --ask: puts hashes first in line, and reads their results.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_BY_HAND_H
#define POTPRESS_ENRICHER_STORE_BY_HAND_H

#include "enricher/store/store.h"

/* Does this provider's answer about a file decide the verdict? */
bool store_decides(struct db *db, const char *provider, bool *decides, struct err *e);
/* Inside a transaction: makes the lookup of this file pending, as a manual change does, unless it is
 * being answered right now. */
bool store_ask(struct db *db, const struct hash *hash, struct err *e);

struct asked_state {
	enum { ASKED_WAITS, ASKED_ANSWERED, ASKED_REFUSED } what;
	/* ASKED_WAITS */
	bool due; /* it may be claimed */
	int64_t lookup_id;
	/* ASKED_REFUSED: the reason; ASKED_ANSWERED: the label, or nothing */
	struct buf text;
	/* ASKED_ANSWERED */
	bool found;
	struct buf verdict, sha256;
	int64_t malicious, total;
	/* the date of the analysis; of the answer when the file is unknown */
	int64_t as_of;
};

/* Release with store_asked_done in either case. */
bool store_asked(struct db *db, const struct hash *hash, int64_t now,
    struct asked_state *out, struct err *e);
void store_asked_done(struct asked_state *s);

#endif
