/*
 * store_by_hand.h - the SQL of --ask: puts hashes first in line, and tells what became of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_BY_HAND_H
#define POTPRESS_ENRICHER_STORE_BY_HAND_H

#include "common/db/queue.h"
#include "enricher/store.h"

/* Inside a transaction: makes the lookup of this file pending, as a manual change does, unless it is
 * being answered right now. */
bool store_ask(struct db *db, const struct hash *hash, struct err *e);

struct asked_state {
	enum { ASKED_WAITS, ASKED_ANSWERED, ASKED_REFUSED } what;
	bool due; /* ASKED_WAITS: it may be claimed */
	char why[QUEUE_ERROR_MAX]; /* ASKED_REFUSED */
	/* ASKED_ANSWERED */
	bool found;
	char verdict[16], label[REPORT_TEXT_MAX], sha256[HASH_HEX_MAX + 1];
	int64_t malicious, total;
	int64_t
	    as_of; /* the date of the analysis; of the answer when the file is unknown */
};

bool store_asked(struct db *db, const struct hash *hash, int64_t now,
    struct asked_state *out, struct err *e);

#endif
