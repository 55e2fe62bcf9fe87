/*
 * match_spelled.c - IPv4 as a person may spell it: with any word or mark between its four decimal parts, and
 * in bits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define PARTS 4
#define LINK_MAX 16 /* characters between two parts */
#define BITS 32
#define OCTET 8

/* At most three digits; 0: none, or too large. */
static size_t
read_part(const uint32_t *p, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	while (n <= 3 && is_digit(p[n]))
		*value = *value * 10 + digit_value(p[n++]);
	return n <= 3 && *value <= UINT8_MAX ? n : 0;
}

static bool
is_letter(uint32_t c)
{
	return c > 0x7f || is_alnum(c);
}

/* Units, as in "10px 0px", begin with a letter and end with a blank: they are no link, nor are blanks alone. */
static size_t
read_link(const uint32_t *p)
{
	size_t n = 0;
	bool blank = true;

	while (n < LINK_MAX && p[n] != 0 && p[n] != NOTHING && !is_digit(p[n]))
		blank &= p[n++] <= ' ';
	return !blank && is_digit(p[n]) && is_letter(p[0]) == is_letter(p[n - 1]) ? n : 0;
}

static size_t
match_linked(const struct gate *g, const uint32_t *p)
{
	uint32_t address = 0, part;
	size_t link = 0, first = 0, len = 0, n;

	for (int i = 0; i < PARTS; i++) {
		n = read_part(p + len, &part);
		if (n == 0)
			return 0;
		address = address << 8 | part;
		len += n;
		if (i == PARTS - 1)
			break;
		if (i == 0) {
			first = len;
			link = read_link(p + first);
		}
		if (link == 0 || !same_characters(p + first, p + len, link))
			return 0;
		len += link;
	}
	return known_v4(g, address, false) ? len : 0;
}

/* 0b11001011..., or with the same gap after each eight. */
static size_t
match_bits(const struct gate *g, const struct view *v, size_t at)
{
	const uint32_t *p = v->c + at;
	size_t gap = 0, len = 0;
	uint32_t address = 0;

	if (v->digits[at] != BITS && v->digits[at] != OCTET)
		return 0;
	for (size_t bit = 0; bit < BITS; bit++) {
		if (bit == OCTET)
			gap = v->gap[at + len];
		if (bit > 0 && bit % OCTET == 0) {
			if (v->gap[at + len] != gap)
				return 0;
			len += gap;
		}
		if (p[len] != '0' && p[len] != '1')
			return 0;
		address = address << 1 | digit_value(p[len++]);
	}
	return !is_digit(p[len]) && known_v4(g, address, false) ? len : 0;
}

size_t
match_spelled(const struct gate *g, const struct view *v, size_t at)
{
	const uint32_t *p = v->c + at;
	size_t len = 0;

	if (!is_digit(p[0]) || (at > 0 && is_digit(p[-1])))
		return 0;
	if (p[0] <= '1' && p[1] <= '1')
		len = match_bits(g, v, at);
	/* Without blanks, units would be links. */
	return len > 0 || v->packed ? len : match_linked(g, p);
}
