/*
 * store.h - reads what is known about a sample.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_STORE_H
#define POTPRESS_SAMPLE_STORE_H

#include "common/config/config.h"
#include "common/db/db.h"
#include "publisher/posts/sample/facts.h"
#include "publisher/store/store.h"

/* sensor_names: "host: Public name". FAULT_REJECT if there is no answer yet. Release with
 * sample_facts_done in either case. */
bool sample_facts_read(struct db *db, const struct post_row *row, int64_t now,
    const struct list *sensor_names, struct sample_facts *out, struct err *e);

#endif
