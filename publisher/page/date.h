/*
 * date.h - instants as a reader of each language expects them, in the time zone of the
 * process (calendar_zone).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_DATE_H
#define POTPRESS_PAGE_DATE_H

#include <stdint.h>

#include "common/base/buf.h"
#include "publisher/page/phrases.h"

enum date_form {
	DATE_SHORT, /* 22 Nov 2026                    2026/11/22 */
	DATE_LONG, /* 22 November 2026               2026年11月22日 */
	DATE_MINUTE, /* 22 Nov 2026 22:10 UTC          2026/11/22 22:10 UTC */
	/* 22 Nov 2026, 22:00–23:00 UTC 2026/11/22 22時台 UTC: not to the minute */
	DATE_HOUR,
	DATE_TIME, /* 22:10                         22:10 */
	DATE_HOURS, /* 22:00–23:00                    22時台 */
};

void date_put(
    struct buf *out, enum language language, enum date_form form, int64_t unix_s);
int date_year(int64_t unix_s);
/* "UTC", "JST", "UTC+03:30". */
void date_put_zone(struct buf *out, int64_t unix_s);
/* Whether both instants read the same to the hour. */
bool date_same_hour(int64_t a_s, int64_t b_s);
/* Whether both instants have the same UTC offset. */
bool date_same_zone(int64_t a_s, int64_t b_s);

#endif
