/*
 * index_day.h - the day in the name of an index: logstash-2026.11.20 holds the events of a UTC day.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_INDEX_DAY_H
#define POTPRESS_ELASTIC_INDEX_DAY_H

#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/time.h"

#define INDEX_DAY_S DAY_S

/* The first second of the day. False if the name does not end in a day. */
bool index_day(const char *index, int64_t *begins_at);
/* Appends a comma and the name of the index of another day; nothing if the name does not end in a day. */
void index_day_put_other(struct buf *out, const char *index, int days);

#endif
