/*
 * distance.h - how far a misspelt name is from a known one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_DISTANCE_H
#define POTPRESS_BASE_DISTANCE_H

#include <stddef.h>

/* Levenshtein distance, ignoring case. If `a` is the beginning of `b`, the distance is 1. */
size_t distance(const char *a, const char *b);

#endif
