/*
 * html.c - see html.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/html.h"

#include <ctype.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/defang.h"
#include "common/outgoing/printable.h"
#include "publisher/page/blocks.h"

/* Defanging turns each dot of a host into three bytes, and an invalid byte also becomes three. */
#define CODE_BYTES_MAX (HTML_CODE_MAX * 9)
#define BMP_LAST 0xFFFF
#define FIRST_SIGN 0x2000 /* of punctuation, symbols and pictures */
#define PICTURE_STYLE 0xFE0F
#define SHA256_HEX 64
/* Of China, Japan and Korea: lines break between their characters. */
#define SCRIPTS_WITHOUT_BLANKS 0x2E80
/* That fit on a phone's line; a date or a network has no more. */
#define WORD_LETTERS_MAX 24

void
html_init(struct html *h, struct buf *out, struct gate *gate)
{
	*h = (struct html){ .out = out, .gate = gate };
}

/* Whether it is a block of WordPress's editor. Blocks are separated by an empty line. */
static bool
is_block(enum html_tag tag)
{
	return strncmp(html_blocks[tag].start, "<!-- wp:", 8) == 0;
}

/* The value for the placeholder at a dollar, "$accent"; NULL if there is none. */
static const struct html_place *
place_at(const char *dollar, size_t len, const struct html_place *places)
{
	for (size_t i = 0; places != NULL && i < HTML_PLACES_MAX; i++)
		if (places[i].name != NULL && strlen(places[i].name) == len &&
		    memcmp(places[i].name, dollar + 1, len) == 0)
			return &places[i];
	return NULL;
}

static void
put_markup(struct html *h, const char *markup, const struct html_place *places)
{
	for (const char *p = markup; *p != '\0'; p++) {
		const struct html_place *place;
		size_t len;

		if (*p != '$') {
			buf_putc(h->out, *p);
			continue;
		}
		len = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
		place = place_at(p, len, places);
		if (place == NULL)
			h->failed = true;
		else
			html_token(h, place->token);
		p += len;
	}
}

void
html_open_with(
    struct html *h, enum html_tag tag, const struct html_place places[HTML_PLACES_MAX])
{
	if (is_block(tag) && h->follows)
		buf_puts(h->out, "\n\n");
	h->follows = false;
	put_markup(h, html_blocks[tag].start, places);
	if (h->depth == HTML_DEPTH_MAX)
		h->failed = true;
	else
		h->open[h->depth++] = tag;
}

void
html_open(struct html *h, enum html_tag tag)
{
	html_open_with(h, tag, NULL);
}

void
html_close(struct html *h, enum html_tag tag)
{
	if (h->depth == 0 || h->open[h->depth - 1] != tag) {
		h->failed = true;
		return;
	}
	h->depth--;
	buf_puts(h->out, html_blocks[tag].end);
	h->follows = is_block(tag);
}

bool
html_finish(const struct html *h)
{
	return !h->failed && h->depth == 0 && buf_ok(h->out);
}

void
html_literal(struct html *h, const char *literal)
{
	buf_puts(h->out, literal);
}

void
html_token(struct html *h, const char *token)
{
	for (const char *p = token; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr(" #.%_-", *p) == NULL)
			h->failed = true;
	if (!h->failed)
		buf_puts(h->out, token);
}

/* ---- text */

static bool
is_open(const struct html *h, enum html_tag tag)
{
	for (int i = 0; i < h->depth; i++)
		if (h->open[i] == tag)
			return true;
	return false;
}

/* Invisible characters beyond the BMP are written as numbers. */
static bool
is_unprintable(uint32_t c)
{
	return c <= BMP_LAST && (printable_is_unseen(c) || c >= 0xfffe);
}

/* After a sign it asks for the coloured one. */
static bool
is_style_of(uint32_t sign, uint32_t c)
{
	return c == PICTURE_STYLE && sign >= FIRST_SIGN;
}

/* How innerHTML serializes a character; NULL: unchanged. */
static const char *
entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case 0xa0:
		return "&nbsp;";
	default:
		return NULL;
	}
}

static bool
goes_on(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(end - p) >= len && memcmp(p, text, len) == 0;
}

/* Whether WordPress would interpret this character; the text after it begins at `rest`. */
static bool
is_read(uint32_t c, const char *rest, const char *end)
{
	switch (c) {
	case '[': /* a shortcode; "[.]" and "[:]" are our own */
		return !goes_on(rest, end, ".]") && !goes_on(rest, end, ":]");
	case ':': /* a URL */
		return goes_on(rest, end, "//");
	case 'W': /* it corrects the spelling of its own name */
		return goes_on(rest, end, "ordpress");
	default:
		return false;
	}
}

static void
put_character(struct html *h, uint32_t c, const char *rest, const char *end)
{
	if (entity(c) != NULL)
		buf_puts(h->out, entity(c));
	else if (is_read(c, rest, end))
		buf_printf(h->out, "<span>%c</span>", (char)c);
	else if (c > BMP_LAST)
		buf_printf(h->out, "\\u{%X}", (unsigned)c);
	else
		utf8_put(h->out, c);
}

static bool
is_dead(const char *text, const char *colon)
{
	static const char *const DEAD[] = { "hxxp", "hxxps", "fxp", "fxps" };

	for (size_t i = 0; i < sizeof DEAD / sizeof DEAD[0]; i++) {
		size_t len = strlen(DEAD[i]);

		if ((size_t)(colon - text) >= len &&
		    memcmp(colon - len, DEAD[i], len) == 0)
			return true;
	}
	return false;
}

static void
put_escaped(struct html *h, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (c == ':' && is_dead(text, p))
			buf_putc(h->out, ':');
		/* "&amp;#60;" would become an entity. */
		else if (c == '#' && p > text && p[-1] == '&')
			buf_puts(h->out, "<span>#</span>");
		else
			put_character(h, c, p + n, end);
		p += n;
	}
}

/* The end of a word, within which no line breaks: lines break at blanks, behind hyphens, and anywhere
 * between the characters of scripts without blanks. *letters: of the word. */
static const char *
end_of_word(const char *p, const char *end, size_t *letters)
{
	uint32_t c = 0;

	for (*letters = 0; p < end && c != '-'; ++*letters) {
		size_t n;

		c = utf8_next(p, end, &n);
		if (c == ' ' || c >= SCRIPTS_WITHOUT_BLANKS)
			break;
		p += n;
	}
	return p;
}

void
html_text(struct html *h, const char *text)
{
	const char *end = text + strlen(text), *begun = text;

	for (const char *p = text; p < end;) {
		size_t letters;
		const char *stop = end_of_word(p, end, &letters);

		if (letters > WORD_LETTERS_MAX) {
			put_escaped(h, begun, (size_t)(p - begun));
			html_open(h, TAG_WORD);
			put_escaped(h, p, (size_t)(stop - p));
			html_close(h, TAG_WORD);
			begun = stop;
		}
		/* Past a blank, or a byte of a character that is in no word. */
		p = stop > p ? stop : p + 1;
	}
	put_escaped(h, begun, (size_t)(end - begun));
}

static void
put_printable(struct buf *out, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	size_t marks = 0;
	uint32_t last = 0;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (printable_is_tower(c, &marks) ||
		    (is_unprintable(c) && !is_style_of(last, c)))
			c = UTF8_REPLACEMENT;
		utf8_put(out, c);
		last = c;
		p += n;
	}
}

/* Writes text that has passed the gate, inside <code>. */
static void
put_dead(struct html *h, const struct buf *dead)
{
	auto_buf text = BUF_INIT(CODE_BYTES_MAX);
	bool inside = is_open(h, TAG_CODE);

	if (buf_ok(dead))
		put_printable(&text, buf_text(dead));
	if (!buf_ok(dead) || !buf_ok(&text)) {
		h->failed = true;
		return;
	}
	if (!inside)
		html_open(h, TAG_CODE);
	put_escaped(h, buf_text(&text), text.len);
	if (!inside)
		html_close(h, TAG_CODE);
}

static void
put_code(struct html *h, const char *text, size_t max_bytes)
{
	auto_buf dead = BUF_INIT(CODE_BYTES_MAX);

	gate_text(h->gate, text, max_bytes, &dead);
	put_dead(h, &dead);
}

void
html_host(struct html *h, const char *host)
{
	auto_buf passed = BUF_INIT(HTML_CODE_MAX + 8);
	auto_buf dead = BUF_INIT(CODE_BYTES_MAX);

	gate_pass(h->gate, host, HTML_CODE_MAX, &passed);
	defang_host(&dead, buf_text(&passed), passed.len);
	put_dead(h, &dead);
}

void
html_code(struct html *h, const char *text)
{
	put_code(h, text, HTML_CODE_MAX);
}

void
html_code_short(struct html *h, const char *text)
{
	put_code(h, text, HTML_SHORT_MAX);
}

void
html_button(struct html *h, enum html_tag button, const char *sha256, const char *label)
{
	if (strspn(sha256, "0123456789abcdef") != SHA256_HEX ||
	    sha256[SHA256_HEX] != '\0') {
		h->failed = true;
		return;
	}
	html_open_with(
	    h, button, (struct html_place[HTML_PLACES_MAX]){ { "sha256", sha256 } });
	html_text(h, label);
	html_close(h, button);
}
