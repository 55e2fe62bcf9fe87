/*
 * match.c - IPv4: does a private address begin here, in any notation?
 *
 * Numbers are read and compared, so the number of known addresses matters only in a binary search:
 *   203.0.113.10 203-0-113-10 203, 0, 113, 10        four parts, each decimal, octal or hexadecimal
 *   203.0.28938 203.28938 0xcb.0x710a                three and two parts, as inet_aton(3) takes them
 *   3405803786 0xCB00710A cb00710a 031300070412      one number
 *   \xcb\x00\x71\x0a 203dot0dot113dot10              bytes of a script, and dots in words
 *   -889163510                                         with a sign, as 32 bits are in some languages
 *   the same with the bytes in reverse order         10.113.0.203, as in in-addr.arpa
 *   203x0x113x10 and bits                             match_spelled.c
 *
 * Every tool takes what inet_aton accepts as an address. The rest is one of many readings of a number
 * that may mean something else, and is compared only with single addresses and small networks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <byteswap.h>

#include "common/outgoing/internal.h"

#define QUAD 4
#define GAP_MAX \
	8 /* characters between two parts: quotes, a comma and blanks; [ punto ] */
#define WORD_MAX 5 /* characters of a word for the dot */
#define HEX_NUMBER 8 /* digits of a bare hexadecimal number, which has no other mark */
#define NUMBER_MIN \
	(1u << 24) /* smaller numbers are too common, and not a sensor's address */

enum radix { BY_PREFIX, DECIMAL, OCTAL, HEXADECIMAL, RADIX_COUNT };

/* ---- numbers */

struct part {
	size_t len, gap; /* length of the number; of what follows, up to the next part */
	uint32_t value;
	bool marked; /* with 0x or 0 before it, so that it is meant as an address */
	bool letters; /* of a hexadecimal number */
};

/* At most 32 bits; false when there is none. */
static bool
read_number(const uint32_t *p, enum radix radix, struct part *out)
{
	static const unsigned BASES[RADIX_COUNT] = { 10, 10, 8, 16 };
	unsigned base = BASES[radix];
	uint64_t n = 0;
	size_t start = 0, len;

	*out = (struct part){ .marked = p[0] == '0' && digit_value(p[1]) < 8 };
	if (radix == BY_PREFIX && p[0] == '0' && (p[1] | 0x20) == 'x') {
		base = 16;
		start = 2;
		out->marked = true;
	} else if (radix == BY_PREFIX && p[0] == '0') {
		base = 8;
	}
	for (len = start; digit_value(p[len]) < base; len++) {
		n = n * base + digit_value(p[len]);
		out->letters |= digit_value(p[len]) > 9;
		if (n > UINT32_MAX)
			return false;
	}
	out->value = (uint32_t)n;
	out->len = len;
	return len > start;
}

/* A word for the dot, as it is read, or the mark of a byte in a script. */
static size_t
word_gap(const uint32_t *p)
{
	static const uint32_t WORDS[][WORD_MAX + 1] = { { 'd', 'o', 't' },
		{ 'p', 'u', 'n', 'k', 't' }, { 'p', 'u', 'n', 't', 'o' },
		{ 'p', 'o', 'i', 'n', 't' }, { '\\', 'x' }, { 0x70b9 },
		{ 0x30c8, 0x30c3, 0x30c8 } };

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
		size_t n = 0;

		if ((p[1] | 0x20) != (WORDS[i][1] | 0x20) && WORDS[i][1] != 0)
			continue;
		while (WORDS[i][n] != 0 && character_lower(p[n]) == WORDS[i][n])
			n++;
		if (WORDS[i][n] == 0)
			return n;
	}
	return 0;
}

/* A word as above, or another single character that is not a letter or digit. */
static inline size_t
gap_step(const uint32_t *p)
{
	uint32_t c = p[0], small = c | 0x20;
	size_t word;

	if (c < 'A')
		return c - 1 < '/' || c > '9';
	if (small != 'd' && small != 'p' && c != '\\' && c != 0x70b9 && c != 0x30c8)
		return c <= 0x7f ? !is_alnum(c) : character_is_mark(c);
	word = word_gap(p);
	return word > 0 ? word : c == '\\';
}

void
match_prepare(struct view *v)
{
	/* How far it goes from each of the next characters on, as far as a word is long. */
	size_t next[WORD_MAX + 1] = { 0 };

	v->gap[v->len] = v->digits[v->len] = 0;
	for (size_t at = v->len; at-- > 0;) {
		size_t step = gap_step(v->c + at), *here = &next[at % (WORD_MAX + 1)];

		*here = step > 0 ? step + next[(at + step) % (WORD_MAX + 1)] : 0;
		if (*here > GAP_MAX + WORD_MAX)
			*here = GAP_MAX + WORD_MAX;
		v->gap[at] = (uint8_t)(*here <= GAP_MAX ? *here : 0);
		v->digits[at] = digit_value(v->c[at]) > 15 ? 0
				: v->digits[at + 1] > NIBBLES
				    ? NIBBLES + 1
				    : (uint8_t)(v->digits[at + 1] + 1);
	}
}

/* One dot, with or without blanks. */
static bool
is_dot(const uint32_t *p, size_t len)
{
	size_t dots = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] != '.' && p[i] != ' ')
			return false;
		dots += p[i] == '.';
	}
	return dots == 1;
}

struct place {
	const struct gate *gate;
	const uint32_t *p;
	const uint8_t *gap;
	uint32_t before, before_that; /* the characters before it */
	bool prefixed; /* a number in it begins with 0 */
	bool longer; /* one has more than two digits */
};

/* Up to four numbers, separated by dots or by gaps that are all the same. */
static int
read_parts(struct place *at, enum radix radix, struct part parts[QUAD], bool *dots)
{
	const uint32_t *p = at->p;
	const uint8_t *gap = at->gap;
	const uint32_t *first_gap = NULL;
	int count = 0;

	*dots = true;
	while (count < QUAD) {
		struct part *part = &parts[count];
		bool dot, read;

		at->prefixed |= p[0] == '0';
		read = read_number(p, radix, part);
		at->longer |= read ? part->len > 2 : is_digit(p[0]);
		if (!read)
			break;
		count++;
		p += part->len;
		gap += part->len;
		part->gap = *gap;
		dot = is_dot(p, part->gap);
		if (part->gap == 0 || (count > 1 && !(*dots && dot) &&
					  (part->gap != parts[0].gap ||
					      !same_characters(p, first_gap, part->gap))))
			break;
		first_gap = count == 1 ? p : first_gap;
		*dots = *dots && dot;
		p += part->gap;
		gap += part->gap;
	}
	return count;
}

/* ---- addresses */

/* The host of a URL, or of user@host. */
static bool
is_host(const struct place *at)
{
	return (at->before == '/' && at->before_that == '/') || at->before == '@';
}

static bool
is_private(const struct place *at, uint32_t address, bool sure)
{
	return known_v4(at->gate, address, sure) ||
	       known_v4(at->gate, bswap_32(address), false);
}

static size_t
length(const struct part *parts, int count)
{
	size_t len = parts[0].len;

	for (int i = 1; i < count; i++)
		len += parts[i - 1].gap + parts[i].len;
	return len;
}

/* Numbers without a mark are read as octal or hexadecimal only if they are not valid otherwise. */
static bool
is_likely(const struct part parts[QUAD], enum radix radix)
{
	bool letters = false, all_two = true, marked = false;

	for (int i = 0; i < QUAD; i++) {
		letters |= parts[i].letters;
		all_two &= parts[i].len == 2;
		marked |= parts[i].marked || parts[i].len > 2;
	}
	if (radix == HEXADECIMAL)
		return letters || all_two;
	return radix != OCTAL || marked;
}

/* Numbers separated only by blanks are an address only if they stand alone: the bytes of a dump and the
 * columns of a table are in longer rows or have leading zeros. Four bytes with letters and at most one zero
 * are not in a dump by accident. */
static bool
is_row(const struct place *at, const struct part parts[QUAD])
{
	const uint32_t *after = at->p + length(parts, QUAD) + parts[QUAD - 1].gap;
	bool zeros = false, letters = false, bytes = true;
	int nothing = 0;

	for (size_t i = 0; i < parts[0].gap; i++)
		if (at->p[parts[0].len + i] > ' ')
			return false;
	for (int i = 0; i < QUAD; i++) {
		zeros |= parts[i].len > 1 &&
			 at->p[i == 0 ? 0 : length(parts, i) + parts[i - 1].gap] == '0';
		letters |= parts[i].letters;
		bytes &= parts[i].len == 2;
		nothing += parts[i].value == 0;
	}
	if (letters && bytes && nothing <= 1)
		return false;
	return zeros || (at->before == ' ' && digit_value(at->before_that) < 16) ||
	       (parts[QUAD - 1].gap == parts[0].gap && digit_value(after[0]) < 16);
}

static size_t
match_quad(const struct place *at, const struct part parts[QUAD], enum radix radix)
{
	uint32_t address = 0;

	if (is_row(at, parts))
		return 0;
	for (int i = 0; i < QUAD; i++) {
		if (parts[i].value > 255)
			return 0;
		address = address << 8 | parts[i].value;
	}
	if (!is_likely(parts, radix))
		return 0;
	return is_private(at, address, radix == BY_PREFIX || radix == DECIMAL)
		   ? length(parts, QUAD)
		   : 0;
}

/* 10.5 is 10.0.0.5 to a tool, but a version to people: it is an address if no version looks like it, or
 * if only a host is possible there. */
static size_t
match_short(const struct place *at, const struct part *parts, int count)
{
	uint32_t last = parts[count - 1].value, address = 0;
	bool sure = last > 255 || is_host(at);

	if (at->before == '.' || last > UINT32_MAX >> 8 * (count - 1))
		return 0;
	for (int i = 0; i < count; i++)
		sure |= parts[i].marked;
	for (int i = 0; i < count - 1; i++) {
		if (parts[i].value > 255)
			return 0;
		address |= parts[i].value << (24 - 8 * i);
	}
	return sure && known_v4(at->gate, address | last, true) ? length(parts, count)
								: 0;
}

static size_t
match_number(const struct place *at, const struct part *n, enum radix radix)
{
	bool sure = is_host(at) || (radix == BY_PREFIX && n->marked);

	if (at->before == '-' && radix == BY_PREFIX && !n->marked &&
	    n->value <= (uint32_t)INT32_MAX + 1 && is_private(at, -n->value, false))
		return n->len;
	if (n->value < NUMBER_MIN || (radix == HEXADECIMAL && n->len != HEX_NUMBER))
		return 0;
	return is_private(at, n->value, sure) ? n->len : 0;
}

static size_t
match_radix(struct place *at, enum radix radix)
{
	struct part parts[QUAD];
	bool dots;
	int count = read_parts(at, radix, parts, &dots);
	size_t len = 0;

	if (count == QUAD)
		len = match_quad(at, parts, radix);
	else if (count > 1 && dots && radix == BY_PREFIX)
		len = match_short(at, parts, count);
	return len == 0 && count > 0 ? match_number(at, &parts[0], radix) : len;
}

/* Whether reading it with this radix as well can be of use: some of match_quad and match_number, before the
 * time of reading is spent. */
static bool
can_be(const struct place *at, size_t digits, enum radix radix)
{
	if (radix == DECIMAL)
		return at->prefixed;
	if (radix == OCTAL)
		return at->prefixed || at->longer;
	return radix == BY_PREFIX || at->p[0] == '0' || digits == HEX_NUMBER ||
	       (digits <= 2 && at->gap[digits] > 0);
}

/* Within a long row of zeros: the number that begins one earlier is the same. */
static bool
is_padded(const uint32_t *p)
{
	for (int i = -1; i <= HEX_NUMBER; i++)
		if (p[i] != '0')
			return false;
	return true;
}

struct found
match_v4(const struct gate *g, const struct view *v, size_t at)
{
	struct place here = { .gate = g, .p = v->c + at, .gap = v->gap + at };
	struct found f = { .len = 0 };

	if (digit_value(here.p[0]) > 15 || (at > 0 && is_padded(here.p)))
		return f;
	if (at > 0 && !v->joined)
		here.before = here.p[-1];
	if (at > 1 && !v->joined)
		here.before_that = here.p[-2];
	for (int radix = BY_PREFIX; radix < RADIX_COUNT && f.len == 0; radix++)
		if (digit_value(here.before) >= (radix == HEXADECIMAL ? 16 : 10) &&
		    can_be(&here, v->digits[at], (enum radix)radix))
			f.len = match_radix(&here, (enum radix)radix);
	if (f.len == 0)
		f.len = match_spelled(g, v, at);
	for (size_t i = 0; i < f.len; i++)
		f.disguised |= !is_digit(here.p[i]) && here.p[i] != '.';
	for (size_t i = 0; i < f.len && !f.disguised; i++)
		if (here.p[i] == '.')
			return f;
	f.disguised = f.len > 0;
	return f;
}
