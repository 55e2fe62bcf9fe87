/*
 * daily.h - warnings limited to one a day, also across restarts: table said.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DB_DAILY_H
#define POTPRESS_DB_DAILY_H

#include "common/db/db.h"

/* *due: this was not logged within a day; it is marked as logged now. */
bool db_daily(struct db *db, const char *topic, int64_t now, bool *due, struct err *e);

#endif
