/*
 * counts.h - the numbers of a day, read from the engine's answer.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_COUNTS_H
#define POTPRESS_DAYS_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

#define COUNT_VALUE_MAX 1024 /* bytes kept of a value */
#define COUNTS_UNKNOWN_MAX 5 /* unknown types that are named */

/* A row of table day_count. */
struct day_count {
	const char *dimension; /* not owned */
	char *value, *label; /* label NULL: none */
	int64_t events, sources; /* sources -1: unknown */
};

struct day_counts {
	int64_t events, sources, sessions, loudest;
	int64_t shards; /* that took part */
	struct day_count *items;
	size_t count;
	char *unknown[COUNTS_UNKNOWN_MAX]; /* types that are in none of our lists */
	int unknown_count;
};

/* from_at: the day's first second. FAULT_RETRY when the answer is not of the kind, FAULT_REJECT when the
 * documents are not T-Pot's. Release with counts_done in either case. */
bool counts_read(struct day_counts *out, const char *answer, size_t len, int64_t from_at,
    struct err *e);
void counts_done(struct day_counts *c);

#endif
