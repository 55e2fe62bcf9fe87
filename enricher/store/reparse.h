/*
 * reparse.h - reads stored reports and updates their rows with what this version extracts from
 * them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_REPARSE_H
#define POTPRESS_ENRICHER_STORE_REPARSE_H

#include "common/base/buf.h"
#include "enricher/store/store.h"

/* A stored answer with a report. */
struct stored_report {
	int64_t id; /* of table analysis; 0: there is none */
	int64_t sample_id; /* 0: none */
	char provider[QUESTION_KIND_MAX];
	struct question question;
	struct buf body; /* as received; release with buf_done */
};

/* The next one of a higher id. FAULT_RETRY when its body cannot be unpacked; the id is filled then. */
bool store_report_after(
    struct db *db, int64_t id, struct stored_report *out, struct err *e);
/* Writes what this version reads in it; *changed says whether anything differs. A post that shows it
 * becomes pending. Inside a transaction. */
bool store_report_again(struct db *db, const struct stored_report *s,
    const struct report *r, bool *changed, struct err *e);

#endif
