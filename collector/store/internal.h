/*
 * internal.h - shared by the files of the collector's store.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORE_INTERNAL_H
#define POTPRESS_COLLECTOR_STORE_INTERNAL_H

#include "collector/store/store.h"

/* Advances a cursor. One that was deleted or moved meanwhile is not changed: the operator wants to read
 * again. */
bool store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e);

#endif
