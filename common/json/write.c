/*
 * write.c - see write.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/write.h"

#include <stdarg.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/json/scan.h"

static void
put_text(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);
	size_t n;

	buf_putc(out, '"');
	for (const char *p = text; p < end; p += n) {
		uint32_t code = utf8_next(p, end, &n);

		if (code == '"' || code == '\\')
			buf_printf(out, "\\%c", (int)code);
		else if (code < ' ' || code == 0x7f)
			buf_printf(out, "\\u%04x", (unsigned)code);
		else
			utf8_put(out, code);
	}
	buf_putc(out, '"');
}

/* The text so far ends with a value, and another one begins. */
static void
put_comma(struct buf *out, char next)
{
	char last = out->len > 0 ? out->ptr[out->len - 1] : '{';

	if (strchr("{[:,", last) == NULL && strchr("}],:", next) == NULL)
		buf_putc(out, ',');
}

void
json_write(struct json_writer *w, const char *piece, ...)
{
	va_list ap;

	va_start(ap, piece);
	put_comma(&w->text, *piece);
	for (const char *p = piece; *p != '\0'; p++) {
		if (strncmp(p, "%lld", 4) == 0) {
			buf_printf(&w->text, "%lld", va_arg(ap, long long));
			p += 3;
		} else if (strncmp(p, "%s", 2) == 0) {
			put_text(&w->text, va_arg(ap, const char *));
			p += 1;
		} else {
			buf_putc(&w->text, *p == '\'' ? '"' : *p);
		}
	}
	va_end(ap);
}

/* Exactly one complete value. */
static bool
is_whole(const struct buf *text)
{
	const char *begin = buf_text(text), *end = begin + text->len;

	return json_skip_value(begin, end) == end;
}

char *
json_written(struct json_writer *w, struct err *e)
{
	bool whole = buf_ok(&w->text) && is_whole(&w->text);
	char *text = whole ? buf_take(&w->text) : NULL;

	if (text == NULL)
		err_set(e, FAULT_FATAL,
		    "the request is too long or incomplete, or memory ran out");
	buf_reset(&w->text);
	return text;
}

void
json_writer_done(struct json_writer *w)
{
	buf_done(&w->text);
}
