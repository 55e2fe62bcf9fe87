/*
 * clocks.h - all SQL about the clocks of sensors: table sensor_clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORE_CLOCKS_H
#define POTPRESS_STORE_CLOCKS_H

#include "collector/documents/hit.h"
#include "common/db/db.h"

/* A document that was read now. usual_s: a delay that says nothing about a clock. Part of the caller's
 * transaction. */
bool clocks_note(struct db *db, const char *source, const struct hit *h, int64_t now,
    int64_t usual_s, struct err *e);
/* The sensors whose clock is wrong, "host-a (2 h 5 min ahead), host-b (...)"; out stays empty if none is. */
bool clocks_wrong(struct db *db, const char *source, struct buf *out, struct err *e);

/* Forgets days before `before`, once there are later ones. */
bool clocks_forget(struct db *db, const char *source, int64_t before, struct err *e);

#endif
