/*
 * revisit.h - finds posts that were written before a sensor's identity was known.
 *
 * When an address or name of a sensor is learned, or the operator adds one to `private`, posts on the
 * site may contain it. Each is rendered again with a gate that knows only the new identities: if it
 * removes something, the post is made pending and so rewritten. If captures have changed since (the
 * post's due_at is set), or if it is held, its facts may no longer show what it contains, so it is
 * rewritten anyway; one that is then held again and contains it becomes a draft (publish_hide.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_REVISIT_H
#define POTPRESS_REVISIT_H

#include "publisher/publisher.h"

#define REVISIT_POSTS_MAX \
	100 /* checked in one step, between two posts that are published */

/* Does a small part of the work, without network; *busy when there is more. */
bool revisit_step(struct publisher *pb, bool *busy, struct err *e);
void revisit_done(struct revisit *r);

#endif
