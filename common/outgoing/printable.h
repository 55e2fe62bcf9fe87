/*
 * printable.h - characters that hide or cover what a reader should see.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_PRINTABLE_H
#define POTPRESS_OUTGOING_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Control characters, invisible and blank ones, and marks that change the reading direction. */
bool printable_is_unseen(uint32_t c);
/* Counts the marks that are set on the same letter, for one character after the other: too many make a
 * tower that covers the lines above and below. */
bool printable_is_tower(uint32_t c, size_t *marks);

#endif
