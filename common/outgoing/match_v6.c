/*
 * match_v6.c - IPv6: does a private address begin here?
 *
 *   2001:db8::10 ::ffff:203.0.113.10 2002:cb00:710a::   any form of it
 *   2001-db8--10                                        as host names write it, or with another separator
 *   20010db8...0010, and 0.1.0.0...8.b.d.0.1.0.0.2      its digits, as in ip6.arpa
 *   42540766411282592856903984951653826576              as one number
 *   20:01:0d:b8:... 0x20, 0x01, ... 32.1.13.184. ...    its bytes, as in a dump, a script or an OID
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define GROUPS 8
#define BYTES 16
#define DECIMALS_MIN 37 /* digits of an address of the Internet as one number */
#define DECIMALS_MAX 39

struct address6 {
	uint16_t groups[GROUPS];
	int count;
	int hole; /* index of the group before which zeros are left out; -1: none */
};

static bool
is_private(const struct gate *g, const struct address6 *six)
{
	struct in6_addr a = { .s6_addr = { 0 } };
	int tail = six->hole < 0 ? 0 : six->count - six->hole;

	if (six->hole < 0 && six->count < GROUPS)
		return false;
	for (int i = 0; i < six->count; i++) {
		int at = i < six->count - tail ? i : GROUPS - six->count + i;

		a.s6_addr[2 * at] = (uint8_t)(six->groups[i] >> 8);
		a.s6_addr[2 * at + 1] = (uint8_t)(six->groups[i] & 0xff);
	}
	return known_v6(g, &a, true);
}

/* One to four digits, followed by no digit. */
static size_t
read_group(const uint32_t *p, uint16_t *out)
{
	size_t n = 0;
	unsigned value = 0;

	while (n < 5 && digit_value(p[n]) < 16)
		value = value << 4 | digit_value(p[n++]);
	*out = (uint16_t)value;
	return n < 5 ? n : 0;
}

/* The four decimal parts at the end, as two groups. */
static size_t
read_dotted(const uint32_t *p, struct address6 *six)
{
	unsigned parts[4] = { 0 };
	size_t len = 0;

	for (int i = 0; i < 4; i++) {
		size_t digits = 0;

		if (i > 0 && p[len++] != '.')
			return 0;
		while (digits < 4 && is_digit(p[len]))
			parts[i] = parts[i] * 10 + digit_value(p[len++]), digits++;
		if (digits == 0 || parts[i] > 255)
			return 0;
	}
	if (six->count > GROUPS - 2)
		return 0;
	six->groups[six->count++] = (uint16_t)(parts[0] << 8 | parts[1]);
	six->groups[six->count++] = (uint16_t)(parts[2] << 8 | parts[3]);
	return len;
}

/* The longest private address with this separator. */
static size_t
match_separated(const struct gate *g, const uint32_t *p, uint32_t separator)
{
	struct address6 six = { .hole = -1 };
	size_t at = 0, longest = 0, n;

	if (p[0] == separator && p[1] == separator) {
		six.hole = 0;
		at = 2;
	}
	while (six.count < GROUPS) {
		struct address6 dotted = six;

		n = separator == ':' ? read_dotted(p + at, &dotted) : 0;
		if (n > 0 && is_private(g, &dotted))
			longest = at + n;
		n = read_group(p + at, &six.groups[six.count]);
		if (n == 0)
			break;
		six.count++;
		at += n;
		if (is_private(g, &six))
			longest = at;
		if (p[at] != separator)
			break;
		at++;
		if (p[at] != separator)
			continue;
		if (six.hole >= 0)
			break;
		six.hole = six.count;
		at++;
		if (is_private(g, &six))
			longest = at;
	}
	return longest;
}

static size_t
match_groups(const struct gate *g, const uint32_t *p, size_t digits)
{
	uint32_t separator = p[digits];

	if (digits > 4 || separator == 0 || separator == NOTHING || is_alnum(separator) ||
	    (separator > 0x7f && !character_is_mark(separator)))
		return 0;
	return match_separated(g, p, separator);
}

/* Its 32 digits, adjacent or with the same gap between them, forward or reversed, or with the bytes of each 32
 * bits reversed, as in /proc/net/tcp6. */
static size_t
match_nibbles(const struct gate *g, const struct view *v, size_t at)
{
	const uint32_t *p = v->c + at;
	const uint8_t *gaps = v->gap + at;
	struct in6_addr forward = { .s6_addr = { 0 } }, backward = { .s6_addr = { 0 } };
	struct in6_addr swapped = { .s6_addr = { 0 } };
	size_t gap = gaps[1], len = 0;

	if (v->digits[at] != (gap == 0 ? NIBBLES : 1))
		return 0;
	for (int i = 0; i < NIBBLES; i++) {
		int back = NIBBLES - 1 - i;
		unsigned n;

		if (i > 1 && gap > 0 && gaps[len] != gap)
			return 0;
		len += i > 0 ? gap : 0;
		n = digit_value(p[len]);
		if (n > 15)
			return 0;
		len++;
		forward.s6_addr[i / 2] |= (uint8_t)(n << (i % 2 ? 0 : 4));
		backward.s6_addr[back / 2] |= (uint8_t)(n << (back % 2 ? 0 : 4));
		swapped.s6_addr[i / 2 ^ 3] |= (uint8_t)(n << (i % 2 ? 0 : 4));
	}
	if (digit_value(p[len]) < 16)
		return 0;
	return known_v6(g, &forward, true) || known_v6(g, &backward, true) ||
		       known_v6(g, &swapped, false)
		   ? len
		   : 0;
}

/* One decimal number. */
static size_t
match_number(const struct gate *g, const uint32_t *p)
{
	struct in6_addr a = { .s6_addr = { 0 } };
	size_t len = 0;

	for (; is_digit(p[len]); len++) {
		unsigned carry = digit_value(p[len]);

		if (len == DECIMALS_MAX)
			return 0;
		for (int i = BYTES - 1; i >= 0; i--) {
			carry += a.s6_addr[i] * 10u;
			a.s6_addr[i] = (uint8_t)(carry & 0xff);
			carry >>= 8;
		}
		if (carry > 0)
			return 0;
	}
	return len >= DECIMALS_MIN && known_v6(g, &a, false) ? len : 0;
}

/* A byte of two hexadecimal digits, with or without 0x, or of up to three decimal ones. */
static size_t
read_byte(const uint32_t *p, bool decimal, unsigned *out)
{
	size_t start = !decimal && p[0] == '0' && (p[1] | 0x20) == 'x' ? 2 : 0, n = start;

	*out = 0;
	while (n < start + 4 && digit_value(p[n]) < (decimal ? 10 : 16))
		*out = *out * (decimal ? 10 : 16) + digit_value(p[n++]);
	return decimal || n == start + 2 ? n : 0;
}

/* Its bytes, with the same gap between them. In a dump any number may be in such a row. */
static size_t
match_bytes(const struct gate *g, const uint32_t *p, const uint8_t *gaps, bool decimal)
{
	struct in6_addr a = { .s6_addr = { 0 } };
	size_t gap = 0, len = 0, n;
	unsigned byte;

	for (int i = 0; i < BYTES; i++) {
		if (i == 1)
			gap = gaps[len];
		if (i > 0 && (gap == 0 || gaps[len] != gap))
			return 0;
		len += gap;
		n = read_byte(p + len, decimal, &byte);
		if (n == 0 || byte > 255)
			return 0;
		len += n;
		a.s6_addr[i] = (uint8_t)byte;
	}
	return digit_value(p[len]) > 15 && known_v6(g, &a, false) ? len : 0;
}

struct found
match_v6(const struct gate *g, const struct view *v, size_t at)
{
	const uint32_t *p = v->c + at;
	uint32_t before = at > 0 && !v->joined ? p[-1] : ' ';
	struct found f = { .len = 0 };

	if (digit_value(before) < 16 || (digit_value(p[0]) > 15 && p[0] != p[1]))
		return f;
	f.len = match_groups(g, p, v->digits[at]);
	if (f.len == 0 && digit_value(p[0]) < 16)
		f.len = match_nibbles(g, v, at);
	if (f.len == 0 && digit_value(p[0]) < 16)
		f.len = match_bytes(g, p, v->gap + at, false);
	if (f.len == 0 && is_digit(p[0]))
		f.len = match_bytes(g, p, v->gap + at, true);
	if (f.len == 0 && v->digits[at] > NIBBLES && (at == 0 || !is_digit(p[-1])))
		f.len = match_number(g, p);
	f.disguised = f.len > 0;
	for (size_t i = 0; i < f.len; i++)
		f.disguised &= p[i] != ':';
	return f;
}
