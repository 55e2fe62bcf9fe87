/*
 * utf7.c - removes the escapes of UTF-7 from a text: base64 of UTF-16 behind "+".
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define UTF7_BITS 6 /* of a letter */
#define UTF7_MAX 64 /* letters */

/* Base64 of UTF-16 between "+" and "-", or what is no letter; returns how many letters it has, or 0. */
static size_t
utf7_letters(const uint32_t *p)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	for (signed char value;
	     (value = encodings_letter(BASE64, p[n])) >= 0 && p[n] != '-'; n++) {
		if (n == UTF7_MAX)
			return 0;
		bits = bits << UTF7_BITS | (unsigned char)value;
		held += UTF7_BITS;
		if (held >= 16)
			held -= 16;
	}
	/* What is left must be nothing. */
	return held < UTF7_BITS && (bits & ((1u << held) - 1)) == 0 ? n : 0;
}

static size_t
put_utf7(const struct view *v, size_t at, struct view *out)
{
	const uint32_t *p = v->c + at + 1;
	size_t letters = v->c[at] == '+' ? utf7_letters(p) : 0;
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t n = 0; n < letters; n++) {
		bits = bits << UTF7_BITS | (unsigned char)encodings_letter(BASE64, p[n]);
		held += UTF7_BITS;
		if (held < 16)
			continue;
		held -= 16;
		view_put(out, bits >> held & UINT16_MAX, v, at, at + 1 + n);
	}
	return letters > 0 ? letters + 1 + (p[letters] == '-') : 0;
}

bool
view_utf7(const struct view *v, struct view *out)
{
	return view_has(v, "+") && view_replaced(v, put_utf7, out);
}
