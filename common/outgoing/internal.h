/*
 * internal.h - shared by the files of the gate.
 *
 * A text is searched in views: as written, and decoded, reversed or without quotes, where each view is
 * made from another one (search.c). known.h holds what is private; match.c and match_v6.c read an address
 * at one position of a view.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_INTERNAL_H
#define POTPRESS_OUTGOING_INTERNAL_H

#include "common/base/utf8.h"
#include "common/outgoing/known.h"

/* A character may read as several: "㍿" is four. Addresses and names do not contain longer ones. */
#define CHARACTER_MAX 4
#define VIEW_MAX (2 * GATE_TEXT_MAX)
/* A match of this many characters or more is not an accident, even within a word. */
#define GATE_NAME_SURE 4
/* An address takes at least this many characters; shorter ones are rare. */
#define GATE_ADDRESS_SHORTEST 6
/* Replaces what cannot be read; not a letter, digit or separator. */
#define NOTHING UTF8_REPLACEMENT
#define ESCAPE 0x1b /* begins a sequence of a terminal */
#define NIBBLES 32 /* of an address of version 6 */

/* A text as a reader sees it: characters, and for each the first and last byte that it comes from in
 * the original. A 0, which does not count, follows. */
struct view {
	uint32_t c[VIEW_MAX + 1];
	uint16_t first[VIEW_MAX], last[VIEW_MAX];
	/* From each character on: those that may stand between two parts of an address, and the digits up
	 * to f, where more than the longest of an address count as one more. */
	uint8_t gap[VIEW_MAX + 1], digits[VIEW_MAX + 1];
	size_t len;
	size_t work; /* that was in vain while it was made, in characters */
	uint64_t has[2]; /* a bit for each character of ASCII that may be in it */
	/* The characters beside a word may come from wrong decoding, so words have no edges. */
	bool joined;
	bool backwards;
	bool turned; /* it was reversed since it was last decoded, or must not be */
	bool packed; /* without blanks */
	bool plain; /* just reversed, or without quotes and the like */
	bool guessed; /* letters read as digits, or lines joined: the last view */
	bool alike; /* digits read as letters: the last view, and only for names */
	unsigned rare; /* a bit for each rare escape that was read: none is twice */
	bool full; /* more did not fit */
};

/* ---- character.c: one character as it is read: compatibility forms as what they mean, digits of any
 * script and look-alikes of ASCII as ASCII, accents and invisible ones gone, all but ASCII in lower
 * case. Returns how many characters it reads as; 0: invisible. */
size_t character_read(uint32_t c, uint32_t out[CHARACTER_MAX]);
/* ASCII in lower case; all others are already. */
uint32_t character_lower(uint32_t c);
/* Letters and digits of scripts that put blanks between words. */
bool character_is_word(uint32_t c);
/* Punctuation and symbols beyond ASCII. */
bool character_is_mark(uint32_t c);

/* ---- look_alike.c: the letter, digit or mark of ASCII that it looks like, in lower case; 0: none */
uint32_t look_alike(uint32_t c);
/* One in a circle, square or bracket as one or two of ASCII; 0: it is none. */
size_t look_enclosed(uint32_t c, uint32_t out[2]);

static inline bool
is_digit(uint32_t c)
{
	return c - '0' <= 9;
}

static inline bool
is_alnum(uint32_t c)
{
	return is_digit(c) || (c | 0x20) - 'a' <= 25;
}

/* The value of a digit up to base 36; 99 for anything else. */
extern const unsigned char DIGIT_VALUES[0x80];

static inline unsigned
digit_value(uint32_t c)
{
	return c < 0x80 ? DIGIT_VALUES[c] : 99;
}

static inline bool
same_characters(const uint32_t *a, const uint32_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* ---- match.c, match_spelled.c, match_v6.c: the private address that begins at this position of the view */
struct found {
	size_t len; /* characters; 0: none */
	bool disguised; /* not written in the usual way */
};
struct found match_v4(const struct gate *g, const struct view *v, size_t at);
/* The length of one in words or bits. */
size_t match_spelled(const struct gate *g, const struct view *v, size_t at);
struct found match_v6(const struct gate *g, const struct view *v, size_t at);
/* Fills in the gaps and digits of a view. */
void match_prepare(struct view *v);

/* ---- view.c: make a view from another one; false when it would add nothing */
/* Whether one of these characters of ASCII may be in it. */
bool view_has(const struct view *v, const char *any);
void view_begin(const struct view *from, struct view *out);
/* Appends a character as read; it comes from items `from` to `to` of view v. */
void view_put(struct view *out, uint32_t c, const struct view *v, size_t from, size_t to);
/* Appends it unchanged: for a view whose characters were already read. */
void view_copy(struct view *out, const struct view *v, size_t at);
void view_end(struct view *out);
void view_original(struct view *out, const char *text, size_t len);
/* The function adds what stands for a piece to `out`, and returns the piece's length; 0: it stays as it is. */
bool view_replaced(const struct view *v,
    size_t (*replace)(const struct view *, size_t at, struct view *out),
    struct view *out);
enum dropping { DROP_QUOTES, DROP_JOINTS, DROP_BLANKS, DROP_ALL, DROPPINGS };
bool view_dropped(const struct view *v, enum dropping d, struct view *out);
bool view_wrapped(const struct view *v, struct view *out);
bool view_spaced(const struct view *v, struct view *out);
bool view_reversed(const struct view *v, struct view *out);
bool view_lettered(const struct view *v, struct view *out);
bool view_alike(const struct view *v, struct view *out);

/* Bytes that are joined to characters of a view. */
struct byte_run {
	const struct view *v;
	struct view *out;
	unsigned char bytes[4];
	size_t count, from, to;
};
void view_put_byte(struct byte_run *r, unsigned byte, size_t from, size_t to);
/* Bytes that are not a character become NOTHING. */
void view_flush(struct byte_run *r);

/* ---- escapes.c, entities.c, utf7.c: each kind separately, since one may contain another */
struct escape {
	uint32_t c; /* 0: invisible */
	bool is_byte; /* of a text in UTF-8 */
};
/* Replaces the escapes that the function finds: it returns the length of the one at p; 0: there is none. */
bool view_unescaped(const struct view *v,
    size_t (*read)(const uint32_t *, struct escape *), struct view *out);
/* Reads 1 to `most` digits; returns how many. */
size_t escapes_digits(const uint32_t *p, unsigned base, size_t most, uint32_t *value);
bool view_percent(const struct view *v, struct view *out);
bool view_entities(const struct view *v, struct view *out);
bool view_backslashes(const struct view *v, struct view *out);
bool view_css(const struct view *v, struct view *out);
bool view_decimals(const struct view *v, struct view *out);
bool view_utf7(const struct view *v, struct view *out);
bool view_brackets(const struct view *v, struct view *out);
bool view_punycode(const struct view *v, struct view *out);
bool view_quoted_printable(const struct view *v, struct view *out);

/* ---- encodings.c: decode the letters and digits from this position on */
enum encoding { BASE64, BASE32, BASE16, ENCODINGS };
size_t view_alignments(enum encoding e);
/* The value of a letter, or -1. */
signed char encodings_letter(enum encoding e, uint32_t c);
/* The value of each character as a letter, or -1; false when too few of them are adjacent. */
bool view_letters(const struct view *v, enum encoding e, signed char letters[VIEW_MAX]);
/* Keeps readable text of at least this many characters. */
bool view_decoded(const struct view *v, enum encoding e, const signed char *letters,
    size_t alignment, size_t shortest, struct view *out);

/* Characters as numbers: 50,48,51 or chr(50).chr(48) or 0x32 0x30 or 32:30:33, 062 060 063 and
 * 00110010 00110000. */
enum notation { CODES_USUAL, CODES_HEX, CODES_OCTAL, CODES_BINARY, NOTATIONS };
bool view_codes(
    const struct view *v, enum notation notation, size_t shortest, struct view *out);

/* ---- markup.c: without what shows nothing: tags, colours of a terminal, empty variables of a shell and
 * the lookups of log4j */
bool view_markup(const struct view *v, struct view *out);

/* ---- punycode.c: decodes a label without its "xn--"; 0 when it is not valid */
size_t punycode_decode(const uint32_t *label, size_t len, uint32_t *out, size_t max);

/* The first name that sorts after these characters, in lower case; NULL: none. */
const struct name *known_after(const struct name_set *set, uint32_t *c, size_t len);

/* ---- tail.c: how many characters at the end of a cut text are the beginning of something private */
size_t tail_match(const struct gate *g, const struct view *v);

/* ---- search.c */
#define VIEWS_MAX 9 /* the text itself, and up to 8 layers of decoding */
/* Marks the private bytes of the text; false when the search would take too long. */
bool search_text(
    struct gate *g, const char *text, size_t len, bool was_cut, bool gone[GATE_TEXT_MAX]);

#endif
