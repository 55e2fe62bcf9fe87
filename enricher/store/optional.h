/*
 * optional.h - the lookups of a provider that is asked only while it is configured, and only about files that
 * the verdict calls malicious or suspicious.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORE_OPTIONAL_H
#define POTPRESS_STORE_OPTIONAL_H

#include "common/base/time.h"
#include "common/db/db.h"

/* When it is asked for the first time, or again: such files captured since then, the newest so many. */
#define OPTIONAL_PAST_S (30 * DAY_S)
#define OPTIONAL_PAST_MAX 1000

/* It is configured. The first time, lookups are made for files of the past, and those that were skipped wait
 * again. Both inside a transaction; neither changes anything the second time. */
bool store_optional_begin(
    struct db *db, const char *provider, int64_t now, struct err *e);
/* It is not configured: lookups that are not finished are skipped, and nothing is paused. */
bool store_optional_end(struct db *db, const char *provider, struct err *e);

#endif
