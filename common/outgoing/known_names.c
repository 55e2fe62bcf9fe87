/*
 * known_names.c - the names that are private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "common/base/utf8.h"
#include "common/outgoing/internal.h"

/* Characters of a name that is recognised where digits stand for letters. */
#define ALIKE_MIN 5
#define DISTINCT_MIN 2 /* its letters that look like no digit */

/* How a name may be written; a capital may look like another letter than the small one does. */
enum casing { AS_GIVEN, ALL_SMALL, ALL_CAPITALS, ONE_CAPITAL, CASINGS };

static uint32_t
cased(uint32_t c, enum casing casing, bool is_first)
{
	bool capital = casing == ALL_CAPITALS || (casing == ONE_CAPITAL && is_first);

	if (c < 0x80 || casing == AS_GIVEN)
		return c;
	return (uint32_t)(capital ? utf8proc_toupper((utf8proc_int32_t)c)
				  : utf8proc_tolower((utf8proc_int32_t)c));
}

/* As a reader sees it, without punycode and a final dot. */
static const struct view *
read_name(struct gate *g, const char *text, enum casing casing)
{
	struct view *v = &g->views[0];
	const char *end = text + strlen(text);
	auto_buf name = BUF_CUT(GATE_TEXT_MAX);
	size_t n;

	for (const char *p = text; p < end; p += n)
		utf8_put(&name, cased(utf8_next(p, end, &n), casing, p == text));
	view_original(v, buf_text(&name), name.len);
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
add_reading(struct name_set *set, const struct view *v, bool whole, struct err *e)
{
	struct name *grown;
	uint32_t *c;

	if (v->len == 0)
		return true;
	c = lower_copy(v);
	grown = c != NULL ? realloc(set->items, (set->count + 1) * sizeof *grown) : NULL;
	if (grown == NULL) {
		free(c);
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	grown[set->count] = (struct name){ .c = c, .len = v->len, .whole_domain = whole };
	set->items = grown;
	set->count++;
	return true;
}

/* Enough of its letters look like no digit, so that no number reads as the name. */
static bool
is_distinct(const struct view *v)
{
	size_t count = 0;

	for (size_t i = 0; i < v->len; i++)
		count += v->c[i] < 0x80 && strchr("cdfghjkmnpqruvwxy",
					       (int)character_lower(v->c[i])) != NULL;
	return count >= DISTINCT_MIN && v->len >= ALIKE_MIN;
}

static bool
add_alike(struct gate *g, const struct view *v, bool whole, struct err *e)
{
	struct view *alike = &g->views[2];

	view_alike(v, alike);
	return add_reading(&g->alike, alike, whole, e);
}

/* Those that read the same are joined when the names are settled. */
bool
known_add_name(struct gate *g, const char *text, struct err *e)
{
	bool whole = strncmp(text, "*.", 2) == 0;
	int most = utf8_is_ascii(text) ? ALL_SMALL : CASINGS;

	for (int casing = AS_GIVEN; casing < most; casing++) {
		const struct view *v =
		    read_name(g, text + 2 * whole, (enum casing)casing);

		if (!add_reading(&g->names, v, whole, e) ||
		    (is_distinct(v) && !add_alike(g, v, whole, e)))
			return false;
	}
	return true;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

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
note_beginning(struct name_set *set, const struct name *n)
{
	set->beginnings[n->c[0] % LOW_BITS] |=
	    n->len > 1 ? (uint64_t)1 << n->c[1] % LOW_BITS : UINT64_MAX;
}

static void
settle(struct name_set *set)
{
	size_t kept = 0;

	if (set->count > 0)
		qsort(set->items, set->count, sizeof *set->items, compare_names);
	for (size_t i = 0; i < set->count; i++) {
		struct name *n = &set->items[i];

		if (kept > 0 && compare_names(&set->items[kept - 1], n) == 0) {
			set->items[kept - 1].whole_domain |= n->whole_domain;
			free(n->c);
		} else {
			set->items[kept++] = *n;
		}
	}
	set->count = kept;
	memset(set->beginnings, 0, sizeof set->beginnings);
	/* This name can begin only with what the previous one begins with. */
	for (size_t i = 0; i < kept; i++) {
		size_t parent = i;

		note_beginning(set, &set->items[i]);
		while (
		    parent > 0 && !begins_with(&set->items[i], &set->items[parent - 1]))
			parent = set->items[parent - 1].parent;
		set->items[i].parent = parent;
	}
}

void
known_settle_names(struct gate *g)
{
	settle(&g->names);
	settle(&g->alike);
	g->shortest = GATE_ADDRESS_SHORTEST;
	for (size_t i = 0; i < g->names.count; i++) {
		size_t len = g->names.items[i].len;

		if (len >= GATE_NAME_SURE && len < g->shortest)
			g->shortest = len;
	}
}

void
known_free_names(struct name_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->items[i].c);
	free(set->items);
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
begun(const struct name_set *set, size_t index, const uint32_t *p)
{
	while (index > 0 && compare_text(p, &set->items[index - 1]) != 0)
		index = set->items[index - 1].parent;
	return index > 0 ? &set->items[index - 1] : NULL;
}

bool
known_begins(const struct name_set *set, const uint32_t *p)
{
	return (set->beginnings[character_lower(p[0]) % LOW_BITS] >>
		       character_lower(p[1]) % LOW_BITS &
		   1) != 0;
}

const struct name *
known_name(const struct name_set *set, const uint32_t *p)
{
	size_t low = 0, high = set->count;

	if (!known_begins(set, p))
		return NULL;
	/* The last name that does not sort after the text: it begins with every name that the text
	 * begins with. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(p, &set->items[middle]) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return begun(set, low, p);
}

const struct name *
known_shorter(const struct name_set *set, const struct name *n, const uint32_t *p)
{
	return begun(set, n->parent, p);
}

const struct name *
known_after(const struct name_set *set, uint32_t *c, size_t len)
{
	const struct name key = { .c = c, .len = len };
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(&key, &set->items[middle]) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->count ? &set->items[low] : NULL;
}
