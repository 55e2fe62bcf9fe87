/*
 * view.c - a text as it is read, where each character knows its position in the original.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/internal.h"

void
view_begin(const struct view *from, struct view *out)
{
	out->len = out->work = 0;
	out->joined = from->joined;
	out->turned = from->turned;
	out->backwards = out->plain = out->guessed = false;
	out->full = false;
	out->has[0] = out->has[1] = 0;
}

bool
view_has(const struct view *v, const char *any)
{
	for (; *any != '\0'; any++)
		if ((v->has[*any / 64] >> *any % 64 & 1) != 0)
			return true;
	return false;
}

void
view_end(struct view *out)
{
	out->c[out->len] = 0;
}

static void
put(struct view *out, uint32_t c, uint16_t first, uint16_t last)
{
	if (out->len == VIEW_MAX) {
		out->full = true;
		return;
	}
	out->c[out->len] = c;
	out->first[out->len] = first;
	out->last[out->len] = last;
	out->len++;
	if (c < 0x80)
		out->has[c / 64] |= (uint64_t)1 << c % 64;
}

static void
put_read(struct view *out, uint32_t c, uint16_t first, uint16_t last)
{
	uint32_t read[CHARACTER_MAX];
	size_t n = character_read(c, read);

	/* Invisible characters belong to the one before them. */
	if (n == 0 && out->len > 0 && last > out->last[out->len - 1])
		out->last[out->len - 1] = last;
	for (size_t i = 0; i < n; i++)
		put(out, read[i], first, last);
}

/* In a reversed view, later items come earlier in the original. */
void
view_put(struct view *out, uint32_t c, const struct view *v, size_t from, size_t to)
{
	uint16_t first = v->first[from] < v->first[to] ? v->first[from] : v->first[to];
	uint16_t last = v->last[from] > v->last[to] ? v->last[from] : v->last[to];

	if (c >= 0x80 && c != NOTHING)
		put_read(out, c, first, last);
	else if (c != 0)
		put(out, c, first, last);
}

void
view_copy(struct view *out, const struct view *v, size_t at)
{
	put(out, v->c[at], v->first[at], v->last[at]);
}

void
view_original(struct view *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	*out = (struct view){ .len = 0 };
	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		put_read(out, c, (uint16_t)(p - text),
		    (uint16_t)(p - text + (ptrdiff_t)n - 1));
		p += n;
	}
	view_end(out);
}

/* Quotes and joining marks, which a shell or a script drops between the pieces of a word; blanks
 * between digits. */
bool
view_dropped(const struct view *v, enum dropping d, struct view *out)
{
	static const char *const UNWANTED[DROPPINGS] = { [DROP_QUOTES] = "'\"`",
		[DROP_JOINTS] = "'\"`^\\+",
		[DROP_BLANKS] = "'\"` \t\r\n",
		[DROP_ALL] = "'\"`^\\+ \t\r\n" };
	uint64_t unwanted[2] = { 0 };

	if (v->plain || (v->turned && d != DROP_QUOTES) || !view_has(v, UNWANTED[d]))
		return false;
	view_begin(v, out);
	out->plain = true;
	out->turned |= d != DROP_QUOTES;
	for (const char *p = UNWANTED[d]; *p != '\0'; p++)
		unwanted[*p / 64] |= (uint64_t)1 << *p % 64;
	for (size_t i = 0; i < v->len; i++)
		if (v->c[i] > 0x7f || (unwanted[v->c[i] / 64] >> v->c[i] % 64 & 1) == 0)
			view_copy(out, v, i);
	view_end(out);
	return out->len < v->len;
}

/* Letters that look like digits, if they are beside one. */
bool
view_lettered(const struct view *v, struct view *out)
{
	bool any = false;

	if (v->plain || v->turned || !view_has(v, "oOlI|"))
		return false;
	view_begin(v, out);
	out->guessed = true;
	for (size_t i = 0; i < v->len; i++) {
		uint32_t c = v->c[i], before = i > 0 ? v->c[i - 1] : 0,
			 after = v->c[i + 1];

		view_copy(out, v, i);
		if (c == 'o' || c == 'O')
			out->c[i] = '0';
		else if (c == 'l' || c == 'I' || c == '|')
			out->c[i] = '1';
		else
			continue;
		any |= is_digit(before) || is_digit(after);
	}
	view_end(out);
	return any;
}

bool
view_reversed(const struct view *v, struct view *out)
{
	if (v->turned)
		return false;
	view_begin(v, out);
	out->backwards = out->plain = out->turned = true;
	for (size_t i = v->len; i > 0; i--)
		view_copy(out, v, i - 1);
	view_end(out);
	return true;
}

/* ---- bytes */

void
view_flush(struct byte_run *r)
{
	if (r->count > 0)
		view_put(r->out, NOTHING, r->v, r->from, r->to);
	r->count = 0;
}

/* NULs are left out, which makes UTF-16 readable. */
void
view_put_byte(struct byte_run *r, unsigned byte, size_t from, size_t to)
{
	const char *bytes = (const char *)r->bytes;
	size_t used;
	uint32_t c;

	if (byte < 0x80) {
		if (r->count > 0)
			view_flush(r);
		view_put(r->out, byte, r->v, from, to);
		return;
	}
	if (byte >= 0xc0)
		view_flush(r);
	r->from = r->count == 0 ? from : r->from;
	r->to = to;
	r->bytes[r->count++] = (unsigned char)byte;
	c = utf8_next(bytes, bytes + r->count, &used);
	if (used == r->count && used > 1) {
		view_put(r->out, c, r->v, r->from, r->to);
		r->count = 0;
	} else if (r->count == sizeof r->bytes) {
		view_flush(r);
	}
}
