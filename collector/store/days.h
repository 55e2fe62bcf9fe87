/*
 * days.h - all SQL about the days that are counted: tables day and day_count.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORE_DAYS_H
#define POTPRESS_STORE_DAYS_H

#include "collector/days/counts.h"
#include "collector/days/plan.h"
#include "common/config/config.h"
#include "common/db/db.h"

/* Why a day is not counted although T-Pot answers: nothing was recorded. */
#define DAY_WITHOUT_INDEX "T-Pot has no index of this day"

/* The newest day of this source; *found: there is one. */
bool store_day_newest(
    struct db *db, const char *source, struct day *out, bool *found, struct err *e);
bool store_day_begin(struct db *db, const char *source, const char *zone,
    const struct day *day, struct err *e);
/* Removes days that begin after this time: they were begun by a clock that was ahead. */
bool store_days_not_begun(
    struct db *db, const char *source, int64_t after, struct err *e);
/* The day that T-Pot is asked about next, whether or not its time has come; *found: there is one. */
bool store_day_due(
    struct db *db, const char *source, struct day *out, bool *found, struct err *e);

/* Where a day goes next: to its next look, with the reason why it is not counted or not complete (NULL:
 * none). */
struct day_next {
	int64_t look_at, looks;
	const char *why;
};
bool store_day_later(
    struct db *db, const struct day *day, const struct day_next *next, struct err *e);
/* Replaces the numbers of a day, unless they are the same. `checkpoint`: how far its indices were read.
 * *changed: they were not the same. */
bool store_day_counted(struct db *db, const struct day *day,
    const struct day_counts *counts, const struct day_next *next, int64_t checkpoint,
    int64_t now, bool *changed, struct err *e);

/* The addresses of the sensors and of what is private. Release with store_own_done. */
bool store_own_addresses(struct db *db, struct list *out, struct err *e);
void store_own_done(struct list *list);

#endif
