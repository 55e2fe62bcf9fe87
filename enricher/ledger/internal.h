/* internal.h - what the parts of the ledger share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_LEDGER_INTERNAL_H
#define POTPRESS_LEDGER_INTERNAL_H

#include "enricher/ledger/ledger.h"

/* The statement, with provider and account bound. */
struct statement *ledger_prepare(struct ledger *l, const char *sql, struct err *e);

/* Counts n requests that were booked at `at`, in each day and month they may count in. */
bool ledger_count_booked(struct ledger *l, int64_t at, int64_t n, struct err *e);
/* Counts a request in the days and months that it may count in since its answer came so late: `counted`
 * is when it was counted up to, its booking or an earlier answer. */
bool ledger_count_answered(
    struct ledger *l, int64_t counted, int64_t answered_at, struct err *e);
/* Takes the lock that all who count take first: the row of the month. */
bool ledger_lock(struct ledger *l, int64_t now, struct err *e);

/* Inside a transaction: requests that claim to be from the future, by a clock that was ahead, count as of
 * `now`. *n is how many. */
bool ledger_pull_back(struct ledger *l, int64_t now, int64_t *n, struct err *e);

#endif
