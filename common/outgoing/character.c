/*
 * character.c - see internal.h. utf8proc has Unicode's tables; this file has what they lack.
 *
 * SPDX-License-Identifier: MIT
 */
#include <utf8proc.h>

#include "common/outgoing/internal.h"

#define DECOMPOSED_MAX 18 /* of one character */
#define BRAILLE_BLANK 0x2800

/* clang-format off */
const unsigned char DIGIT_VALUES[0x80] = {
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99, 99, 99, 99, 99, 99,
	99, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
	25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 99, 99, 99, 99, 99,
	99, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
	25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 99, 99, 99, 99, 99
};
/* clang-format on */

uint32_t
character_lower(uint32_t c)
{
	return c - 'A' <= 25 ? c + ('a' - 'A') : c;
}

/* Accents and enclosing marks of the scripts where they only modify a letter. In other scripts they
 * spell words. */
static bool
is_accent(uint32_t c)
{
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe20 && c <= 0xfe2f) || c == 0x3099 || c == 0x309a;
}

/* Digits come in runs of ten. */
static uint32_t
decimal(uint32_t c)
{
	uint32_t zero = c;

	while (utf8proc_category((utf8proc_int32_t)zero - 1) == UTF8PROC_CATEGORY_ND)
		zero--;
	return '0' + (c - zero) % 10;
}

/* Hiragana and katakana spell the same words. */
static uint32_t
katakana(uint32_t c)
{
	return c - 0x3041 < 0x56 ? c + 0x60 : c;
}

static uint32_t
as_ascii(uint32_t c)
{
	switch ((int)utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_ND:
		return decimal(c);
	case UTF8PROC_CATEGORY_PD:
		return '-';
	case UTF8PROC_CATEGORY_ZS:
		return ' ';
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return '\n';
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
		return 0;
	default:
		return c == BRAILLE_BLANK ? ' ' : katakana(c);
	}
}

static uint32_t
read_folded(uint32_t c)
{
	uint32_t ascii = look_alike(c);

	return ascii != 0 ? ascii : as_ascii(c);
}

/* A character without a compatibility form; its lower case may be two characters. */
static size_t
read_plain(uint32_t c, uint32_t out[CHARACTER_MAX], size_t n)
{
	utf8proc_int32_t folded[DECOMPOSED_MAX];
	utf8proc_ssize_t count;
	uint32_t ascii = c < 0x80 ? c : look_alike(c);

	if (ascii != 0) {
		out[n] = ascii;
		return n + 1;
	}
	if (is_accent(c))
		return n;
	count = utf8proc_decompose_char((utf8proc_int32_t)c, folded, DECOMPOSED_MAX,
	    UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE, NULL);
	for (utf8proc_ssize_t i = 0; i < count && n < CHARACTER_MAX; i++) {
		uint32_t plain = (uint32_t)folded[i];

		if (plain >= 0x80)
			plain = is_accent(plain) ? 0 : read_folded(plain);
		if (plain != 0)
			out[n++] = plain;
	}
	return n;
}

size_t
character_read(uint32_t c, uint32_t out[CHARACTER_MAX])
{
	utf8proc_int32_t plain[DECOMPOSED_MAX];
	utf8proc_ssize_t count;
	size_t n = 0;

	if (c < 0x80 || c == NOTHING || !utf8proc_codepoint_valid((utf8proc_int32_t)c)) {
		out[0] = c;
		return 1;
	}
	n = look_enclosed(c, out);
	if (n > 0)
		return n;
	count = utf8proc_decompose_char((utf8proc_int32_t)c, plain, DECOMPOSED_MAX,
	    UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE, NULL);
	for (utf8proc_ssize_t i = 0; i < count && n < CHARACTER_MAX; i++)
		n = read_plain((uint32_t)plain[i], out, n);
	return n;
}

/* Scripts without blanks between words: Thai to Khmer, Hangul (with its particles), and all that use
 * Han characters. */
static bool
runs_on(uint32_t c)
{
	return (c >= 0x0e00 && c <= 0x109f) || (c >= 0x1100 && c <= 0x11ff) ||
	       (c >= 0x1780 && c <= 0x17ff) || (c >= 0x2e80 && c <= 0x9fff) ||
	       (c >= 0xac00 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfaff) ||
	       c >= 0x20000;
}

bool
character_is_word(uint32_t c)
{
	if (c < 0x80)
		return is_alnum(c);
	if (runs_on(c))
		return false;
	switch ((int)utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return true;
	default:
		return false;
	}
}

bool
character_is_mark(uint32_t c)
{
	int category = (int)utf8proc_category((utf8proc_int32_t)c);

	return c != NOTHING && category >= UTF8PROC_CATEGORY_PC &&
	       category <= UTF8PROC_CATEGORY_SO;
}
