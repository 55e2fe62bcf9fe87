/*
 * date_range.h - days, weeks and months in words, whatever the time zone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_DATE_RANGE_H
#define POTPRESS_PAGE_DATE_RANGE_H

#include "common/base/buf.h"
#include "common/base/calendar.h"
#include "publisher/page/phrases.h"

/* 21 November 2026                        2026年11月21日(土) */
void date_put_day(struct buf *out, enum language language, struct calendar_date day);
/* 16–22 November 2026, 30 November – 6 December 2026        2026年11月16日~22日; of one day as above */
void date_put_range(struct buf *out, enum language language, struct calendar_date first,
    struct calendar_date last);
/* Where the year is told elsewhere: Sat 21 Nov        11/21(土) */
void date_put_weekday(struct buf *out, enum language language, struct calendar_date day);
/* The same for days of one month: 16–22 Nov           11/16~11/22; of one day as above */
void date_put_days(struct buf *out, enum language language, struct calendar_date first,
    struct calendar_date last);
/* November 2026                           2026年11月 */
void date_put_month(struct buf *out, enum language language, struct calendar_date day);

#endif
