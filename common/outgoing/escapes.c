/*
 * escapes.c - removes the escapes of URLs, HTML, JSON, scripts, mail and host names from a text, and
 * the brackets that people put around dots.
 *
 * Each reader below returns the length of the escape at p in characters (0: none), and sets either a
 * character or (is_byte) one byte of a UTF-8 text. A text ends with a 0, which no escape contains.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/internal.h"

#define BRACED_MAX 16 /* digits within braces */
#define LABEL_MAX 63 /* RFC 1035 */
#define LABEL_COST 2 /* of each character of a label that is not valid */
#define BRACKET_BLANKS 2
#define CSS_MAX 6 /* digits */

size_t
escapes_digits(const uint32_t *p, unsigned base, size_t most, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	while (n < most && digit_value(p[n]) < base && *value < 1u << 24)
		*value = *value * base + digit_value(p[n++]);
	return n;
}

/* %2e, %u002e */
static size_t
read_percent(const uint32_t *p, struct escape *out)
{
	if (p[0] != '%')
		return 0;
	out->is_byte = true;
	if (escapes_digits(p + 1, 16, 2, &out->c) == 2)
		return 3;
	out->is_byte = false;
	return (p[1] | 0x20) == 'u' && escapes_digits(p + 2, 16, 4, &out->c) == 4 ? 6 : 0;
}

/* The two halves (surrogates) of a character beyond U+FFFF, as in JSON. */
static size_t
read_surrogates(const uint32_t *p, struct escape *out)
{
	uint32_t low;

	if (out->c < 0xd800 || out->c > 0xdbff || p[6] != '\\' || p[7] != 'u' ||
	    escapes_digits(p + 8, 16, 4, &low) != 4 || low < 0xdc00 || low > 0xdfff)
		return 6;
	out->c = 0x10000 + ((out->c - 0xd800) << 10) + (low - 0xdc00);
	return 12;
}

/* \056, and \0056 of echo and printf. */
static size_t
read_octal(const uint32_t *p, struct escape *out)
{
	size_t n = 0;

	out->is_byte = true;
	if (p[1] == '0')
		n = escapes_digits(p + 1, 8, 4, &out->c);
	if (n < 4 || out->c > 0xff)
		n = escapes_digits(p + 1, 8, 3, &out->c);
	return n == 0 || out->c > 0xff ? 0 : n + 1;
}

/* \x2e \x{2e} */
static size_t
read_hex(const uint32_t *p, struct escape *out)
{
	size_t n;

	if (p[2] != '{') {
		out->is_byte = true;
		n = escapes_digits(p + 2, 16, 2, &out->c);
		return n == 0 ? 0 : n + 2;
	}
	n = escapes_digits(p + 3, 16, BRACED_MAX, &out->c);
	return n > 0 && p[3 + n] == '}' ? n + 4 : 0;
}

/* \N{U+2E} \o{56} */
static size_t
read_braced(const uint32_t *p, struct escape *out)
{
	size_t mark = p[1] == 'N' ? 2 : 0, n;

	if (p[2] != '{' || (mark > 0 && (p[3] != 'U' || p[4] != '+')))
		return 0;
	n = escapes_digits(p + 3 + mark, mark > 0 ? 16 : 8, BRACED_MAX, &out->c);
	return n > 0 && p[3 + mark + n] == '}' ? mark + n + 4 : 0;
}

/* \u002e \u{2e} \U0000002e */
static size_t
read_unicode(const uint32_t *p, struct escape *out)
{
	size_t n;

	if (p[1] == 'U')
		return escapes_digits(p + 2, 16, 8, &out->c) == 8 ? 10 : 0;
	if (p[2] != '{')
		return escapes_digits(p + 2, 16, 4, &out->c) == 4
			   ? read_surrogates(p, out)
			   : 0;
	n = escapes_digits(p + 3, 16, BRACED_MAX, &out->c);
	return n > 0 && p[3 + n] == '}' ? n + 4 : 0;
}

static size_t
read_backslash(const uint32_t *p, struct escape *out)
{
	if (p[0] != '\\')
		return 0;
	switch (p[1]) {
	case 'x':
		return read_hex(p, out);
	case 'u':
	case 'U':
		return read_unicode(p, out);
	case 'N':
	case 'o':
		return read_braced(p, out);
	case 'e':
		out->c = ESCAPE;
		return 2;
	case 'a':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 's':
	case 't':
	case 'v':
		out->c = '\n';
		return 2;
	case '\\':
	case '/':
	case '.':
	case '-':
		out->c = p[1];
		return 2;
	default:
		return read_octal(p, out);
	}
}

/* \2e and a blank, or six digits, as in CSS. */
static size_t
read_css(const uint32_t *p, struct escape *out)
{
	size_t n = p[0] == '\\' ? escapes_digits(p + 1, 16, CSS_MAX, &out->c) : 0;

	return n < 2 || out->c < ' ' ? 0 : n + 1 + (p[n + 1] == ' ');
}

/* \046: decimal, as in the names of hosts and in Lua. */
static size_t
read_decimal(const uint32_t *p, struct escape *out)
{
	size_t n = p[0] == '\\' ? escapes_digits(p + 1, 10, 3, &out->c) : 0;

	out->is_byte = true;
	return n < 2 || out->c < ' ' || out->c > UINT8_MAX ? 0 : n + 1;
}

static size_t
blanks(const uint32_t *p, size_t most)
{
	size_t n = 0;

	while (n < most && (p[n] == ' ' || p[n] == '_' || p[n] == '-'))
		n++;
	return n;
}

/* A word for a mark, in any case, or the mark itself. */
static size_t
read_mark(const uint32_t *p, struct escape *out)
{
	static const struct {
		const char *word;
		uint32_t c;
	} WORDS[] = { { "dot", '.' }, { "point", '.' }, { "period", '.' },
		{ "punto", '.' }, { "punkt", '.' }, { "ponto", '.' }, { "colon", ':' },
		{ "dash", '-' }, { "hyphen", '-' }, { "minus", '-' },
		{ "underscore", '_' } };

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
		size_t n = 0;

		while (WORDS[i].word[n] != '\0' &&
		       character_lower(p[n]) == (unsigned char)WORDS[i].word[n])
			n++;
		if (WORDS[i].word[n] == '\0') {
			out->c = WORDS[i].c;
			return n;
		}
	}
	out->c = p[0];
	return p[0] == '.' || p[0] == ':' || p[0] == '-' || p[0] == '_' || p[0] == ',';
}

/* [.] (dot) { . } <:> and " dot " */
static size_t
read_bracket(const uint32_t *p, struct escape *out)
{
	static const char PAIRS[] = "[](){}<>";
	const char *pair =
	    p[0] != 0 && p[0] < 0x80 && !is_alnum(p[0]) ? strchr(PAIRS, (int)p[0]) : NULL;
	bool open = pair != NULL && (pair - PAIRS) % 2 == 0;
	size_t before =
	    open ? 1 + blanks(p + 1, BRACKET_BLANKS) : blanks(p, BRACKET_BLANKS);
	size_t mark = before > 0 ? read_mark(p + before, out) : 0;
	size_t after = mark > 0 ? blanks(p + before + mark, BRACKET_BLANKS) : 0;
	size_t end = before + mark + after;

	if (open)
		return mark > 0 && p[end] == (unsigned char)pair[1] ? end + 1 : 0;
	return mark > 1 && after > 0 ? end : 0;
}

static bool
is_label(const uint32_t *p)
{
	return (p[0] | 0x20) == 'x' && (p[1] | 0x20) == 'n' && p[2] == '-' && p[3] == '-';
}

/* xn--..., decoded as a whole. */
static size_t
put_label(const struct view *v, size_t at, struct view *out)
{
	const uint32_t *p = v->c + at;
	uint32_t label[LABEL_MAX];
	size_t len = 4, count;

	if (!is_label(p))
		return 0;
	while (len <= LABEL_MAX && (is_alnum(p[len]) || p[len] == '-'))
		len++;
	count = punycode_decode(p + 4, len - 4, label, LABEL_MAX);
	for (size_t i = 0; i < count; i++)
		view_put(out, label[i], v, at, at + len - 1);
	if (count == 0)
		out->work += LABEL_COST * len;
	return count > 0 ? len : 0;
}

bool
view_unescaped(const struct view *v, size_t (*read)(const uint32_t *, struct escape *),
    struct view *out)
{
	struct byte_run run = { .v = v, .out = out };
	struct escape e = { .c = 0 };
	size_t n, first = 0;

	while (first < v->len && read(v->c + first, &e) == 0)
		first++;
	if (first == v->len)
		return false;
	view_begin(v, out);
	for (size_t at = 0; at<v->len; at += n> 0 ? n : 1) {
		e = (struct escape){ .c = 0 };
		n = at >= first ? read(v->c + at, &e) : 0;
		if (n > 0 && e.is_byte) {
			view_put_byte(&run, e.c, at, at + n - 1);
			continue;
		}
		view_flush(&run);
		if (n > 0)
			view_put(out, e.c, v, at, at + n - 1);
		else
			view_copy(out, v, at);
	}
	view_flush(&run);
	view_end(out);
	return true;
}

bool
view_percent(const struct view *v, struct view *out)
{
	return view_has(v, "%") && view_unescaped(v, read_percent, out);
}

bool
view_backslashes(const struct view *v, struct view *out)
{
	return view_has(v, "\\") && view_unescaped(v, read_backslash, out);
}

bool
view_css(const struct view *v, struct view *out)
{
	return view_has(v, "\\") && view_unescaped(v, read_css, out);
}

bool
view_decimals(const struct view *v, struct view *out)
{
	return view_has(v, "\\") && view_unescaped(v, read_decimal, out);
}

bool
view_brackets(const struct view *v, struct view *out)
{
	return view_has(v, "[({<dDpP") && view_unescaped(v, read_bracket, out);
}

static bool
has_label(const struct view *v)
{
	size_t at = 0;

	while (at < v->len && !is_label(v->c + at))
		at++;
	return at < v->len;
}

bool
view_punycode(const struct view *v, struct view *out)
{
	return has_label(v) && view_replaced(v, put_label, out);
}

/* The mark between the name and the value of a URL's parameter. */
static bool
is_parameter(const struct view *v, size_t at)
{
	size_t end = at;

	while (at > 0 && (is_alnum(v->c[at - 1]) || v->c[at - 1] == '_'))
		at--;
	return at > 0 && at < end && (v->c[at - 1] == '?' || v->c[at - 1] == '&');
}

/* =2E, and a line that ends with = continues. Bytes beyond ASCII come in sequences. */
static size_t
read_quoted(const struct view *v, size_t at, bool within, uint32_t *byte)
{
	const uint32_t *p = v->c + at;

	*byte = 0;
	if (p[0] != '=' || (!v->turned && is_parameter(v, at)))
		return 0;
	if (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))
		return p[1] == '\n' ? 2 : 3;
	if (escapes_digits(p + 1, 16, 2, byte) != 2)
		return 0;
	return *byte < 0x80 || within || p[3] == '=' ? 3 : 0;
}

bool
view_quoted_printable(const struct view *v, struct view *out)
{
	struct byte_run run = { .v = v, .out = out };
	bool any = false;
	uint32_t byte;
	size_t n;

	if (!view_has(v, "="))
		return false;
	view_begin(v, out);
	for (size_t at = 0; at<v->len; at += n> 0 ? n : 1) {
		n = read_quoted(v, at, run.count > 0, &byte);
		any |= n > 0;
		if (n > 0 && byte != 0) {
			view_put_byte(&run, byte, at, at + n - 1);
		} else if (n == 0) {
			view_flush(&run);
			view_copy(out, v, at);
		}
	}
	view_flush(&run);
	view_end(out);
	return any;
}
