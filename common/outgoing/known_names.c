/*
 * known_names.c - the names that are private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/outgoing/internal.h"

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
bool
known_add_name(struct gate *g, const char *text, struct err *e)
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
note_beginning(struct gate *g, const struct name *n)
{
	g->beginnings[n->c[0] % LOW_BITS] |=
	    n->len > 1 ? (uint64_t)1 << n->c[1] % LOW_BITS : UINT64_MAX;
}

void
known_settle_names(struct gate *g)
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
	memset(g->beginnings, 0, sizeof g->beginnings);
	g->shortest = GATE_ADDRESS_SHORTEST;
	for (size_t i = 0; i < kept; i++) {
		note_beginning(g, &g->names[i]);
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

bool
known_begins(const struct gate *g, const uint32_t *p)
{
	return (g->beginnings[character_lower(p[0]) % LOW_BITS] >>
		       character_lower(p[1]) % LOW_BITS &
		   1) != 0;
}

const struct name *
known_name(const struct gate *g, const uint32_t *p)
{
	size_t low = 0, high = g->name_count;

	if (!known_begins(g, p))
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

const struct name *
known_after(const struct gate *g, uint32_t *c, size_t len)
{
	const struct name key = { .c = c, .len = len };
	size_t low = 0, high = g->name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(&key, &g->names[middle]) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < g->name_count ? &g->names[low] : NULL;
}
