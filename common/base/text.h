/*
 * text.h - texts that may be missing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TEXT_H
#define POTPRESS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether both are there, and the same. */
static inline bool
text_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

#endif
