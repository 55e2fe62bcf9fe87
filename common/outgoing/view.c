/*
 * guard_view.c - a text as it reads when it is decoded, each byte with its place in the original.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>

#include "common/outgoing/internal.h"

#define BASE64_MIN 6 /* letters: fewer hold no address, and no name worth one */

/* NULs are left out, so that a view can be read as a string, and UTF-16 as well. */
static void
put_byte(struct view *out, unsigned c, const struct view *v, size_t first, size_t last)
{
	if (c == 0)
		return;
	out->text[out->len] = (char)c;
	out->first[out->len] = v->first[first];
	out->last[out->len] = v->last[last];
	out->len++;
}

static void
begin(const struct view *v, struct view *out, bool joined)
{
	out->len = 0;
	out->joined = v->joined || joined;
	out->backwards = v->backwards;
}

static unsigned
hex_value(char c)
{
	return (unsigned)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

bool
gate_view_percent(const struct view *v, struct view *out)
{
	bool any = false;

	begin(v, out, false);
	for (size_t i = 0; i < v->len; i++) {
		const char *p = v->text + i;

		if (p[0] == '%' && isxdigit((unsigned char)p[1]) &&
		    isxdigit((unsigned char)p[2])) {
			put_byte(
			    out, hex_value(p[1]) << 4 | hex_value(p[2]), v, i, i + 2);
			i += 2;
			any = true;
		} else {
			put_byte(out, (unsigned char)*p, v, i, i);
		}
	}
	out->text[out->len] = '\0';
	return any;
}

static int
base64_value(char c)
{
	if (isupper((unsigned char)c))
		return c - 'A';
	if (islower((unsigned char)c))
		return c - 'a' + 26;
	if (isdigit((unsigned char)c))
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

static void
decode_run(const struct view *v, size_t from, size_t to, struct view *out)
{
	unsigned bits = 0, held = 0;

	for (size_t i = from; i < to; i++) {
		bits = bits << 6 | (unsigned)base64_value(v->text[i]);
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		put_byte(out, bits >> held & 0xff, v, i - 1, i);
	}
}

bool
gate_view_base64(const struct view *v, size_t shift, struct view *out)
{
	bool any = false;
	size_t from, to;

	begin(v, out, true);
	for (from = 0; from < v->len; from = to + 1) {
		for (to = from; to < v->len && base64_value(v->text[to]) >= 0;)
			to++;
		if (to - from >= BASE64_MIN + shift) {
			decode_run(v, from + shift, to, out);
			any = true;
		}
		/* Runs do not touch. */
		if (to < v->len)
			put_byte(out, ' ', v, to, to);
	}
	out->text[out->len] = '\0';
	return any;
}

void
gate_view_reversed(const struct view *v, struct view *out)
{
	begin(v, out, false);
	out->backwards = true;
	for (size_t i = v->len; i > 0; i--)
		put_byte(out, (unsigned char)v->text[i - 1], v, i - 1, i - 1);
	out->text[out->len] = '\0';
}
