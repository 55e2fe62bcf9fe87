/*
 * merge.h - merges two samples that turn out to be the same file.
 *
 * The older post (by published_at, else the lower sample id) and its sample survive. Sightings and
 * analyses move to it, one lookup at each provider is kept (for the answering provider the one just
 * answered), and the other post is withdrawn in favour of the survivor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_MERGE_H
#define POTPRESS_MERGE_H

#include "common/db/db.h"
#include "enricher/providers/report.h"

/* Inside a transaction: joins the report's hashes to sample `sample_id`, whose lookup `lookup_id` was
 * answered, and merges every other sample of the same file into one, to which the lookup then belongs. */
bool merge_samples(struct db *db, int64_t sample_id, int64_t lookup_id,
    const struct report *r, struct err *e);

#endif
