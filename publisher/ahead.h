/*
 * ahead.h - looks up the next posts on the site together, before their turns.
 *
 * Finding each post by itself would take as long as writing it. The results are used only for simple
 * cases and for a few seconds: one post or none, and no write without an answer. Everything else is
 * found again when its turn comes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_AHEAD_H
#define POTPRESS_AHEAD_H

#include "publisher/publisher.h"

/* Looks up the next posts if there are several and none of them is known. */
bool ahead_look(struct publisher *pb, int64_t now, struct err *e);
/* What the site has of this row, to be used once; NULL: not known. */
const struct wp_post *ahead_take(struct publisher *pb, int64_t post_id, int64_t now);
void ahead_free(struct ahead *a);

#endif
