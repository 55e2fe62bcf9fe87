/*
 * text.c - see text.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/text.h"

#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"
#include "common/json/write.h"

#define MORE "..."
#define MORE_LENGTH (sizeof MORE - 1)
#define LINK_CHARACTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:?&=%#"

static size_t
units_of(uint32_t code_point, size_t bytes, enum alert_unit unit)
{
	if (unit == ALERT_BYTES)
		return bytes;
	return code_point > 0xffff ? 2 : 1;
}

void
alert_put_fitting(struct buf *out, const char *text, size_t max, enum alert_unit unit)
{
	const char *end = text + strlen(text), *cut = text, *p = text;
	size_t used = 0;

	while (p < end) {
		size_t n, units;
		uint32_t c = utf8_next(p, end, &n);

		units = units_of(c, n, unit);
		if (used + units > max)
			break;
		used += units;
		p += n;
		if (used + MORE_LENGTH <= max)
			cut = p;
	}
	if (p == end) {
		buf_put(out, text, (size_t)(end - text));
		return;
	}
	buf_put(out, text, (size_t)(cut - text));
	buf_puts(out, MORE);
}

void
alert_put_swapped(struct buf *out, const char *text, const struct alert_swap *swaps)
{
	for (const char *p = text; *p != '\0'; p++) {
		const struct alert_swap *s = swaps;

		while (s->with != NULL && s->c != *p)
			s++;
		if (s->with != NULL)
			buf_puts(out, s->with);
		else
			buf_putc(out, *p);
	}
}

bool
alert_put_link(struct buf *out, const struct alert *a)
{
	auto_buf link = BUF_INIT(ALERT_LINK_MAX);

	for (const char *p = a->link != NULL ? a->link : ""; *p != '\0'; p++) {
		if (strchr(LINK_CHARACTERS, *p) != NULL)
			buf_putc(&link, *p);
		else
			buf_printf(&link, "%%%02X", (unsigned char)*p);
	}
	if (!buf_ok(&link) || link.len == 0)
		return false;
	buf_puts(out, buf_text(&link));
	return true;
}

void
alert_put_plain(struct buf *out, const struct alert *a)
{
	buf_printf(out, "%s%s%s", a->title, a->text[0] != '\0' ? "\n\n" : "", a->text);
}

void
alert_put_link_below(struct buf *out, const struct alert *a)
{
	auto_buf link = BUF_INIT(ALERT_LINK_MAX);

	if (alert_put_link(&link, a))
		buf_printf(out, "\n\n%s", buf_text(&link));
}

char *
alert_json(const struct alert *a, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(ALERT_BODY_MAX);
	auto_buf link = BUF_INIT(ALERT_LINK_MAX);
	char at[TIME_TEXT_MAX];

	time_format_iso(a->at, at);
	json_write(&w, "{'id':%s,'rule':%s,'at':%s", a->key, a->rule, at);
	json_write(&w, "'title':%s,'text':%s", a->title, a->text);
	if (alert_put_link(&link, a))
		json_write(&w, "'link':%s", buf_text(&link));
	json_write(&w, a->trouble ? "'trouble':true}" : "'trouble':false}");
	return json_written(&w, e);
}
