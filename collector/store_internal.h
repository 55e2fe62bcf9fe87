/*
 * store_internal.h - what the collector's store files share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORE_INTERNAL_H
#define POTPRESS_COLLECTOR_STORE_INTERNAL_H

#include "collector/store.h"

/* Ends a transaction: commits when ok, else rolls back and returns false. */
bool store_finish(struct db *db, bool ok, struct err *e);
/* Writes a row of table cursor, inside a transaction of the caller's. */
bool store_cursor(struct db *db, const struct cursor *c, struct err *e);

#endif
