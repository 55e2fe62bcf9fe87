/*
 * publish.h - publishes one row of table post: exactly one post per key, and only our own.
 *
 *      find it     by its number, else by its slug; never before an open write is 60 s old
 *      judge it    ours? edited by hand? trashed? deleted?
 *      write it    what is about to be sent is committed first; then create or edit in place
 *      confirm it  what the site now holds is committed with the row's next state
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISH_H
#define POTPRESS_PUBLISH_H

#include "publisher/publisher.h"

/* Publishes one claimed row and settles it. False only when the process cannot go on. */
bool publish_row(struct publisher *pb, struct job *job, struct err *e);

#endif
