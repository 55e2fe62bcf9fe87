/*
 * character.c - see internal.h. utf8proc has Unicode's tables; this file has what they lack.
 *
 * SPDX-License-Identifier: MIT
 */
#include <utf8proc.h>

#include "common/outgoing/internal.h"

#define DECOMPOSED_MAX 18 /* of one character */

/* Characters that look like a letter, digit or mark of ASCII but are not its compatibility form. */
static const struct {
	uint32_t c, ascii;
} LOOK_ALIKES[] = {
	/* dots */
	{ 0x00b7, '.' }, { 0x0387, '.' }, { 0x05c5, '.' }, { 0x06d4, '.' },
	{ 0x0701, '.' }, { 0x0702, '.' }, { 0x2022, '.' }, { 0x2027, '.' },
	{ 0x2219, '.' }, { 0x22c5, '.' }, { 0x2e31, '.' }, { 0x2e33, '.' },
	{ 0x3002, '.' }, { 0x30fb, '.' }, { 0xa4f8, '.' }, { 0xa60e, '.' },
	{ 0x10a50, '.' }, { 0x10101, '.' }, { 0x1361, '.' }, { 0x16eb, '.' },
	{ 0x1803, '.' }, { 0x25cf, '.' }, { 0x25e6, '.' }, { 0x26ab, '.' },
	{ 0x2840, '.' },
	/* commas, and a blank that is a letter */
	{ 0x060c, ',' }, { 0x066b, ',' }, { 0x201a, ',' }, { 0x3001, ',' },
	{ 0x2800, ' ' },
	/* colons, slashes and dashes that are no dash punctuation */
	{ 0x02d0, ':' }, { 0x0589, ':' }, { 0x05c3, ':' }, { 0x2236, ':' },
	{ 0xa789, ':' }, { 0x2044, '/' }, { 0x2215, '/' }, { 0x2043, '-' },
	{ 0x2212, '-' }, { 0x02d7, '-' }, { 0x30fc, '-' }, { 0x2796, '-' },
	{ 0x0703, ':' }, { 0x0704, ':' }, { 0x0903, ':' },
	/* Cyrillic and Greek letters, in lower case */
	{ 0x0430, 'a' }, { 0x0432, 'b' }, { 0x0435, 'e' }, { 0x043a, 'k' },
	{ 0x043c, 'm' }, { 0x043d, 'h' }, { 0x043e, 'o' }, { 0x0440, 'p' },
	{ 0x0441, 'c' }, { 0x0442, 't' }, { 0x0443, 'y' }, { 0x0445, 'x' },
	{ 0x044c, 'b' }, { 0x0455, 's' }, { 0x0456, 'i' }, { 0x0458, 'j' },
	{ 0x04bb, 'h' }, { 0x04cf, 'l' }, { 0x0501, 'd' }, { 0x051b, 'q' },
	{ 0x051d, 'w' }, { 0x03b1, 'a' }, { 0x03b5, 'e' }, { 0x03b9, 'i' },
	{ 0x03ba, 'k' }, { 0x03bd, 'v' }, { 0x03bf, 'o' }, { 0x03c1, 'p' },
	{ 0x03c4, 't' }, { 0x03c5, 'u' }, { 0x03c7, 'x' }, { 0x03f2, 'c' },
	{ 0x03f3, 'j' },
	/* digits of Han characters, which Japanese readers read as such */
	{ 0x3007, '0' }, { 0x4e00, '1' }, { 0x4e8c, '2' }, { 0x4e09, '3' },
	{ 0x56db, '4' }, { 0x4e94, '5' }, { 0x516d, '6' }, { 0x4e03, '7' },
	{ 0x516b, '8' }, { 0x4e5d, '9' }, { 0x96f6, '0' }, { 0x58f1, '1' },
	{ 0x5f10, '2' }, { 0x53c2, '3' },
	/* Latin ones */
	{ 0x0131, 'i' }, { 0x0237, 'j' }, { 0x0251, 'a' }, { 0x0261, 'g' },
	{ 0x00f8, 'o' }, { 0x0142, 'l' }, { 0x0111, 'd' },
	/* small capitals */
	{ 0x1d00, 'a' }, { 0x0299, 'b' }, { 0x1d04, 'c' }, { 0x1d05, 'd' },
	{ 0x1d07, 'e' }, { 0xa730, 'f' }, { 0x0262, 'g' }, { 0x029c, 'h' },
	{ 0x026a, 'i' }, { 0x1d0a, 'j' }, { 0x1d0b, 'k' }, { 0x029f, 'l' },
	{ 0x1d0d, 'm' }, { 0x0274, 'n' }, { 0x1d0f, 'o' }, { 0x1d18, 'p' },
	{ 0xa7af, 'q' }, { 0x0280, 'r' }, { 0xa731, 's' }, { 0x1d1b, 't' },
	{ 0x1d1c, 'u' }, { 0x1d20, 'v' }, { 0x1d21, 'w' }, { 0x028f, 'y' },
	{ 0x1d22, 'z' }
};

/* Rows of digits and letters in circles, squares and brackets, and what else has no compatibility form. */
static const struct {
	uint32_t first, count, ascii;
} ENCLOSED[] = { { 0x2474, 9, '1' }, { 0x249c, 26, 'a' }, { 0x24f5, 9, '1' },
	{ 0x24ff, 1, '0' }, { 0x2776, 9, '1' }, { 0x2780, 9, '1' }, { 0x278a, 9, '1' },
	{ 0x1ccd6, 26, 'a' }, { 0x1ccf0, 10, '0' }, { 0x1f10b, 1, '0' },
	{ 0x1f10c, 1, '0' }, { 0x1f150, 26, 'a' }, { 0x1f170, 26, 'a' },
	{ 0x1f1e6, 26, 'a' } };

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

/* 0 when it is not one of them. */
static uint32_t
enclosed(uint32_t c)
{
	for (size_t i = 0; i < sizeof ENCLOSED / sizeof ENCLOSED[0]; i++)
		if (c - ENCLOSED[i].first < ENCLOSED[i].count)
			return ENCLOSED[i].ascii + (c - ENCLOSED[i].first);
	return 0;
}

/* Hiragana and katakana spell the same words. */
static uint32_t
katakana(uint32_t c)
{
	return c - 0x3041 < 0x56 ? c + 0x60 : c;
}

static uint32_t
look_alike(uint32_t c)
{
	for (size_t i = 0; i < sizeof LOOK_ALIKES / sizeof LOOK_ALIKES[0]; i++)
		if (LOOK_ALIKES[i].c == c)
			return LOOK_ALIKES[i].ascii;
	return katakana(c);
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
		return look_alike(c);
	}
}

/* A character without a compatibility form; its lower case may be two characters. */
static size_t
read_plain(uint32_t c, uint32_t out[CHARACTER_MAX], size_t n)
{
	utf8proc_int32_t folded[DECOMPOSED_MAX];
	utf8proc_ssize_t count;

	if (c < 0x80) {
		out[n] = c;
		return n + 1;
	}
	if (is_accent(c))
		return n;
	count = utf8proc_decompose_char((utf8proc_int32_t)c, folded, DECOMPOSED_MAX,
	    UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE, NULL);
	for (utf8proc_ssize_t i = 0; i < count && n < CHARACTER_MAX; i++) {
		uint32_t plain = (uint32_t)folded[i];

		if (plain >= 0x80)
			plain = is_accent(plain) ? 0 : as_ascii(plain);
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
	out[0] = enclosed(c);
	if (out[0] != 0)
		return 1;
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
