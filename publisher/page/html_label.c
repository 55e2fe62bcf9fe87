/*
 * html_label.c - see html.h: names from elsewhere, for use in a sentence.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/printable.h"
#include "publisher/page/html.h"

static bool
is_of_label(uint32_t c)
{
	return c < 0x80 &&
	       (isalnum((int)c) || (c != 0 && strchr(" ._/:()+#-", (int)c) != NULL));
}

/* Letters of all scripts that a page can show. */
static bool
is_of_name(uint32_t c)
{
	return is_of_label(c) || c == '&' || c == '\'' || c == ',' ||
	       (c >= 0x80 && c < UTF8_REPLACEMENT && !printable_is_unseen(c));
}

/* Passes the gate before and after: the rest of a private name would reveal it, and a removed character may
 * have been in the middle of one, or of "://". */
static void
reduce(struct gate *g, const char *text, size_t max_bytes, bool (*stays)(uint32_t),
    struct buf *out)
{
	auto_buf passed = BUF_INIT(GATE_TEXT_MAX), plain = BUF_INIT(GATE_TEXT_MAX);
	const char *p, *end;
	uint32_t last = ' ';
	size_t marks = 0;

	gate_pass(g, text, GATE_TEXT_MAX, &passed);
	p = buf_text(&passed);
	end = p + passed.len;
	while (p < end) {
		size_t n = sizeof GATE_CUT - 1;
		uint32_t c;

		if (strncmp(p, GATE_CUT, n) == 0) {
			buf_puts(&plain, GATE_CUT);
			p += n;
			continue;
		}
		c = utf8_next(p, end, &n);
		p += n;
		if (!stays(c) || printable_is_tower(c, &marks) ||
		    (c == '/' && last == ':'))
			continue;
		last = c;
		utf8_put(&plain, c);
	}
	gate_pass(g, buf_text(&plain), max_bytes, out);
}

void
html_label(struct gate *g, const char *text, size_t max_bytes, struct buf *out)
{
	reduce(g, text, max_bytes, is_of_label, out);
}

void
html_name(struct gate *g, const char *text, size_t max_bytes, struct buf *out)
{
	reduce(g, text, max_bytes, is_of_name, out);
}
