/*
 * known.c - the addresses and networks that are private, and the whole of what is known.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/ip.h"
#include "common/outgoing/internal.h"

#define V4_PREFIX 96 /* bits before a mapped address */
#define V6_BITS 128
#define NARROW_BITS \
	8 /* host bits of a network so small that a number is rarely in it by accident */
#define MAPPED ((uint64_t)0xffff << 32) /* before an address of version 4 */

static struct in6_addr
mapped(uint32_t v4)
{
	struct in6_addr a = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	uint32_t bytes = htonl(v4);

	memcpy(a.s6_addr + 12, &bytes, sizeof bytes);
	return a;
}

static struct address
numeric(const struct in6_addr *a)
{
	uint64_t halves[2];

	memcpy(halves, a->s6_addr, sizeof halves);
	return (struct address){ be64toh(halves[0]), be64toh(halves[1]) };
}

static bool
is_below(struct address a, struct address b)
{
	return a.high < b.high || (a.high == b.high && a.low < b.low);
}

/* An address, or a network as ADDRESS/BITS. */
static bool
parse_range(
    const char *value, struct in6_addr *first, struct in6_addr *last, size_t *bits)
{
	char address[IP_TEXT_MAX];
	struct in_addr v4;
	int prefix = -1; /* none: all bits */
	bool is_v4;

	if (!ip_canonical(value, address) && !ip_network(value, address, &prefix))
		return false;
	is_v4 = inet_pton(AF_INET, address, &v4) == 1;
	if (is_v4)
		*first = mapped(ntohl(v4.s_addr));
	else
		inet_pton(AF_INET6, address, first);
	*bits = prefix < 0 ? V6_BITS : (is_v4 ? V4_PREFIX : 0) + (size_t)prefix;
	*last = *first;
	for (size_t i = *bits; i < V6_BITS; i++) {
		first->s6_addr[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
		last->s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	return true;
}

static bool
add_range(struct range_set *set, const struct range *r, struct err *e)
{
	struct range *grown = realloc(set->items, (set->count + 1) * sizeof *grown);

	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	grown[set->count] = *r;
	set->items = grown;
	set->count++;
	return true;
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return is_below(y->first, x->first) - is_below(x->first, y->first);
}

static void
settle_ranges(struct range_set *set)
{
	size_t kept = 0;

	if (set->count > 0)
		qsort(set->items, set->count, sizeof *set->items, compare_ranges);
	for (size_t i = 0; i < set->count; i++) {
		struct range *last = kept > 0 ? &set->items[kept - 1] : NULL;
		const struct range *r = &set->items[i];

		if (last == NULL || is_below(last->last, r->first))
			set->items[kept++] = *r;
		else if (is_below(last->last, r->last))
			last->last = r->last;
	}
	set->count = kept;
}

static void
note_starts(uint64_t starts[0x10000 / 64], uint64_t from, uint64_t to)
{
	for (uint64_t start = from; start <= to; start++)
		starts[start / 64] |= (uint64_t)1 << start % 64;
}

static bool
is_start(const uint64_t starts[0x10000 / 64], uint64_t start)
{
	return (starts[start / 64] >> start % 64 & 1) != 0;
}

static void
note_range(struct gate *g, const struct range *r)
{
	const struct address lowest = { 0, MAPPED }, highest = { 0, MAPPED | UINT32_MAX };

	note_starts(g->v6_starts, r->first.high >> 48, r->last.high >> 48);
	if (is_below(highest, r->first) || is_below(r->last, lowest))
		return;
	note_starts(g->v4_starts,
	    is_below(r->first, lowest) ? 0 : r->first.low >> 16 & UINT16_MAX,
	    is_below(highest, r->last) ? UINT16_MAX : r->last.low >> 16 & UINT16_MAX);
}

static void
settle_starts(struct gate *g)
{
	memset(g->v4_starts, 0, sizeof g->v4_starts);
	memset(g->v6_starts, 0, sizeof g->v6_starts);
	for (size_t i = 0; i < g->narrow.count; i++)
		note_range(g, &g->narrow.items[i]);
	for (size_t i = 0; i < g->wide.count; i++)
		note_range(g, &g->wide.items[i]);
}

static bool
is_in(const struct range_set *set, struct address a)
{
	size_t low = 0, high = set->count;

	/* The last range that does not begin after it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!is_below(a, set->items[middle].first))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && !is_below(set->items[low - 1].last, a);
}

bool
known_v4(const struct gate *g, uint32_t address, bool sure)
{
	const struct address a = { 0, MAPPED | address };

	return is_start(g->v4_starts, address >> 16) &&
	       (is_in(&g->narrow, a) || (sure && is_in(&g->wide, a)));
}

static uint32_t
v4_within(const struct in6_addr *a, size_t at)
{
	uint32_t v4;

	memcpy(&v4, a->s6_addr + at, sizeof v4);
	return ntohl(v4);
}

/* The places of a translated address (RFC 6052, 2.2): after prefixes of 32 to 96 bits, around byte 8. */
static bool
is_translated(const struct gate *g, const struct in6_addr *a)
{
	static const uint8_t PLACES[][4] = { { 12, 13, 14, 15 }, { 9, 10, 11, 12 },
		{ 7, 9, 10, 11 }, { 6, 7, 9, 10 }, { 5, 6, 7, 9 }, { 4, 5, 6, 7 } };

	for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
		uint32_t v4 = 0;

		for (size_t n = 0; n < 4; n++)
			v4 = v4 << 8 | a->s6_addr[PLACES[i][n]];
		if (known_v4(g, v4, false) && (i == 0 || a->s6_addr[8] == 0))
			return true;
	}
	return false;
}

bool
known_v6(const struct gate *g, const struct in6_addr *a, bool within)
{
	const struct address n = numeric(a);

	if (is_start(g->v6_starts, n.high >> 48) &&
	    (is_in(&g->narrow, n) || is_in(&g->wide, n)))
		return true;
	return within && (is_translated(g, a) ||
			     (a->s6_addr[0] == 0x20 && a->s6_addr[1] == 0x02 &&
				 known_v4(g, v4_within(a, 2), false)) ||
			     (v4_within(a, 0) == 0x20010000 &&
				 known_v4(g, ~v4_within(a, 12), false)));
}

/* ---- all of it */

bool
gate_add(struct gate *g, const char *value, struct err *e)
{
	struct in6_addr first, last;
	struct range r;
	size_t bits;

	g->settled = false;
	if (value[0] == '\0')
		return true;
	if (!parse_range(value, &first, &last, &bits))
		return known_add_name(g, value, e);
	r = (struct range){ numeric(&first), numeric(&last) };
	if (V6_BITS - bits > NARROW_BITS)
		return add_range(&g->wide, &r, e);
	return add_range(&g->narrow, &r, e) && tail_add(g, &first, e);
}

void
gate_reset(struct gate *g)
{
	known_free_names(&g->names);
	known_free_names(&g->alike);
	free(g->narrow.items);
	free(g->wide.items);
	free(g->tail_forms);
	*g = (struct gate){ .views = g->views };
}

void
known_settle(struct gate *g)
{
	if (g->settled)
		return;
	settle_ranges(&g->narrow);
	settle_ranges(&g->wide);
	settle_starts(g);
	known_settle_names(g);
	tail_settle(g);
	g->settled = true;
}
