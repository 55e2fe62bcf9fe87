/*
 * time.h - instants in text: ISO 8601, HTTP, UTC days and months.
 *
 * All numbers are unix seconds, UTC.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TIME_H
#define POTPRESS_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"

/* ISO 8601 instant ("2026-11-20T05:06:07.123Z", offset +09:00 allowed, no offset means UTC) to unix
 * seconds (floor). False for anything else. Years 1900..9999. */
bool time_parse_iso(const char *text, int64_t *unix_s);
/* "2026-11-20T05:06:07Z". out holds TIME_TEXT_MAX bytes. */
#define MINUTE_S INT64_C(60)
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)
#define TIME_TEXT_MAX 32
void time_format_iso(int64_t unix_s, char out[TIME_TEXT_MAX]);
/* "2026-11-20" and "2026-11" of the UTC day, as the ledger keeps them. */
void time_format_day(int64_t unix_s, char out[TIME_TEXT_MAX]);
void time_format_month(int64_t unix_s, char out[TIME_TEXT_MAX]);
/* First second of the next UTC day / month. */
int64_t time_next_day(int64_t unix_s);
int64_t time_next_month(int64_t unix_s);
/* "Fri, 20 Nov 2026 05:06:07 GMT" (RFC 9110 5.6.7, the one form servers send). */
bool time_parse_http(const char *text, int64_t *unix_s);
/* Retry-After: seconds or an HTTP date (RFC 9110 10.2.3); false when it is neither. */
bool time_parse_retry_after(const char *text, int64_t now_s, int64_t *seconds);
/* "30s", "15m", "24h", "7d" in seconds, INT64_MAX if that is too large; false for anything else. */
bool time_parse_duration(const char *text, int64_t *seconds);
/* Appends a duration in the largest unit that divides it, days only from two on: "15m", "24h", "7d". */
void time_put_duration(struct buf *out, int64_t seconds);
/* Whether the system has this time zone (tzfile(5)); UTC always exists. */
bool time_zone_is_known(const char *name);

#endif
