/*
 * revisit.h - posts that were written before a sensor's identity was known.
 *
 * When an address or name of a sensor is learned, or the operator adds one to `private`, posts on the
 * site may hold it. Each is rendered once more with a gate that knows only what is new: where it cuts,
 * the post is made pending and so written again. The facts of a post whose captures have changed since
 * (its due_at is set) may no longer show what it holds: it is written again at once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_REVISIT_H
#define POTPRESS_REVISIT_H

#include "publisher/publisher.h"

#define REVISIT_POSTS_MAX 20 /* looked at in one step */

/* A small part of the work, without any network; *busy when there is more. */
bool revisit_step(struct publisher *pb, bool *busy, struct err *e);
void revisit_done(struct revisit *r);

#endif
