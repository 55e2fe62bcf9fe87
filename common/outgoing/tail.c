/*
 * tail.c - checks whether the end of a cut text is the beginning of something private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <string.h>

#include "common/outgoing/internal.h"

#define NAME_TAIL_MIN 3 /* characters; fewer reveal nothing */
#define ADDRESS_TAIL_MIN 4
#define TAIL_MAX 64
#define FORM_MAX 64

/* Any separator can replace the dot. */
static bool
reads_as(uint32_t c, char form)
{
	if (form == '.')
		return c == '.' || c == '-' || c == '_' || c == ',';
	return character_lower(c) == (unsigned char)form;
}

static bool
begins(const char *form, const uint32_t *tail, size_t len)
{
	if (len < ADDRESS_TAIL_MIN || len >= strlen(form))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!reads_as(tail[i], form[i]))
			return false;
	return true;
}

static bool
begins_address(const struct in6_addr *a, const uint32_t *tail, size_t len)
{
	char form[FORM_MAX];
	uint32_t v4;

	if (!IN6_IS_ADDR_V4MAPPED(a))
		return inet_ntop(AF_INET6, a, form, sizeof form) != NULL &&
		       begins(form, tail, len);
	memcpy(&v4, a->s6_addr + 12, sizeof v4);
	inet_ntop(AF_INET, &v4, form, sizeof form);
	if (begins(form, tail, len))
		return true;
	BUF_FIXED(form, "%u", ntohl(v4));
	if (begins(form, tail, len))
		return true;
	BUF_FIXED(form, "0x%08x", ntohl(v4));
	return begins(form, tail, len);
}

static bool
begins_name(const struct name *n, const uint32_t *tail, size_t len)
{
	if (len < NAME_TAIL_MIN || len >= n->len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (character_lower(tail[i]) != n->c[i])
			return false;
	return true;
}

static bool
begins_private(const struct gate *g, const uint32_t *tail, size_t len)
{
	for (size_t i = 0; i < g->narrow.count; i++)
		if (begins_address(&g->narrow.items[i].low, tail, len))
			return true;
	for (size_t i = 0; i < g->name_count; i++)
		if (begins_name(&g->names[i], tail, len))
			return true;
	return false;
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

		if (edge && begins_private(g, v->c + at, end - at))
			return v->len - at;
	}
	return 0;
}
