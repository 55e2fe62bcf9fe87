/*
 * markup.c - removes from a text what a browser, a terminal, a shell, a script or log4j does not show:
 * elements and comments of HTML, colours of a terminal, "$@", "$()" and "${x}", the comments of a program,
 * what joins its strings, and the "${lower:" and "}" around the text of a lookup.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define TAG_MAX 64 /* characters of an element or comment */
#define SEQUENCE_MAX 16 /* of a terminal */
#define JOINT_MAX 8 /* between two quotes */
#define SHOWS_NOTHING "<$\x1b*'\""
#define VARIABLE_MAX 32 /* of a variable's name, or of a lookup's */

/* <b> </b> <!-- --> */
static size_t
tag(const uint32_t *p)
{
	size_t n = 1;

	if (p[0] != '<' || !(is_alnum(p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?'))
		return 0;
	while (n < TAG_MAX && p[n] != 0 && p[n] != '<' && p[n] != '>' && p[n] != NOTHING)
		n++;
	return p[n] == '>' ? n + 1 : 0;
}

/* ESC [ 0 m */
static size_t
sequence(const uint32_t *p)
{
	size_t n = 2;

	if (p[0] != 0x1b || p[1] != '[')
		return 0;
	while (n < SEQUENCE_MAX && p[n] >= 0x20 && p[n] < 0x40)
		n++;
	return p[n] >= 0x40 && p[n] < 0x7f ? n + 1 : 0;
}

static bool
is_variable(uint32_t c)
{
	return is_alnum(c) || c == '_' || c == ':' || c == '.' || c == '-';
}

/* As in C and SQL. */
static size_t
comment(const uint32_t *p)
{
	if (p[0] != '/' || p[1] != '*')
		return 0;
	for (size_t n = 2; n < TAG_MAX && p[n] != 0 && p[n] != NOTHING; n++)
		if (p[n] == '*' && p[n + 1] == '/')
			return n + 2;
	return 0;
}

/* "." ' & ' between two pieces of a string */
static size_t
joint(const uint32_t *p)
{
	size_t n = 1;

	if (p[0] != '"' && p[0] != '\'')
		return 0;
	while (
	    n < JOINT_MAX && (p[n] == ' ' || p[n] == '.' || p[n] == '&' || p[n] == '+'))
		n++;
	return n > 1 && p[n] == p[0] ? n + 1 : 0;
}

/* $@ $* $() ${x}, and the beginning of ${lower:x}, ${::-x} and ${env:NONE:-x}. */
static size_t
variable(const uint32_t *p)
{
	size_t n = 2, colon = 0;

	if (p[0] != '$')
		return 0;
	if (p[1] == '@' || p[1] == '*')
		return 2;
	if (p[1] == '(' && p[2] == ')')
		return 3;
	if (p[1] != '{')
		return 0;
	for (; n < VARIABLE_MAX && is_variable(p[n]); n++)
		if (p[n] == ':')
			colon = n + 1;
	if (colon > 0)
		return colon + (p[colon] == '-');
	return p[n] == '}' ? n + 1 : 0;
}

bool
view_markup(const struct view *v, struct view *out)
{
	bool any = false, lookup = false;
	size_t n;

	/* Decoded noise has such characters by accident. */
	if (v->joined || v->plain || !view_has(v, SHOWS_NOTHING))
		return false;
	view_begin(v, out);
	for (size_t at = 0; at<v->len; at += n> 0 ? n : 1) {
		const uint32_t *p = v->c + at;

		n = tag(p);
		if (n == 0)
			n = sequence(p);
		if (n == 0)
			n = comment(p);
		if (n == 0)
			n = joint(p);
		if (n == 0) {
			n = variable(p);
			lookup |= n > 0;
		}
		if (n == 0 && lookup && p[0] == '}')
			n = 1;
		any |= n > 0;
		if (n == 0)
			view_copy(out, v, at);
	}
	view_end(out);
	return any;
}
