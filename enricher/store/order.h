/*
 * order.h - the rows that wait for a lookup.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_STORE_ORDER_H
#define POTPRESS_ENRICHER_STORE_ORDER_H

#include "common/db/db.h"

/* How many rows of this provider were added by hand or have at least this weight, up to most. */
bool store_urgent(
    struct db *db, const char *provider, int64_t weight, int most, int *n, struct err *e);

/* How many captured files wait for their first answer, up to most. */
bool store_waiting(
    struct db *db, const char *provider, int64_t most, int64_t *n, struct err *e);
/* Since when the first of them waits; INT64_MAX: none does. */
bool store_longest(struct db *db, const char *provider, int64_t *since, struct err *e);
/* Skips those that wait since `since` or longer, up to most, with the reason. */
struct shedding {
	int64_t since, most, now;
	const char *why;
};
bool store_shed(
    struct db *db, const char *provider, const struct shedding *sh, struct err *e);

/* Was any of this provider's shed, or part of a flood, since `from`? */
bool store_was_overload(
    struct db *db, const char *provider, int64_t from, bool *was, struct err *e);
/* View unasked: lookups that wait now, for the first answer and for another; and those of this provider that
 * were shed, or were part of a flood, since `from`. */
struct unasked {
	int64_t waiting, again, shed, flooded;
};
bool store_unasked(struct db *db, const char *provider, int64_t from, struct unasked *out,
    struct err *e);

#endif
