/*
 * utf8.h - text from outside made valid UTF-8.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_UTF8_H
#define POTPRESS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

/* Replaces what is not UTF-8 (overlong forms and surrogates too) by U+FFFD, one per broken
 * byte; NUL becomes U+FFFD as well. Cuts at max_bytes of output on a character boundary. */
void utf8_clean(struct buf *out, const char *bytes, size_t len, size_t max_bytes);
/* For a terminal: with a space for each control character, and U+FFFD for what is not UTF-8. */
void utf8_put_printable(struct buf *out, const char *text);
/* Characters that change a terminal, or the order in which text is read. */
bool utf8_is_control(uint32_t code_point);
bool utf8_valid(const char *bytes, size_t len);
/* Decodes the character at p (p < end, valid UTF-8) and stores its length; returns the code
 * point. Invalid bytes give U+FFFD with length 1. */
uint32_t utf8_next(const char *p, const char *end, size_t *length);
void utf8_put(struct buf *out, uint32_t code_point);
/* The first character that cannot be seen and that nobody means to write, in words such as "a no-break
 * space (U+00A0)"; NULL: none. */
const char *utf8_unseen(const char *text);

#endif
