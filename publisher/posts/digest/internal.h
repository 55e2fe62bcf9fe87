/*
 * internal.h - the two halves of reading a digest's facts: files (store_files.c) and all attacks
 * (store_attacks.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_INTERNAL_H
#define POTPRESS_DIGEST_INTERNAL_H

#include "publisher/posts/digest/store.h"

/* published_at: of the digest; 0: not yet. */
bool digest_files_read(
    struct db *db, int64_t published_at, struct digest_facts *out, struct err *e);
/* How many new files a part of the period has. */
bool digest_new_files(
    struct db *db, int64_t from_at, int64_t to_at, int64_t *count, struct err *e);
bool digest_attacks_read(struct db *db, struct digest_facts *out, struct err *e);

#endif
