/*
 * store.h - reads the facts of a digest.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_STORE_H
#define POTPRESS_DIGEST_STORE_H

#include "publisher/posts/digest/facts.h"
#include "publisher/store/store.h"

/* Days that are still to come at `now` are left out. sensor_names: "host: Public name", NULL: none. The
 * caller releases `out` in either case. FAULT_REJECT if the row is not a period. */
bool digest_facts_read(struct db *db, const struct post_row *row,
    const struct list *sensor_names, int64_t now, struct digest_facts *out,
    struct err *e);

#endif
