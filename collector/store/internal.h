/*
 * internal.h - what the collector's store files share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_STORE_INTERNAL_H
#define POTPRESS_COLLECTOR_STORE_INTERNAL_H

#include "collector/store/store.h"

/* Moves a cursor on. One that was deleted meanwhile, or has another place, stays as it is: a person wants
 * to read again. */
bool store_move(
    struct db *db, const struct cursor *from, const struct cursor *to, struct err *e);

#endif
