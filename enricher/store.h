/*
 * store.h - all SQL of the enricher but the ledger's: what an answer changes.
 *
 * Every function runs inside the caller's transaction.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_H
#define POTPRESS_ENRICHER_STORE_H

#include "common/db/db.h"
#include "enricher/providers/virustotal/file_report.h"

/* A lookup as claimed. */
struct lookup {
	int64_t id;
	int64_t sample_id; /* 0: none */
	struct hash value;
	bool was_not_found; /* its last outcome */
	bool unusable; /* value is no hash: nothing to ask */
};

bool store_lookup(struct db *db, int64_t id, struct lookup *out, struct err *e);

/* VirusTotal knows the file: joins hashes, merges samples that turn out to be the same file, keeps
 * the answer. */
bool store_found(struct db *db, const struct lookup *l, const struct report *r,
    const char *verdict, const char *body, size_t len, int64_t now, struct err *e);
/* VirusTotal does not know the file. */
bool store_not_found(struct db *db, const struct lookup *l, const char *body, size_t len,
    int64_t now, struct err *e);
/* An answer that could not be read, for a person to look at. */
bool store_unreadable(struct db *db, const struct lookup *l, const char *body, size_t len,
    int64_t now, struct err *e);

#endif
