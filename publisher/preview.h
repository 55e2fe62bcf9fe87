/*
 * preview.h - writes what would be published to files, without WordPress.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PREVIEW_H
#define POTPRESS_PREVIEW_H

#include "publisher/publisher.h"

/* Writes DIR/KEY.html for each wanted post that has something to publish, and DIR/index.html; creates
 * DIR if it is missing, and refuses a link or another user's directory. Returns the number of posts; 0
 * with a fault in e on failure. */
int preview_write(struct publisher *pb, const char *dir, struct err *e);

#endif
