/*
 * plan.h - makes a row of table post for every period that is over and has none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_PLAN_H
#define POTPRESS_DIGEST_PLAN_H

#include "publisher/posts/kind.h"

/* As struct post_kind has it. */
bool digest_plan(struct db *db, const struct post_options *o, int64_t now,
    int64_t *next_at, struct err *e);

#endif
