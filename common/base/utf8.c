/*
 * utf8.c - see utf8.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/utf8.h"

#include <string.h>

static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* The second byte reveals overlong forms, surrogates and what is beyond U+10FFFF. */
static bool
second_is_good(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

uint32_t
utf8_next(const char *p, const char *end, size_t *length)
{
	static const uint32_t MASKS[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *s = (const unsigned char *)p;
	size_t n = sequence_length(s[0]);
	uint32_t c;

	*length = 1;
	if (n == 0 || (size_t)(end - p) < n)
		return UTF8_REPLACEMENT;
	c = s[0] & MASKS[n];
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UTF8_REPLACEMENT;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n > 1 && !second_is_good(s[0], s[1]))
		return UTF8_REPLACEMENT;
	*length = n;
	return c;
}

void
utf8_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = 0;

	if (c < 0x80) {
		b[n++] = (char)c;
	} else if (c < 0x800) {
		b[n++] = (char)(0xc0 | c >> 6);
		b[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		b[n++] = (char)(0xe0 | c >> 12);
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | c >> 18);
		b[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (c & 0x3f));
	}
	buf_put(out, b, n);
}

bool
utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static size_t
encoded_length(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

void
utf8_clean(struct buf *out, const char *bytes, size_t len, size_t max_bytes)
{
	const char *p = bytes, *end = bytes + len;
	size_t used = 0;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (c == 0)
			c = UTF8_REPLACEMENT;
		used += encoded_length(c);
		if (used > max_bytes)
			return;
		utf8_put(out, c);
		p += n;
	}
}

/* Most texts are ASCII, and are passed over eight bytes at a time. */
static const char *
skip_ascii(const char *p, const char *end)
{
	uint64_t bytes;

	for (; end - p >= 8; p += 8) {
		memcpy(&bytes, p, sizeof bytes);
		if ((bytes & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	return p;
}

bool
utf8_is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

bool
utf8_valid(const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while ((p = skip_ascii(p, end)) < end) {
		size_t n;

		if (utf8_next(p, end, &n) == UTF8_REPLACEMENT && n == 1)
			return false;
		p += n;
	}
	return true;
}

const char *
utf8_unseen(const char *text)
{
	static const struct {
		const char *bytes, *name;
	} odd[] = { { "\xC2\xA0", "a no-break space (U+00A0)" },
		{ "\xE2\x80\xAF", "a narrow no-break space (U+202F)" },
		{ "\xE2\x80\x8B", "a zero width space (U+200B)" },
		{ "\xE2\x81\xA0", "a word joiner (U+2060)" },
		{ UTF8_BYTE_ORDER_MARK, "a byte order mark (U+FEFF)" } };

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (strstr(text, odd[i].bytes))
			return odd[i].name;
	return NULL;
}

void
utf8_put_printable(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		size_t n;
		uint32_t c = utf8_next(text, end, &n);

		utf8_put(out, utf8_is_control(c) ? ' ' : c);
		text += n;
	}
}
