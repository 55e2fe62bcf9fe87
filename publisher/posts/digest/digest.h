/*
 * digest.h - the kind of post about a finished day, week or month.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_H
#define POTPRESS_DIGEST_H

#include "publisher/posts/kind.h"

extern const struct post_kind post_kind_digest;

#endif
