/*
 * unplanned.h - lookups that version 1 answered, which planned no further ones.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_UNPLANNED_H
#define POTPRESS_ENRICHER_STORE_UNPLANNED_H

#include "enricher/store/store.h"

struct unplanned {
	int64_t id;
	int64_t first_at; /* its first answer; 0 unknown */
	int64_t found_at; /* its first report; 0 none */
	/* of the newest answer */
	bool found;
	int64_t malicious, first_submission_at; /* -1: not said */
};

/* The provider's next ones, the newest first. Inside a transaction. */
bool store_unplanned(struct db *db, const char *provider, struct unplanned *out,
    size_t max, size_t *count, struct err *e);
/* Stores when the file is looked up again (0: never), unless its lookup is waiting or was set aside. Inside
 * the same transaction. */
bool store_planned(
    struct db *db, const struct unplanned *u, int64_t due_at, int64_t now, struct err *e);

#endif
