/*
 * import.h - the SQL of --import: stores a saved report as if it had been answered on its date.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_IMPORT_H
#define POTPRESS_ENRICHER_STORE_IMPORT_H

#include "enricher/store/store.h"

struct import_answer {
	const char *provider;
	bool joins_hashes; /* as the provider's answers do */
	const struct report *report; /* with a SHA-256 */
	const struct buf *body;
	int64_t date;
	int64_t now, due_at; /* when the file is looked up again; 0: never */
};

enum imported {
	IMPORT_ADDED,
	IMPORT_KNOWN, /* an answer of the same analysis is stored */
	IMPORT_OLDER, /* than the newest answer */
	IMPORT_REFUSED, /* its hash is noise */
};

/* Inside a transaction. A file that is new becomes a sample; the lookup of one that was waiting for its answer
 * is done, unless it is being answered right now. */
bool store_import(
    struct db *db, const struct import_answer *a, enum imported *how, struct err *e);

#endif
