/* internal.h - shared by the files of the ledger. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_LEDGER_INTERNAL_H
#define POTPRESS_LEDGER_INTERNAL_H

#include "enricher/ledger/ledger.h"

/* The statement, with provider and account bound. */
struct statement *ledger_prepare(struct ledger *l, const char *sql, struct err *e);

/* Counts n requests that were booked at `at`, in each day and month they may count in. */
bool ledger_count_booked(struct ledger *l, int64_t at, int64_t n, struct err *e);
/* Counts n of them, which are counted already, as requests for files asked before. */
bool ledger_count_again(struct ledger *l, int64_t at, int64_t n, struct err *e);
/* For a request whose answer came late: counts it in the further days and months it may count in.
 * `counted`: until when it was counted, its booking or an earlier answer. */
bool ledger_count_answered(
    struct ledger *l, int64_t counted, int64_t answered_at, struct err *e);
/* At most so many requests were answered within the slot time; the exact number if few slots are left beside
 * the `open` ones, which have no answer yet. */
bool ledger_recent(
    struct ledger *l, int64_t now, int64_t open, int64_t *most, struct err *e);
/* Inside a transaction: settles what is past its timeout, then counts. */
bool ledger_count_room(
    struct ledger *l, int64_t now, struct ledger_room *out, struct err *e);

/* Inside a transaction: requests with a time in the future, from a clock that was ahead, count as of
 * `now`. *n is their number. */
bool ledger_pull_back(struct ledger *l, int64_t now, int64_t *n, struct err *e);

#endif
