/*
 * known.c - the addresses, networks and names that are private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/ip.h"
#include "common/outgoing/internal.h"

#define V4_PREFIX 96 /* bits before a mapped address */
#define V6_BITS 128
#define NARROW_BITS \
	8 /* host bits of a network so small that a number is rarely in it by accident */

/* ---- addresses and networks */

static struct in6_addr
mapped(uint32_t v4)
{
	struct in6_addr a = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	uint32_t bytes = htonl(v4);

	memcpy(a.s6_addr + 12, &bytes, sizeof bytes);
	return a;
}

/* An address, or a network as ADDRESS/BITS. */
static bool
parse_range(const char *value, struct range *out, size_t *bits)
{
	char address[IP_TEXT_MAX];
	struct in_addr v4;
	int prefix = -1; /* none: all bits */
	bool is_v4;

	if (!ip_canonical(value, address) && !ip_network(value, address, &prefix))
		return false;
	is_v4 = inet_pton(AF_INET, address, &v4) == 1;
	if (is_v4)
		out->low = mapped(ntohl(v4.s_addr));
	else
		inet_pton(AF_INET6, address, &out->low);
	*bits = prefix < 0 ? V6_BITS : (is_v4 ? V4_PREFIX : 0) + (size_t)prefix;
	out->high = out->low;
	for (size_t i = *bits; i < V6_BITS; i++) {
		out->low.s6_addr[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
		out->high.s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
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
	return memcmp(a, b, sizeof(struct range));
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

		if (last == NULL || memcmp(&r->low, &last->high, sizeof r->low) > 0)
			set->items[kept++] = *r;
		else if (memcmp(&r->high, &last->high, sizeof r->high) > 0)
			last->high = r->high;
	}
	set->count = kept;
}

static bool
is_in(const struct range_set *set, const struct in6_addr *a)
{
	size_t low = 0, high = set->count;

	/* The last range that does not begin after it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&set->items[middle].low, a, sizeof *a) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && memcmp(a, &set->items[low - 1].high, sizeof *a) <= 0;
}

bool
known_v4(const struct gate *g, uint32_t address, bool sure)
{
	struct in6_addr a = mapped(address);

	return is_in(&g->narrow, &a) || (sure && is_in(&g->wide, &a));
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
	if (is_in(&g->narrow, a) || is_in(&g->wide, a))
		return true;
	return within && (is_translated(g, a) ||
			     (a->s6_addr[0] == 0x20 && a->s6_addr[1] == 0x02 &&
				 known_v4(g, v4_within(a, 2), false)) ||
			     (v4_within(a, 0) == 0x20010000 &&
				 known_v4(g, ~v4_within(a, 12), false)));
}

/* ---- names */

/* As a reader sees it, without punycode and a final dot. */
static const struct view *
read_name(struct gate *g, const char *text)
{
	struct view *v = &g->views[0];
	size_t len = strlen(text);

	view_original(v, text, len < GATE_TEXT_MAX ? len : GATE_TEXT_MAX);
	if (view_punycode(v, &g->views[1]))
		v = &g->views[1];
	while (v->len > 0 && v->c[v->len - 1] == '.')
		v->len--;
	return v;
}

static uint32_t *
lower_copy(const struct view *v)
{
	uint32_t *c = malloc(v->len * sizeof *c);

	for (size_t i = 0; c != NULL && i < v->len; i++)
		c[i] = character_lower(v->c[i]);
	return c;
}

/* gcc 12 wrongly reports the memory that realloc moved as leaked. */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static bool
add_name(struct gate *g, const char *text, struct err *e)
{
	bool whole = strncmp(text, "*.", 2) == 0;
	const struct view *v = read_name(g, text + 2 * whole);
	struct name *grown;
	uint32_t *c;

	if (v->len == 0)
		return true;
	c = lower_copy(v);
	grown = c != NULL ? realloc(g->names, (g->name_count + 1) * sizeof *grown) : NULL;
	if (grown == NULL) {
		free(c);
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	grown[g->name_count] =
	    (struct name){ .c = c, .len = v->len, .whole_domain = whole };
	g->names = grown;
	g->name_count++;
	return true;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

bool
gate_add(struct gate *g, const char *value, struct err *e)
{
	struct range r;
	size_t bits;

	g->settled = false;
	if (value[0] == '\0')
		return true;
	if (!parse_range(value, &r, &bits))
		return add_name(g, value, e);
	if (V6_BITS - bits <= NARROW_BITS)
		return add_range(&g->narrow, &r, e);
	return add_range(&g->wide, &r, e);
}

void
gate_reset(struct gate *g)
{
	for (size_t i = 0; i < g->name_count; i++)
		free(g->names[i].c);
	free(g->names);
	free(g->narrow.items);
	free(g->wide.items);
	*g = (struct gate){ .views = g->views };
}

static int
compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	size_t shorter = x->len < y->len ? x->len : y->len;

	for (size_t i = 0; i < shorter; i++)
		if (x->c[i] != y->c[i])
			return x->c[i] < y->c[i] ? -1 : 1;
	return x->len < y->len ? -1 : x->len > y->len;
}

static bool
begins_with(const struct name *n, const struct name *beginning)
{
	return beginning->len <= n->len &&
	       memcmp(n->c, beginning->c, beginning->len * sizeof *n->c) == 0;
}

static void
settle_names(struct gate *g)
{
	size_t kept = 0;

	if (g->name_count > 0)
		qsort(g->names, g->name_count, sizeof *g->names, compare_names);
	for (size_t i = 0; i < g->name_count; i++) {
		if (kept > 0 && compare_names(&g->names[kept - 1], &g->names[i]) == 0) {
			g->names[kept - 1].whole_domain |= g->names[i].whole_domain;
			free(g->names[i].c);
		} else {
			g->names[kept++] = g->names[i];
		}
	}
	g->name_count = kept;
	g->beginnings = 0;
	g->shortest = GATE_ADDRESS_SHORTEST;
	for (size_t i = 0; i < kept; i++) {
		g->beginnings |= (uint64_t)1 << g->names[i].c[0] % 64;
		if (g->names[i].len >= GATE_NAME_SURE && g->names[i].len < g->shortest)
			g->shortest = g->names[i].len;
	}
	/* This name can begin only with what the previous one begins with. */
	for (size_t i = 1; i < kept; i++) {
		size_t parent = i;

		while (parent > 0 && !begins_with(&g->names[i], &g->names[parent - 1]))
			parent = g->names[parent - 1].parent;
		g->names[i].parent = parent;
	}
}

void
known_settle(struct gate *g)
{
	if (g->settled)
		return;
	settle_ranges(&g->narrow);
	settle_ranges(&g->wide);
	settle_names(g);
	g->settled = true;
}

/* Whether the text at p sorts before the name (-1), begins with it (0), or sorts after it (1). */
static int
compare_text(const uint32_t *p, const struct name *n)
{
	for (size_t i = 0; i < n->len; i++) {
		uint32_t c = character_lower(p[i]);

		if (c != n->c[i])
			return c < n->c[i] ? -1 : 1;
	}
	return 0;
}

static const struct name *
begun(const struct gate *g, size_t index, const uint32_t *p)
{
	while (index > 0 && compare_text(p, &g->names[index - 1]) != 0)
		index = g->names[index - 1].parent;
	return index > 0 ? &g->names[index - 1] : NULL;
}

const struct name *
known_name(const struct gate *g, const uint32_t *p)
{
	size_t low = 0, high = g->name_count;

	if ((g->beginnings >> character_lower(p[0]) % 64 & 1) == 0)
		return NULL;
	/* The last name that does not sort after the text: it begins with every name that the text
	 * begins with. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(p, &g->names[middle]) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return begun(g, low, p);
}

const struct name *
known_shorter(const struct gate *g, const struct name *n, const uint32_t *p)
{
	return begun(g, n->parent, p);
}
