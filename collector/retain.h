/*
 * retain.h - keeps the database from growing for ever: [general] keep_sightings and keep_addresses.
 *
 * A batch at a time, with a pause after each, when nothing else is due. Time is counted no further than a
 * week beyond the latest capture, whose time is the sensors': a clock that is years ahead for a moment
 * deletes nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_RETAIN_H
#define POTPRESS_COLLECTOR_RETAIN_H

#include "common/stage/stage.h"

struct retain {
	int64_t at; /* when the next batch is due */
	int64_t cut, kept; /* captures since the last line in the log */
	int batches; /* of this run */
};

/* Does a batch if one is due. Afterwards r->at is the time of the next one. */
bool retain_step(struct retain *r, struct stage *st, int64_t now, struct err *e);

#endif
