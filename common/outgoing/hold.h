/*
 * hold.h - files from places that answer with the receiver's own address are not looked up.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_HOLD_H
#define POTPRESS_OUTGOING_HOLD_H

#include "common/db/db.h"

/* Called for each new capture of a sample, after the sighting was written, inside the caller's transaction.
 * The lookup of a file that was only ever captured from such places (answers_tell) is skipped with the
 * reason; one capture from elsewhere, or without a URL, has it looked up. */
bool hold_capture(struct db *db, int64_t sample_id, const char *url, struct err *e);

#endif
