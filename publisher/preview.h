/*
 * preview.h - what would be published, as files to look at; no WordPress.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PREVIEW_H
#define POTPRESS_PREVIEW_H

#include "publisher/publisher.h"

/* Writes DIR/KEY.html for each wanted post that has something to tell, and DIR/index.html; makes DIR
 * when it is missing, and refuses one that is a link or another user's. Returns how many posts; 0 with
 * a fault in e when it failed. */
int preview_write(struct publisher *pb, const char *dir, struct err *e);

#endif
