/*
 * tail.c - checks whether the end of a cut text is the beginning of something private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/outgoing/internal.h"

#define NAME_TAIL_MIN 3 /* characters; fewer reveal nothing */
#define ADDRESS_TAIL_MIN 4
#define TAIL_MAX 64

/* ---- the forms of an address */

static bool
add_form(struct gate *g, const char *form, struct err *e)
{
	char(*grown)[TAIL_FORM_MAX] =
	    realloc(g->tail_forms, (g->tail_form_count + 1) * sizeof *grown);

	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	g->tail_forms = grown;
	BUF_FIXED(grown[g->tail_form_count], "%s", form);
	g->tail_form_count++;
	return true;
}

bool
tail_add(struct gate *g, const struct in6_addr *a, struct err *e)
{
	char form[TAIL_FORM_MAX];
	uint32_t v4;

	if (!IN6_IS_ADDR_V4MAPPED(a))
		return inet_ntop(AF_INET6, a, form, sizeof form) == NULL ||
		       add_form(g, form, e);
	memcpy(&v4, a->s6_addr + 12, sizeof v4);
	inet_ntop(AF_INET, &v4, form, sizeof form);
	if (!add_form(g, form, e))
		return false;
	BUF_FIXED(form, "%u", ntohl(v4));
	if (!add_form(g, form, e))
		return false;
	BUF_FIXED(form, "0x%08x", ntohl(v4));
	return add_form(g, form, e);
}

static int
compare_forms(const void *a, const void *b)
{
	return strcmp(a, b);
}

void
tail_settle(struct gate *g)
{
	if (g->tail_form_count > 0)
		qsort(g->tail_forms, g->tail_form_count, sizeof *g->tail_forms,
		    compare_forms);
}

/* ---- the end of a text */

/* Any separator can replace the dot. */
static char
read_as(uint32_t c)
{
	return c == '-' || c == '_' || c == ',' ? '.' : (char)character_lower(c);
}

static bool
begins_address(const struct gate *g, const uint32_t *tail, size_t len)
{
	char text[TAIL_FORM_MAX];
	size_t low = 0, high = g->tail_form_count;

	if (len < ADDRESS_TAIL_MIN || len >= TAIL_FORM_MAX ||
	    (digit_value(tail[0]) > 15 && tail[0] != ':'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (tail[i] > 0x7f)
			return false;
		text[i] = read_as(tail[i]);
	}
	text[len] = '\0';
	/* The first form that sorts after it, where those that begin with it would be. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(g->tail_forms[middle], text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < g->tail_form_count && strncmp(g->tail_forms[low], text, len) == 0;
}

static bool
begins_name(const struct gate *g, const uint32_t *tail, size_t len)
{
	uint32_t text[TAIL_MAX];
	const struct name *n;

	if (len < NAME_TAIL_MIN || !known_begins(&g->names, tail))
		return false;
	for (size_t i = 0; i < len; i++)
		text[i] = character_lower(tail[i]);
	n = known_after(&g->names, text, len);
	return n != NULL && n->len > len && memcmp(n->c, text, len * sizeof *text) == 0;
}

size_t
tail_match(const struct gate *g, const struct view *v)
{
	size_t end = v->len, at;

	while (end > 0 && v->c[end - 1] == NOTHING)
		end--;
	for (at = end > TAIL_MAX ? end - TAIL_MAX : 0; at < end; at++) {
		bool edge = v->joined || at == 0 || !character_is_word(v->c[at - 1]) ||
			    !character_is_word(v->c[at]);

		if (edge && (begins_address(g, v->c + at, end - at) ||
				begins_name(g, v->c + at, end - at)))
			return v->len - at;
	}
	return 0;
}
