/*
 * search.c - searches a text as written, and decoded layer by layer.
 *
 * Each view is made from another one and searched; matches are marked in the original. A text with more
 * readings than there is time for is removed completely, since nobody sends such a text by accident.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/internal.h"

#define WORK_MAX (6 << 15) /* for one text; 1 for a character that is searched */
#define SEEN_MAX (WORK_MAX / VIEW_COST)
#define VIEW_COST 64 /* for any view */
#define DIGIT_COST 4 /* for a digit, where an address may begin */
#define DECODED_PER_COST 4 /* characters that are decoded for 1 */
#define TAIL_BYTES 4 /* of a cut text, which may end in the middle of an encoding */
#define HOST_MAX 253 /* characters of a host's name, RFC 1035 */
#define NAME_BACKWARDS 6 /* a shorter ASCII word is often another word when reversed */

struct view_search {
	struct gate *gate;
	const char *text;
	size_t len, work;
	bool was_cut;
	uint64_t seen[SEEN_MAX]; /* hashes of the views so far */
	size_t seen_count;
	bool *gone; /* the bytes of the text to remove */
	size_t token_first, token_end; /* the last token that was removed */
};

/* ---- one view */

static bool
is_token(char c)
{
	return is_alnum((unsigned char)c) || (c != '\0' && strchr("%_+-", c) != NULL);
}

/* Removes the bytes from `first` to `last`; if they are disguised, also the rest of their token. */
static void
mark(struct view_search *s, size_t first, size_t last, bool whole)
{
	if (first >= s->token_first && last < s->token_end)
		return;
	while (whole && first > 0 && is_token(s->text[first - 1]))
		first--;
	while (whole && last + 1 < s->len &&
	       (is_token(s->text[last + 1]) || s->text[last + 1] == '='))
		last++;
	memset(s->gone + first, true, last - first + 1);
	if (whole) {
		s->token_first = first;
		s->token_end = last + 1;
	}
}

static void
mark_found(
    struct view_search *s, const struct view *v, size_t at, size_t len, bool disguised)
{
	size_t end = at + len - 1;
	size_t first = v->first[at] < v->first[end] ? v->first[at] : v->first[end];
	size_t last = v->last[at] > v->last[end] ? v->last[at] : v->last[end];

	mark(s, first, last, disguised || v != s->gate->views);
}

static bool
has_edges(const struct view *v, size_t at, size_t len)
{
	const uint32_t *p = v->c + at;

	return !(at > 0 && character_is_word(p[-1]) && character_is_word(p[0])) &&
	       !(character_is_word(p[len - 1]) && character_is_word(p[len]));
}

static bool
is_of_host(uint32_t c)
{
	return c == '.' || c == '-' || c == '_' || c > 0x7f || is_alnum(c);
}

/* The longest name that begins here, including a host's labels before a domain, as far back as `from`. */
static size_t
find_name(
    const struct gate *g, const struct view *v, size_t at, size_t from, size_t *before)
{
	const struct name_set *set = v->alike ? &g->alike : &g->names;
	const struct name *n = known_name(set, v->c + at);

	*before = 0;
	for (; n != NULL; n = known_shorter(set, n, v->c + at)) {
		bool sure = v->joined && n->len >= GATE_NAME_SURE;

		if (v->backwards && n->len < NAME_BACKWARDS && n->c[0] < 0x80)
			return 0;
		if (sure || has_edges(v, at, n->len))
			break;
	}
	if (n == NULL)
		return 0;
	while (n->whole_domain && *before < at - from && *before < HOST_MAX &&
	       is_of_host(v->c[at - *before - 1]))
		++*before;
	return n->len;
}

/* None in a view that has only names. */
static struct found
match_address(struct view_search *s, const struct view *v, size_t at)
{
	struct found f = { .len = 0 };

	if (v->alike)
		return f;
	if (digit_value(v->c[at]) < 16)
		s->work += DIGIT_COST;
	f = match_v4(s->gate, v, at);
	return f.len > 0 ? f : match_v6(s->gate, v, at);
}

static void
scan(struct view_search *s, struct view *v)
{
	size_t step, before, removed = 0;

	if (!v->alike)
		match_prepare(v);
	for (size_t at = 0; at < v->len; at += step) {
		struct found f = match_address(s, v, at);

		before = 0;
		if (f.len == 0)
			f.len = find_name(s->gate, v, at, removed, &before);
		step = f.len > 0 ? f.len : 1;
		if (f.len > 0)
			mark_found(s, v, at - before, f.len + before, f.disguised);
		/* Its last character is the first of the next host: what lies between goes, too. */
		if (before > 0)
			removed = at + f.len - 1;
	}
	if (s->was_cut && v->len > 0 &&
	    (size_t)v->last[v->len - 1] + TAIL_BYTES >= s->len) {
		step = tail_match(s->gate, v);
		if (step > 0)
			mark_found(s, v, v->len - step, step, false);
	}
}

/* ---- all views */

static bool search_view(struct view_search *s, size_t level);

/* The view after this one, if it was made. */
static bool
search_next(struct view_search *s, size_t level, bool is_made)
{
	struct view *next = &s->gate->views[level + 1];

	s->work += next->work;
	next->work = 0;
	return !is_made || search_view(s, level + 1);
}

static bool
search_encodings(struct view_search *s, size_t level)
{
	struct view *v = &s->gate->views[level];
	signed char letters[VIEW_MAX];

	for (int e = 0; e < (int)ENCODINGS; e++) {
		if (!view_letters(v, (enum encoding)e, letters))
			continue;
		for (size_t n = 0; n < view_alignments((enum encoding)e); n++) {
			s->work += v->len / DECODED_PER_COST;
			if (!search_next(s, level,
				view_decoded(v, (enum encoding)e, letters, n,
				    s->gate->shortest, v + 1)))
				return false;
		}
	}
	return true;
}

/* Different orders of decoding often give the same text. */
static bool
is_new(struct view_search *s, const struct view *v)
{
	uint64_t hash = 14695981039346656037u + v->joined + 2 * v->backwards +
			4 * v->plain + 8 * v->guessed + 16 * v->alike;

	for (size_t i = 0; i < v->len; i++)
		hash = (hash ^ v->c[i]) * 1099511628211u;
	for (size_t i = 0; i < s->seen_count; i++)
		if (s->seen[i] == hash)
			return false;
	s->seen[s->seen_count++] = hash;
	return true;
}

/* False when there is not enough time for all views. */
static bool
search_view(struct view_search *s, size_t level)
{
	static bool (*const READINGS[])(const struct view *, struct view *) = {
		view_percent, view_entities, view_backslashes, view_quoted_printable,
		view_brackets, view_punycode, view_markup, view_reversed, view_lettered
	};
	static bool (*const RARE[])(const struct view *, struct view *) = { view_css,
		view_decimals, view_utf7, view_wrapped, view_spaced, view_alike };
	struct view *v = &s->gate->views[level];

	s->work += v->len + VIEW_COST;
	if (s->work > WORK_MAX || v->full)
		return false;
	if (!is_new(s, v))
		return true;
	scan(s, v);
	if (level + 1 == VIEWS_MAX || v->guessed || v->alike)
		return true;
	for (size_t i = 0; i < sizeof READINGS / sizeof READINGS[0]; i++)
		if (!search_next(s, level, READINGS[i](v, v + 1)))
			return false;
	for (size_t i = 0; i < sizeof RARE / sizeof RARE[0] && !v->turned; i++) {
		bool is_made = (v->rare >> i & 1) == 0 && RARE[i](v, v + 1);

		v[1].rare = v->rare | 1u << i;
		if (!search_next(s, level, is_made))
			return false;
	}
	for (int d = 0; d < (int)DROPPINGS; d++)
		if (!search_next(s, level, view_dropped(v, (enum dropping)d, v + 1)))
			return false;
	for (int n = 0; n < (int)NOTATIONS; n++)
		if (!search_next(s, level,
			view_codes(v, (enum notation)n, s->gate->shortest, v + 1)))
			return false;
	return search_encodings(s, level);
}

bool
search_text(
    struct gate *g, const char *text, size_t len, bool was_cut, bool gone[GATE_TEXT_MAX])
{
	struct view_search s = {
		.gate = g, .text = text, .len = len, .was_cut = was_cut, .gone = gone
	};

	known_settle(g);
	view_original(&g->views[0], text, len);
	return search_view(&s, 0);
}
