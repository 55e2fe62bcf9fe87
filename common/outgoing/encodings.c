/*
 * encodings.c - decodes letters and digits as base64, base32 and hexadecimal.
 *
 * The start of an encoded text is unknown, because the letters before it may be valid too, so each
 * alignment is tried, and only results that read like text are kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

static const struct {
	unsigned bits; /* of a letter */
	size_t alignments;
	size_t letters_min;
} ENCODING[ENCODINGS] = {
	[BASE64] = { 6, 4, 6 }, [BASE32] = { 5, 8, 8 }, [BASE16] = { 4, 2, 8 }
};

/* base64 has two alphabets. */
signed char
encodings_letter(enum encoding e, uint32_t c)
{
	unsigned digit = digit_value(c);

	switch (e) {
	case BASE16:
		return digit < 16 ? (signed char)digit : -1;
	case BASE32:
		if (digit >= 10 && digit < 36)
			return (signed char)(digit - 10);
		return c >= '2' && c <= '7' ? (signed char)(c - '2' + 26) : -1;
	case BASE64:
	case ENCODINGS:
		break;
	}
	if (digit < 10)
		return (signed char)(digit + 52);
	if (digit < 36)
		return (signed char)(digit - 10 + (c >= 'a' ? 26 : 0));
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

bool
view_letters(const struct view *v, enum encoding e, signed char letters[VIEW_MAX])
{
	size_t row = 0, longest = 0;

	for (size_t i = 0; i < v->len; i++) {
		letters[i] = encodings_letter(e, v->c[i]);
		row = letters[i] < 0 ? 0 : row + 1;
		longest = row > longest ? row : longest;
	}
	return longest >= ENCODING[e].letters_min;
}

size_t
view_alignments(enum encoding e)
{
	return ENCODING[e].alignments;
}

/* Text has no control characters, except where it is for a terminal, and no invalid bytes. */
static bool
is_text(uint32_t c)
{
	return c != NOTHING &&
	       (c >= 0x20 || c == '\t' || c == '\n' || c == '\r' || c == ESCAPE) &&
	       c != 0x7f;
}

/* Text at the end of a view that is being written; what is too short is removed from it. */
struct stretch {
	struct view *out;
	size_t start, shortest;
};

/* It ends at item `at` of view v. */
static void
end_stretch(struct stretch *s, const struct view *v, size_t at)
{
	if (s->out->len - s->start < s->shortest)
		s->out->len = s->start;
	else
		view_put(s->out, NOTHING, v, at, at);
	s->start = s->out->len;
}

/* The next byte of it, from items `from` to `to` of run->v. */
static void
put_text_byte(
    struct stretch *s, struct byte_run *run, unsigned byte, size_t from, size_t to)
{
	bool continues = byte >= 0x80 && byte < 0xc0;

	if (continues ? run->count == 0 : run->count > 0) {
		run->count = 0;
		end_stretch(s, run->v, from);
	}
	if (continues && run->count == 0)
		return;
	if (byte < 0x80 && byte != 0 && !is_text(byte))
		end_stretch(s, run->v, from);
	else
		view_put_byte(run, byte, from, to);
	if (s->out->len > s->start && s->out->c[s->out->len - 1] == NOTHING) {
		s->out->len--;
		end_stretch(s, run->v, from);
	}
}

static void
decode_letters(const struct view *v, enum encoding e, const signed char *letters,
    size_t from, size_t to, struct stretch *s)
{
	struct byte_run run = { .v = v, .out = s->out };
	unsigned per_letter = ENCODING[e].bits, held = 0;
	uint32_t bits = 0;

	for (size_t i = from; i < to; i++) {
		bits = bits << per_letter | (unsigned char)letters[i];
		held += per_letter;
		if (held < 8)
			continue;
		held -= 8;
		/* A byte spans two letters, or three of five bits. */
		put_text_byte(
		    s, &run, bits >> held & 0xff, i - from < 2 ? from : i - 2, i);
	}
	/* Letters that are not adjacent do not belong together. */
	end_stretch(s, v, to - 1);
}

bool
view_decoded(const struct view *v, enum encoding e, const signed char *letters,
    size_t alignment, size_t shortest, struct view *out)
{
	struct stretch s = { .out = out, .shortest = shortest };
	size_t from, to;

	view_begin(v, out);
	out->joined = true;
	out->turned = false;
	for (from = 0; from < v->len; from = to + 1) {
		for (to = from; to < v->len && letters[to] >= 0;)
			to++;
		if (to - from >= ENCODING[e].letters_min + alignment)
			decode_letters(v, e, letters, from + alignment, to, &s);
	}
	view_end(out);
	return out->len > 0;
}

/* ---- characters as numbers */

#define CODE_GAP_MAX 8 /* characters between two numbers: ").chr(" */
/* ... where a call has a longer name: ") + String.fromCharCode(" */
#define CALL_GAP_MAX 24

static const struct {
	size_t digits_min, digits_max;
	unsigned base;
	char mark; /* that may stand before the digits: 0x, &H */
} NOTATION[NOTATIONS] = { [CODES_USUAL] = { 1, 6, 10, 0 },
	[CODES_HEX] = { 2, 2, 16, 'h' },
	[CODES_OCTAL] = { 2, 4, 8, 'o' },
	[CODES_BINARY] = { 7, 8, 2, 'b' } };

/* Reads a number that is a character; returns its length, or 0. */
static size_t
read_code(const uint32_t *p, enum notation notation, uint32_t *code)
{
	bool hex = notation == CODES_USUAL && p[0] == '0' && (p[1] | 0x20) == 'x';
	unsigned base = hex ? 16 : NOTATION[notation].base;
	size_t start = hex ? 2 : 0, n = start, most = NOTATION[notation].digits_max;

	if (NOTATION[notation].mark != 0 && (p[0] == '0' || p[0] == '&') &&
	    (p[1] | 0x20) == (unsigned char)NOTATION[notation].mark)
		n = start = 2;
	*code = 0;
	while (n < start + most && digit_value(p[n]) < base)
		*code = *code * base + digit_value(p[n++]);
	return n >= start + NOTATION[notation].digits_min && !is_digit(p[n]) &&
		       *code >= ' '
		   ? n
		   : 0;
}

static size_t
code_gap(const uint32_t *p)
{
	size_t n = 0;

	while (n <= CALL_GAP_MAX && p[n] != 0 && p[n] < 0x7f && !is_digit(p[n]))
		n++;
	if (n > CALL_GAP_MAX || n == 0)
		return 0;
	return n <= CODE_GAP_MAX || p[n - 1] == '(' || p[n - 1] == ']' ? n : 0;
}

/* Digits of a higher base are not a gap. */
static size_t
mark_gap(const uint32_t *p, enum notation notation)
{
	size_t n = 0;

	if (notation == CODES_USUAL)
		return code_gap(p);
	/* &H79 of Basic, behind a call whose name has such letters */
	for (; n < CALL_GAP_MAX && p[n] != 0 && !is_digit(p[n]); n++)
		if (notation == CODES_HEX && p[n] == '&' && (p[n + 1] | 0x20) == 'h')
			return n;
	n = 0;
	while (n <= CODE_GAP_MAX && p[n] != 0 && p[n] < 0x7f && digit_value(p[n]) > 15)
		n++;
	return n <= CODE_GAP_MAX ? n : 0;
}

/* The end of the row of such numbers that begins here; how many they are. */
static size_t
row_end(const struct view *v, size_t at, enum notation notation, size_t *count)
{
	uint32_t code;
	size_t gap = 0, n;

	*count = 0;
	while ((n = read_code(v->c + at + gap, notation, &code)) > 0) {
		at += gap + n;
		++*count;
		gap = mark_gap(v->c + at, notation);
		if (gap == 0)
			break;
	}
	return at;
}

/* The number at p, and the one after it. */
struct code {
	uint32_t value, next;
	size_t len; /* with the gap behind it */
};

static struct code
code_at(const uint32_t *p, enum notation notation)
{
	struct code c = { .value = 0 };

	c.len = read_code(p, notation, &c.value);
	c.len += mark_gap(p + c.len, notation);
	read_code(p + c.len, notation, &c.next);
	return c;
}

/* Numbers are bytes of UTF-8 where they follow each other as such; otherwise each is a character. */
static void
put_row(const struct view *v, size_t at, size_t end, enum notation notation,
    struct stretch *s)
{
	struct byte_run run = { .v = v, .out = s->out };

	for (struct code c; at < end; at += c.len) {
		bool leads, follows;

		c = code_at(v->c + at, notation);
		leads =
		    c.value >= 0xc2 && c.value < 0xf5 && c.next >= 0x80 && c.next < 0xc0;
		follows = run.count > 0 && c.value >= 0x80 && c.value < 0xc0;
		if (leads || follows)
			view_put_byte(&run, c.value, at, at);
		else if (is_text(c.value))
			view_put(s->out, c.value, v, at, at);
		else
			end_stretch(s, v, at);
	}
	end_stretch(s, v, end - 1);
}

bool
view_codes(
    const struct view *v, enum notation notation, size_t shortest, struct view *out)
{
	struct stretch s = { .out = out, .shortest = shortest };
	size_t end, count;

	view_begin(v, out);
	out->joined = true;
	out->turned = false;
	for (size_t at = 0; at<v->len; at = end> at ? end : at + 1) {
		end = at;
		if (digit_value(v->c[at]) > 15 && v->c[at] != '&')
			continue;
		end = row_end(v, at, notation, &count);
		if (count >= shortest)
			put_row(v, at, end, notation, &s);
	}
	view_end(out);
	return out->len > 0;
}
