/*
 * internal.h - the parts of reading a digest's facts: files (store_files.c), all attacks (store_attacks.c),
 * and what is drawn (store_series.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_INTERNAL_H
#define POTPRESS_DIGEST_INTERNAL_H

#include "publisher/posts/digest/store.h"

/* published_at: of the digest; 0: not yet. */
bool digest_files_read(
    struct db *db, int64_t published_at, struct digest_facts *out, struct err *e);
/* How many new files a part of the period has. */
bool digest_new_files(
    struct db *db, int64_t from_at, int64_t to_at, int64_t *count, struct err *e);
/* store_clocks.c; sensor_names: "host: Public name". */
bool digest_clocks_read(struct db *db, const struct list *sensor_names,
    struct digest_facts *out, struct err *e);
bool digest_attacks_read(struct db *db, struct digest_facts *out, struct err *e);
/* The same numbers for pictures; after them. */
bool digest_series_read(struct db *db, struct digest_facts *out, struct err *e);
#define DIGEST_DATE_MAX 16 /* "2026-11-21" */
/* A day's date as in table day; returns out. */
const char *digest_date(struct calendar_date d, char out[DIGEST_DATE_MAX]);
/* Where the day of this date ends: as it was counted, since a day that had begun when the time zone was changed
 * ends in the old one; else by the calendar. */
bool digest_day_end(
    struct db *db, struct calendar_date date, int64_t *to_at, struct err *e);
/* :first and :end of the statements, dates of the days. */
void digest_bind_dates(
    struct statement *s, struct calendar_date first, struct calendar_date end);

#endif
