/*
 * gate_match.c - does a private address or name begin here, in whatever way its numbers are written?
 *
 * Numbers are read and compared, so nothing depends on the number of identities but a binary search:
 *   203.0.113.10 203-0-113-10 203[.]0[.]113[.]10   four parts, each decimal, octal or hexadecimal
 *   3405803786 0xCB00710A cb00710a 031300070412     one number
 *   the same with the bytes in reverse order        10.113.0.203, as in in-addr.arpa
 *   2001:db8::10 ::ffff:203.0.113.10 2002:cb00:710a::  any form of an IPv6 address
 *   20010db8...0010, and 0.1.0.0...8.b.d.0.1.0.0.2   its digits, as in ip6.arpa
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <byteswap.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/outgoing/internal.h"

#define QUAD 4
#define HEX_NUMBER 8 /* digits of a bare hexadecimal number, which has no other mark */
#define NIBBLES 32
#define V6_TEXT_MAX 45
#define NUMBER_MIN (1 << 24) /* smaller numbers are too common, and no sensor's address */
#define NAME_SURE 4 /* bytes from which on a name without edges is no accident */

enum radix { BY_PREFIX, DECIMAL, OCTAL, HEXADECIMAL, RADIX_COUNT };

/* ---- the set */

size_t
gate_place(const struct gate *g, const struct in6_addr *a, bool *there)
{
	size_t low = 0, high = g->address_count;

	*there = false;
	while (low < high && !*there) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(a, &g->addresses[middle], sizeof *a);

		*there = order == 0;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return *there ? high : low;
}

struct in6_addr
gate_mapped(uint32_t v4)
{
	struct in6_addr a = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	uint32_t bytes = htonl(v4);

	memcpy(a.s6_addr + 12, &bytes, sizeof bytes);
	return a;
}

static bool
has(const struct gate *g, const struct in6_addr *a)
{
	bool there;

	gate_place(g, a, &there);
	return there;
}

static bool
has_v4(const struct gate *g, uint32_t v4)
{
	struct in6_addr a = gate_mapped(v4);

	return has(g, &a);
}

static bool
is_private_v4(const struct gate *g, uint32_t address)
{
	return has_v4(g, address) || has_v4(g, bswap_32(address));
}

static uint32_t
v4_within(const struct in6_addr *a, size_t at)
{
	uint32_t v4;

	memcpy(&v4, a->s6_addr + at, sizeof v4);
	return ntohl(v4);
}

/* Also an IPv4 address within: mapped, NAT64 and the like at the end, 6to4 after the prefix. */
static bool
is_private_v6(const struct gate *g, const struct in6_addr *a)
{
	return has(g, a) || has_v4(g, v4_within(a, 12)) ||
	       (a->s6_addr[0] == 0x20 && a->s6_addr[1] == 0x02 &&
		   has_v4(g, v4_within(a, 2)));
}

/* ---- IPv4 */

static int
digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 16;
}

/* Reads a number of at most 32 bits; returns its length, 0 when there is none. */
static size_t
read_number(const char *p, enum radix radix, uint32_t *value)
{
	static const int BASES[RADIX_COUNT] = { 10, 10, 8, 16 };
	int base = BASES[radix];
	uint64_t n = 0;
	size_t start = 0, len;

	if (radix == BY_PREFIX && p[0] == '0') {
		base = tolower((unsigned char)p[1]) == 'x' ? 16 : 8;
		start = base == 16 ? 2 : 0;
	}
	for (len = start; digit(p[len]) < base; len++) {
		n = n * (uint64_t)base + (uint64_t)digit(p[len]);
		if (n > UINT32_MAX)
			return 0;
	}
	*value = (uint32_t)n;
	return len > start ? len : 0;
}

static size_t
separator(const char *p)
{
	static const char *const SEPARATORS[] = { ".", "-", "_", "[.]", "(.)" };

	for (size_t i = 0; i < sizeof SEPARATORS / sizeof SEPARATORS[0]; i++)
		if (strncmp(p, SEPARATORS[i], strlen(SEPARATORS[i])) == 0)
			return strlen(SEPARATORS[i]);
	return 0;
}

static size_t
match_quad(const struct gate *g, const char *p, enum radix radix)
{
	uint32_t address = 0, part;
	size_t len = 0, gap = 0, n;
	const char *between = p;

	for (int i = 0; i < QUAD; i++) {
		if (i == 1) {
			between = p + len;
			gap = separator(between);
		}
		if (i > 0 && (gap == 0 || strncmp(p + len, between, gap) != 0))
			return 0;
		len += i > 0 ? gap : 0;
		n = read_number(p + len, radix, &part);
		if (n == 0 || part > 255)
			return 0;
		len += n;
		address = address << 8 | part;
	}
	return is_private_v4(g, address) ? len : 0;
}

static size_t
match_number(const struct gate *g, const char *p, enum radix radix)
{
	uint32_t value;
	size_t len = read_number(p, radix, &value);

	if (len == 0 || value < NUMBER_MIN || (radix == HEXADECIMAL && len != HEX_NUMBER))
		return 0;
	return is_private_v4(g, value) ? len : 0;
}

static struct found
match_v4(const struct gate *g, const char *p, char before)
{
	struct found f = { .len = 0 };

	for (int radix = BY_PREFIX; radix < RADIX_COUNT && f.len == 0; radix++) {
		if (digit(before) < (radix == HEXADECIMAL ? 16 : 10))
			continue;
		f.len = match_quad(g, p, (enum radix)radix);
		if (f.len == 0)
			f.len = match_number(g, p, (enum radix)radix);
	}
	f.disguised = f.len > 0 && strspn(p, "0123456789.") < f.len;
	f.disguised |= f.len > 0 && memchr(p, '.', f.len) == NULL;
	return f;
}

/* ---- IPv6 */

static bool
parse_v6(const char *p, size_t len, struct in6_addr *out)
{
	char copy[V6_TEXT_MAX + 1];

	memcpy(copy, p, len);
	copy[len] = '\0';
	return inet_pton(AF_INET6, copy, out) == 1;
}

/* The longest run of its letters, without colons and dots that belong to the sentence around it. */
static size_t
match_v6(const struct gate *g, const char *p)
{
	size_t len = strspn(p, "0123456789abcdefABCDEF:.");
	const char *colon = memchr(p, ':', len);
	struct in6_addr a;

	if (colon == NULL ||
	    memchr(colon + 1, ':', len - (size_t)(colon + 1 - p)) == NULL)
		return 0;
	for (len = len < V6_TEXT_MAX ? len : V6_TEXT_MAX; len > 2; len--)
		if (parse_v6(p, len, &a) && is_private_v6(g, &a))
			return len;
	return 0;
}

/* Its 32 digits in a row or with dots between, forward or backward. */
static size_t
match_nibbles(const struct gate *g, const char *p)
{
	struct in6_addr forward = { 0 }, backward = { 0 };
	size_t len = 0;

	for (int i = 0; i < NIBBLES; i++) {
		int back = NIBBLES - 1 - i, n;

		len += i > 0 && p[len] == '.';
		n = digit(p[len++]);
		if (n > 15)
			return 0;
		forward.s6_addr[i / 2] |= (uint8_t)(n << (i % 2 ? 0 : 4));
		backward.s6_addr[back / 2] |= (uint8_t)(n << (back % 2 ? 0 : 4));
	}
	if (digit(p[len]) < 16)
		return 0;
	return is_private_v6(g, &forward) || is_private_v6(g, &backward) ? len : 0;
}

/* ---- names */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t
match_name(const struct gate *g, const char *p, char before, bool joined)
{
	size_t longest = 0;

	for (size_t i = 0; i < g->name_count; i++) {
		const struct private_name *n = &g->names[i];
		bool edges = !joined || n->len < NAME_SURE;

		if (n->len > longest && strncasecmp(p, n->text, n->len) == 0 &&
		    (!edges || (!is_word(before) && !is_word(p[n->len]))))
			longest = n->len;
	}
	return longest;
}

struct found
gate_match(const struct gate *g, const struct view *v, size_t at)
{
	const char *p = v->text + at;
	char before = at > 0 && !v->joined ? p[-1] : ' ';
	struct found f = { .len = 0 };

	if (isxdigit((unsigned char)*p))
		f = match_v4(g, p, before);
	if (f.len == 0 && digit(before) > 15) {
		f.len = match_v6(g, p);
		if (f.len == 0 && isxdigit((unsigned char)*p)) {
			f.len = match_nibbles(g, p);
			f.disguised = f.len > 0;
		}
	}
	if (f.len == 0 && !v->backwards)
		f.len = match_name(g, p, before, v->joined);
	return f;
}
