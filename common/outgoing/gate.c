/*
 * gate.c - see gate.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/gate.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/defang.h"
#include "common/outgoing/internal.h"

#define CHARACTER_BYTES_MAX 4 /* of one character in UTF-8 */
#define TAGS_FIRST 0xe0000
#define TAGS_LAST 0xe0fff
#define PIECE_MAX 2048 /* bytes of a page that are examined at once */

struct gate *
gate_new(struct err *e)
{
	struct gate *g = calloc(1, sizeof *g);

	if (g != NULL)
		g->views = calloc(VIEWS_MAX, sizeof *g->views);
	if (g != NULL && g->views != NULL)
		return g;
	free(g);
	err_set(e, FAULT_FATAL, "out of memory");
	return NULL;
}

void
gate_free(struct gate *g)
{
	if (g == NULL)
		return;
	gate_reset(g);
	free(g->views);
	free(g);
}

bool
gate_has_cut(struct gate *g)
{
	bool cut = g->cut;

	g->cut = false;
	return cut;
}

/* Stored texts are cut at a limit, on a character boundary, so a text close to the limit may have been
 * longer. */
static bool
was_cut(size_t len)
{
	static const size_t LIMITS[] = { GATE_STORED_DETECTION_MAX, GATE_STORED_NAME_MAX,
		GATE_TEXT_MAX };

	for (size_t i = 0; i < sizeof LIMITS / sizeof LIMITS[0]; i++)
		if (len > LIMITS[i] - CHARACTER_BYTES_MAX && len <= LIMITS[i])
			return true;
	return false;
}

/* Without the tags of plane 14, which nobody sees and which can spell any text. */
static void
put_seen(struct buf *out, const struct buf *text)
{
	const char *p = buf_text(text), *end = p + text->len;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (c < TAGS_FIRST || c > TAGS_LAST)
			buf_put(out, p, n);
		p += n;
	}
}

static void
put_rest(struct buf *out, const char *text, size_t len, const bool gone[GATE_TEXT_MAX])
{
	for (size_t i = 0; i < len; i++) {
		if (!gone[i])
			buf_putc(out, text[i]);
		else if (i == 0 || !gone[i - 1])
			buf_puts(out, GATE_CUT);
	}
}

void
gate_pass(struct gate *g, const char *text, size_t max_bytes, struct buf *out)
{
	auto_buf all = BUF_INIT(GATE_TEXT_MAX), clean = BUF_INIT(GATE_TEXT_MAX);
	auto_buf rest = BUF_INIT(GATE_TEXT_MAX * (sizeof GATE_CUT - 1));
	bool gone[GATE_TEXT_MAX] = { false };

	utf8_clean(&all, text, strlen(text), GATE_TEXT_MAX);
	put_seen(&clean, &all);
	if (g == NULL ||
	    (g->narrow.count == 0 && g->wide.count == 0 && g->names.count == 0)) {
		utf8_clean(out, buf_text(&clean), clean.len, max_bytes);
		return;
	}
	if (!search_text(g, buf_text(&clean), clean.len, was_cut(all.len), gone))
		memset(gone, true, sizeof gone);
	for (size_t i = 0; i < clean.len; i++)
		g->cut |= gone[i];
	put_rest(&rest, buf_text(&clean), clean.len, gone);
	utf8_clean(out, buf_text(&rest), rest.len, max_bytes);
}

/* A piece of a page, at most GATE_TEXT_MAX bytes. */
static bool
is_private(struct gate *g, const char *text, size_t len)
{
	auto_buf piece = BUF_CUT(GATE_TEXT_MAX), passed = BUF_INIT(GATE_TEXT_MAX);

	buf_put(&piece, text, len);
	gate_pass(g, buf_text(&piece), GATE_TEXT_MAX, &passed);
	return gate_has_cut(g);
}

bool
gate_finds(struct gate *g, const char *html)
{
	bool before = gate_has_cut(g), found = false;

	while (*html != '\0' && !found) {
		size_t text = strcspn(html, "<>");
		size_t len = text < PIECE_MAX ? text : PIECE_MAX;

		found = is_private(g, html, len);
		html += text > len ? PIECE_MAX / 2 : text + (html[text] != '\0');
	}
	g->cut = before;
	return found;
}

void
gate_text(struct gate *g, const char *text, size_t max_bytes, struct buf *out)
{
	auto_buf passed = BUF_INIT(GATE_TEXT_MAX);

	gate_pass(g, text, max_bytes, &passed);
	defang_text(out, buf_text(&passed));
}

bool
gate_network(struct gate *g, const char *address, struct buf *out)
{
	auto_buf passed = BUF_INIT(GATE_TEXT_MAX);

	gate_pass(g, address, GATE_TEXT_MAX, &passed);
	if (strcmp(buf_text(&passed), address) == 0)
		return defang_network(out, address);
	buf_puts(out, GATE_CUT);
	return true;
}
