/*
 * retention.h - what becomes of old captures: their addresses are cut, their numbers remain.
 *
 * Everything works on the oldest captures first, at most RETENTION_BATCH of them in one short transaction.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_RETENTION_H
#define POTPRESS_COLLECTOR_RETENTION_H

#include "common/db/db.h"

#define RETENTION_BATCH 500

/* The latest capture; 0: none. */
bool retention_newest(struct db *db, int64_t *seen_at, struct err *e);
/* Cuts the addresses of captures seen before `before` to their networks. *rows: how many were looked at;
 * fewer than RETENTION_BATCH: no more are due. */
bool retention_cut(struct db *db, int64_t before, int64_t *rows, struct err *e);
/* Adds captures seen before `before`, whose addresses are cut, to table kept, and deletes them and their
 * sessions. All in one transaction are of one local day. *rows: how many; 0: no more are due. */
bool retention_keep(struct db *db, int64_t before, int64_t *rows, struct err *e);
/* Captures before this time may be in kept; 0: none. */
bool retention_mark(struct db *db, int64_t *before, struct err *e);

#endif
