/*
 * entities.c - removes the entities of HTML from a text: those of numbers, of what is in addresses and names,
 * of letters in another face or with an accent, and of what shows nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define ENTITY_MAX 16 /* digits of a number */

/* &#46; &#x2e; with or without the semicolon. */
static size_t
read_number_entity(const uint32_t *p, struct escape *out)
{
	size_t hex = (p[2] | 0x20) == 'x', start = 2 + hex, n;

	while (p[start] == '0' && p[start + 1] == '0')
		start++;
	n = escapes_digits(p + start, hex ? 16 : 10, ENTITY_MAX, &out->c);
	return n == 0 ? 0 : start + n + (p[start + n] == ';');
}

/* Length of the word, if the text begins with it. */
static size_t
begins_with(const uint32_t *p, const char *word)
{
	size_t n = 0;

	while (word[n] != '\0' && p[n] == (unsigned char)word[n])
		n++;
	return word[n] == '\0' ? n : 0;
}

/* &mfr; &yopf; &eacute;: a letter in another face, or with an accent. */
static size_t
read_letter_entity(const uint32_t *p, struct escape *out)
{
	static const char *const KINDS[] = { "fr;", "opf;", "scr;", "acute;", "grave;",
		"circ;", "uml;", "tilde;", "ring;", "cedil;", "caron;", "breve;", "macr;",
		"dot;", "ogon;", "strok;", "slash;" };

	if (!is_alnum(p[1]) || is_digit(p[1]))
		return 0;
	for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
		size_t n = begins_with(p + 2, KINDS[i]);

		if (n > 0) {
			out->c = p[1];
			return n + 2;
		}
	}
	return 0;
}

/* The names of what is in addresses and names, and of what shows nothing. */
static size_t
read_entity(const uint32_t *p, struct escape *out)
{
	static const struct {
		const char *name;
		uint32_t c;
		bool bare; /* browsers read it without a semicolon, too */
	} NAMES[] = { { "period", '.', false }, { "colon", ':', false },
		{ "hyphen", '-', false }, { "dash", '-', false }, { "ndash", '-', false },
		{ "mdash", '-', false }, { "minus", '-', false },
		{ "lowbar", '_', false }, { "UnderBar", '_', false },
		{ "num", '#', false }, { "percnt", '%', false }, { "amp", '&', true },
		{ "AMP", '&', true }, { "lt", '<', true }, { "gt", '>', true },
		{ "quot", '"', true }, { "bsol", '\\', false }, { "sol", '/', false },
		{ "comma", ',', false }, { "semi", ';', false }, { "lpar", '(', false },
		{ "rpar", ')', false }, { "lbrack", '[', false }, { "lsqb", '[', false },
		{ "rbrack", ']', false }, { "rsqb", ']', false }, { "plus", '+', false },
		{ "equals", '=', false }, { "nbsp", ' ', true }, { "ensp", ' ', false },
		{ "emsp", ' ', false }, { "thinsp", ' ', false },
		{ "hairsp", ' ', false }, { "Tab", ' ', false },
		{ "NewLine", '\n', false }, { "shy", 0, true }, { "zwj", 0, false },
		{ "zwnj", 0, false }, { "lrm", 0, false }, { "rlm", 0, false },
		{ "NoBreak", 0, false }, { "ZeroWidthSpace", 0, false },
		{ "InvisibleTimes", 0, false }, { "it", 0, false },
		{ "InvisibleComma", 0, false }, { "ic", 0, false },
		{ "ApplyFunction", 0, false }, { "af", 0, false },
		{ "middot", '.', true }, { "centerdot", '.', false },
		{ "sdot", '.', false }, { "bull", '.', false }, { "bullet", '.', false },
		{ "sup1", '1', true }, { "sup2", '2', true }, { "sup3", '3', true },
		{ "imath", 'i', false }, { "jmath", 'j', false } };

	if (p[0] != '&')
		return 0;
	if (p[1] == '#')
		return read_number_entity(p, out);
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		size_t n = begins_with(p + 1, NAMES[i].name);

		if (n > 0 && (p[1 + n] == ';' || NAMES[i].bare)) {
			out->c = NAMES[i].c;
			return n + 1 + (p[1 + n] == ';');
		}
	}
	return read_letter_entity(p, out);
}

bool
view_entities(const struct view *v, struct view *out)
{
	return view_has(v, "&") && view_unescaped(v, read_entity, out);
}
