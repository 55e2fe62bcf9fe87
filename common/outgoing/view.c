/*
 * view.c - a text as it is read, where each character knows its position in the original.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/internal.h"

#define SPACED_MIN 6 /* characters of a row that is spaced out, without the last one */

void
view_begin(const struct view *from, struct view *out)
{
	out->len = out->work = 0;
	out->joined = from->joined;
	out->rare = from->rare;
	out->turned = from->turned;
	out->packed = out->backwards = out->plain = out->guessed = out->alike = false;
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

/* Quotes and joining marks, which a shell or a script drops between the pieces of a word; blanks between
 * digits; all of them with the brackets of curl and the marks between thousands. */
bool
view_dropped(const struct view *v, enum dropping d, struct view *out)
{
	static const char *const UNWANTED[DROPPINGS] = { [DROP_QUOTES] = "'\"`",
		[DROP_JOINTS] = "'\"`^\\+",
		[DROP_BLANKS] = "'\"` \t\r\n",
		[DROP_ALL] = "'\"`^\\+[](){} \t\r\n_," };
	uint64_t unwanted[2] = { 0 };

	if (v->plain || (v->turned && d != DROP_QUOTES) || !view_has(v, UNWANTED[d]))
		return false;
	view_begin(v, out);
	out->plain = true;
	out->packed = d == DROP_BLANKS || d == DROP_ALL;
	out->turned |= d != DROP_QUOTES;
	for (const char *p = UNWANTED[d]; *p != '\0'; p++)
		unwanted[*p / 64] |= (uint64_t)1 << *p % 64;
	for (size_t i = 0; i < v->len; i++)
		if (v->c[i] > 0x7f || (unwanted[v->c[i] / 64] >> v->c[i] % 64 & 1) == 0)
			view_copy(out, v, i);
	view_end(out);
	return out->len < v->len;
}

bool
view_replaced(const struct view *v,
    size_t (*replace)(const struct view *, size_t, struct view *), struct view *out)
{
	bool any = false;
	size_t n;

	view_begin(v, out);
	for (size_t at = 0; at<v->len; at += n> 0 ? n : 1) {
		n = replace(v, at, out);
		any |= n > 0;
		if (n == 0)
			view_copy(out, v, at);
	}
	view_end(out);
	return any;
}

/* A mark that does not end a word. */
static bool
is_inner(uint32_t c)
{
	return c == '.' || c == '-' || c == ':' || c == '_' || c == '\\';
}

/* The end of a line, and the backslash before it, beside such a mark; 0: there is none at p. */
static size_t
line_end(const uint32_t *p, uint32_t before)
{
	size_t n = p[0] == '\\', start = n;

	if (p[n] == '\r')
		n++;
	if (p[n] != '\n' || !(start > 0 || is_inner(before) || is_inner(p[n + 1])))
		return 0;
	return n + 1;
}

static size_t
drop_line_end(const struct view *v, size_t at, struct view *out)
{
	(void)out;
	return line_end(v->c + at, at > 0 ? v->c[at - 1] : ' ');
}

/* Words that go on in the next line. */
bool
view_wrapped(const struct view *v, struct view *out)
{
	bool any;

	if (v->plain || v->turned || !view_has(v, "\n"))
		return false;
	any = view_replaced(v, drop_line_end, out);
	out->guessed = true;
	return any;
}

/* Where a row of characters ends that have all the same mark between them: m-y---s-e-n-s-o-r */
static size_t
spaced_end(const struct view *v, size_t at)
{
	uint32_t mark = v->c[at + 1];
	size_t end = at;

	if (mark == 0 || mark > 0x7f || is_alnum(mark) || v->c[at] == mark ||
	    (at > 0 && character_is_word(v->c[at - 1])))
		return at;
	while (end + 2 < v->len && v->c[end + 1] == mark)
		end += 2;
	/* The first letter of the next word is no part of it. */
	return end > at && character_is_word(v->c[end + 1]) ? end - 2 : end;
}

bool
view_spaced(const struct view *v, struct view *out)
{
	bool any = false;

	if (v->plain || v->turned)
		return false;
	view_begin(v, out);
	for (size_t at = 0; at < v->len; at++) {
		size_t end = at + 1 < v->len ? spaced_end(v, at) : at;

		if (end >= at + SPACED_MIN) {
			for (any = true; at < end; at += 2)
				view_copy(out, v, at);
		}
		view_copy(out, v, at);
	}
	view_end(out);
	return any;
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

/* The letter that a digit or sign stands for, or that two letters together look like; how many characters
 * it takes. */
static size_t
letter_of(const uint32_t *p, uint32_t *letter)
{
	static const char STANDS[] = "0o1l|lil3e4a@a5s$s7t8b2z"; /* in pairs */
	const char *pair;

	*letter = character_lower(p[0]);
	if (*letter == 'r' && character_lower(p[1]) == 'n') {
		*letter = 'm';
		return 2;
	}
	if (*letter == 'v' && character_lower(p[1]) == 'v') {
		*letter = 'w';
		return 2;
	}
	for (pair = STANDS; *pair != '\0'; pair += 2)
		if ((unsigned char)*pair == *letter)
			*letter = (unsigned char)pair[1];
	return 1;
}

/* Digits and signs as the letters that they stand for: s3ns0r; true when one of them is beside a letter. */
bool
view_alike(const struct view *v, struct view *out)
{
	bool any = false;
	size_t n;

	if (v->joined || v->plain || v->turned)
		return false;
	view_begin(v, out);
	out->alike = true;
	for (size_t at = 0; at < v->len; at += n) {
		uint32_t c = v->c[at], next = v->c[at + 1], letter;

		n = letter_of(v->c + at, &letter);
		view_copy(out, v, at);
		out->c[out->len - 1] = letter;
		out->last[out->len - 1] = v->last[at + n - 1];
		any |= n > 1 ||
		       (is_alnum(c) && is_alnum(next) && is_digit(c) != is_digit(next));
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

/* The character of two or three bytes that are more than it takes, as some readers accept; 0: none. */
static uint32_t
overlong(const struct byte_run *r)
{
	const unsigned char *b = r->bytes;
	uint32_t c = 0;

	if (r->count == 2 && (b[0] == 0xc0 || b[0] == 0xc1))
		c = (b[0] & 0x1fu) << 6 | (b[1] & 0x3fu);
	else if (r->count == 3 && b[0] == 0xe0 && b[1] < 0xa0)
		c = (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
	return c >= ' ' && c < 0x80 ? c : 0;
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
	c = overlong(r);
	if (c != 0)
		used = r->count;
	else
		c = utf8_next(bytes, bytes + r->count, &used);
	if (used == r->count && used > 1) {
		view_put(r->out, c, r->v, r->from, r->to);
		r->count = 0;
	} else if (r->count == sizeof r->bytes) {
		view_flush(r);
	}
}
