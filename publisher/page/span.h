/*
 * span.h - how long a period a digest is about.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_SPAN_H
#define POTPRESS_PAGE_SPAN_H

enum span { SPAN_DAY, SPAN_WEEK, SPAN_MONTH, SPAN_COUNT };

#endif
