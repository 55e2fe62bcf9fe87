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

#define UTF8_REPLACEMENT 0xFFFD
#define UTF8_BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* Appends the text with U+FFFD for each byte that is not UTF-8 (overlong forms and surrogates too) and
 * for NUL, cut at max_bytes of output on a character boundary. */
void utf8_clean(struct buf *out, const char *bytes, size_t len, size_t max_bytes);
/* The same, safe to print: with a space for each control character. */
void utf8_put_printable(struct buf *out, const char *text);
/* Whether the character controls a terminal or changes the reading direction. */
bool utf8_is_control(uint32_t code_point);
bool utf8_valid(const char *bytes, size_t len);
bool utf8_is_ascii(const char *text);
/* Decodes the character at p (p < end, valid UTF-8) and stores its length; returns the code
 * point. Invalid bytes give U+FFFD with length 1. */
uint32_t utf8_next(const char *p, const char *end, size_t *length);
/* Appends the character. */
void utf8_put(struct buf *out, uint32_t code_point);
/* Describes the first invisible character that is never written on purpose: "a no-break space
 * (U+00A0)"; NULL: none. */
const char *utf8_unseen(const char *text);

#endif
