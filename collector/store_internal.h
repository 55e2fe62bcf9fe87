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
/* Moves a cursor on, inside a transaction of the caller's. One that was deleted meanwhile, or has
 * another place, stays as it is: a person wants to read again. */
bool store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e);

#endif
