/*
 * log.c - see log.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/time.h"
#include "common/base/utf8.h"

static bool
is_plain(const char *value)
{
	if (value[0] == '\0')
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || *p == '"' ||
		    *p == '=' || *p == '\\')
			return false;
	return true;
}

static void
put_character(struct buf *line, const char *p, size_t n, uint32_t c)
{
	if (c == UTF8_REPLACEMENT && n == 1)
		buf_printf(line, "\\x%02x", (unsigned char)*p);
	else if (c == '\n')
		buf_puts(line, "\\n");
	else if (c == '"' || c == '\\')
		buf_printf(line, "\\%c", (char)c);
	else if (utf8_is_control(c))
		buf_printf(line, c < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)c);
	else
		buf_put(line, p, n);
}

static void
put_value(struct buf *line, const char *value)
{
	const char *p = value, *end = value + strlen(value);
	bool cut = (size_t)(end - p) > LOG_VALUE_MAX;

	if (is_plain(value) && !cut) {
		buf_puts(line, value);
		return;
	}
	if (cut)
		end = value + LOG_VALUE_MAX;
	buf_putc(line, '"');
	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		put_character(line, p, n, c);
		p += n;
	}
	buf_puts(line, cut ? "…\"" : "\"");
}

/* A pair that does not fit is omitted. */
static void
put_pair(struct buf *line, const char *key, const char *value)
{
	size_t before = line->len;

	buf_printf(line, " %s=", key);
	put_value(line, value);
	if (!line->failed)
		return;
	line->failed = false;
	line->len = before;
	line->ptr[before] = '\0';
}

void
log_line(const struct log *l, enum log_level level, const char *event, ...)
{
	static const char *const LEVELS[] = { "", "error", "warning", "info" };
	static const char *const PRIORITIES[] = { "", "<3>", "<4>", "<6>" };
	auto_buf line = BUF_INIT(LOG_LINE_MAX - 1);
	char ts[TIME_TEXT_MAX];
	const char *key;
	va_list ap;

	if (l->least != 0 && level > l->least)
		return;
	time_format_iso(clock_now(l->clock), ts);
	buf_puts(&line, l->journal ? PRIORITIES[level] : "");
	buf_printf(&line, "ts=%s level=%s stage=%s event=%s", ts, LEVELS[level], l->stage,
	    event);
	if (l->source != NULL)
		put_pair(&line, "source", l->source);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		if (value != NULL)
			put_pair(&line, key, value);
	}
	va_end(ap);
	line.max++;
	buf_putc(&line, '\n');
	if (write(l->fd, buf_text(&line), line.len) < 0)
		return;
}

const char *
log_number(struct log_number *n, int64_t value)
{
	snprintf(n->text, sizeof n->text, "%lld", (long long)value);
	return n->text;
}
