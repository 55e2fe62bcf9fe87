/*
 * markup.c - removes from a text what a browser, a terminal, a shell, a script or log4j does not show:
 * elements and comments of HTML, colours of a terminal, "$@", "$()" and "${x}", the comments of a program,
 * what joins its strings, and the "${lower:" and "}" around the text of a lookup.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/internal.h"

#define TAG_MAX 64 /* characters of an element or comment */
#define SEQUENCE_MAX 16 /* of a terminal */
#define JOINT_MAX 8 /* between two quotes */
#define SHOWS_NOTHING "<$\x1b[*'\"%?"
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

/* ESC [ 0 m, where ESC may be written as ^[, be one of C1, or have got lost. */
static size_t
sequence(const uint32_t *p)
{
	size_t n = 0, start;

	if (p[0] == ESCAPE)
		n = 1;
	else if (p[0] == '^' && p[1] == '[')
		n = 1 + (p[2] == '[');
	if (p[n] != '[')
		return 0;
	start = ++n;
	while (n < start + SEQUENCE_MAX && p[n] >= 0x20 && p[n] < 0x40)
		n++;
	if (start == 1 && (n == start || p[n] != 'm'))
		return 0;
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
	while (n < JOINT_MAX && p[n] != 0 && p[n] < 0x80 &&
	       strchr(" \t\r\n.&+|<>~", (int)p[n]) != NULL)
		n++;
	return n > 1 && p[n] == p[0] ? n + 1 : 0;
}

/* Of a name of letters, digits and "_". */
static size_t
name_end(const uint32_t *p)
{
	size_t n = 0;

	while (n < VARIABLE_MAX && (is_alnum(p[n]) || p[n] == '_'))
		n++;
	return n;
}

/* %x%, as in a batch file */
static size_t
batch_variable(const uint32_t *p)
{
	size_t n = p[0] == '%' && !is_digit(p[1]) ? name_end(p + 1) : 0;
	bool escape = n > 1 && digit_value(p[1]) < 16 && digit_value(p[2]) < 16;

	return n > 0 && !escape && p[n + 1] == '%' ? n + 2 : 0;
}

/* "?= =?utf-8?B?" between two encoded words of a mail's header */
static size_t
between_words(const uint32_t *p)
{
	size_t n = 2;

	if (p[0] != '?' || p[1] != '=')
		return 0;
	while (p[n] == ' ' || p[n] == '\t' || p[n] == '\r' || p[n] == '\n')
		n++;
	if (p[n] != '=' || p[n + 1] != '?')
		return 0;
	n += 2;
	while (n < TAG_MAX && (is_alnum(p[n]) || p[n] == '-' || p[n] == '_'))
		n++;
	return p[n] == '?' && is_alnum(p[n + 1]) && p[n + 2] == '?' ? n + 3 : 0;
}

/* $@ $* $9 $x $() ${x}, and the beginning of ${lower:x}, ${::-x} and ${env:NONE:-x}. */
static size_t
variable(const uint32_t *p)
{
	size_t n = 2, colon = 0;

	if (p[0] != '$')
		return 0;
	if (p[1] == '@' || p[1] == '*' || is_digit(p[1]))
		return 2;
	if (is_alnum(p[1]) || p[1] == '_')
		return 1 + name_end(p + 1);
	if (p[1] == '(' && p[2] == ')')
		return 3;
	if (p[1] != '{')
		return 0;
	for (; n < VARIABLE_MAX && is_variable(p[n]); n++) {
		if (p[n] == ':' && p[n + 1] == '-' && p[n + 2] != '}')
			return n + 2;
		if (p[n] == ':' && colon == 0)
			colon = n + 1;
	}
	if (colon > 0)
		return colon;
	return p[n] == '}' ? n + 1 : 0;
}

/* What shows nothing at p. In decoded noise only what is long enough not to be there by accident. */
static size_t
nothing(const uint32_t *p, bool decoded)
{
	static size_t (*const KINDS[])(const uint32_t *) = { tag, sequence, comment,
		joint, batch_variable, between_words };
	size_t n = 0;

	for (size_t i = 0; i < (decoded ? 3 : sizeof KINDS / sizeof KINDS[0]) && n == 0;
	     i++)
		n = KINDS[i](p);
	return n;
}

bool
view_markup(const struct view *v, struct view *out)
{
	bool any = false, lookup = false;
	size_t n;

	if (v->plain || !view_has(v, SHOWS_NOTHING))
		return false;
	view_begin(v, out);
	for (size_t at = 0; at<v->len; at += n> 0 ? n : 1) {
		const uint32_t *p = v->c + at;

		n = nothing(p, v->joined);
		if (n == 0 && (!v->joined || p[1] == '{')) {
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
