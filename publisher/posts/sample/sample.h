/*
 * sample.h - the kind of post about one captured file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POSTS_SAMPLE_H
#define POTPRESS_POSTS_SAMPLE_H

#include "publisher/posts/kind.h"

extern const struct post_kind post_kind_sample;

#endif
