/*
 * hold.h - makes files from services that answer with the receiver's own address noise; see gate.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_HOLD_H
#define POTPRESS_OUTGOING_HOLD_H

#include "common/db/db.h"

/* Called for each new capture of a sample, after the sighting was written, inside the caller's
 * transaction. If all captures of the file are from such places (answers_tell), its hash is noise with
 * that reason, also when all rows are requeued; one capture from elsewhere, or without a URL, ends that. */
bool hold_capture(struct db *db, int64_t sample_id, const char *url, struct err *e);

#endif
