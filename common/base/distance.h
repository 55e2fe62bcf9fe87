/*
 * distance.h - how far a misspelt name is from a known one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_DISTANCE_H
#define POTPRESS_BASE_DISTANCE_H

#include <stddef.h>

/* Letters to insert, delete or change to make one of the other, in any case (Levenshtein). The beginning
 * of a name, written for the whole, is as near as a single letter. */
size_t distance(const char *a, const char *b);

#endif
