/*
 * internal.h - the parts of reading a digest's facts: files (store_files.c), what is new about them
 * (store_changes.c), all attacks (store_attacks.c), what is drawn (store_series.c), hours without
 * events (store_gaps.c), and how the days and
 * rankings compare with earlier ones (store_history.c, store_ranks.c).
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
/* Of a day or week, after all attacks. */
bool digest_gaps_read(struct db *db, struct digest_facts *out, struct err *e);
/* After all attacks. */
bool digest_history_read(struct db *db, struct digest_facts *out, struct err *e);
/* After the history. */
bool digest_ranks_read(struct db *db, struct digest_facts *out, struct err *e);
/* since: when counting began. After the history. */
bool digest_changes_read(
    struct db *db, int64_t since, struct digest_facts *out, struct err *e);

/* Runs a statement about the period and hands each row to `take`. */
bool digest_each_row(struct db *db, const char *sql, struct digest_facts *out,
    void (*take)(struct statement *s, struct digest_facts *out), struct err *e);
/* Adds a name, as long as there is room. */
void digest_names_add(struct digest_names *n, struct statement *s, int column);
/* The days that the period is compared with begin with this one. */
struct calendar_date digest_first_compared(const struct digest_facts *f);
#define DIGEST_DATE_MAX 16 /* "2026-11-21" */
/* A day's date as in table day; returns out. */
const char *digest_date(struct calendar_date d, char out[DIGEST_DATE_MAX]);
/* When the day of this date begins: as it and the one before were counted, since a day that had begun when the
 * time zone was changed ends in the old one; else by the calendar. */
bool digest_day_start(
    struct db *db, struct calendar_date date, int64_t *at, struct err *e);
/* The day of such a date. */
struct calendar_date digest_date_of(const char *text);
/* :first and :end of the statements, dates of the days. */
void digest_bind_dates(
    struct statement *s, struct calendar_date first, struct calendar_date end);

#endif
