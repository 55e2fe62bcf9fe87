/*
 * canonical.c - see canonical.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/canonical.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX \
	64 /* attributes, classes or styles of one tag; further ones stay unsorted */
#define ENTITY_MAX 12 /* bytes of the longest known entity, without & */

struct slice {
	const char *ptr;
	size_t len;
};

/* ---- text */

static void
put_code_point(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c >= 0x10000) {
		buf_putc(out, (char)(0xf0 | (c >> 18 & 0x07)));
		buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
	} else if (c >= 0x800) {
		buf_putc(out, (char)(0xe0 | (c >> 12 & 0x0f)));
	}
	buf_putc(out,
	    c >= 0x800 ? (char)(0x80 | (c >> 6 & 0x3f)) : (char)(0xc0 | (c >> 6 & 0x1f)));
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* The code point of an entity's name, without & and ; 0: unknown. */
static unsigned long
entity(const char *name, size_t len)
{
	static const struct {
		const char *name;
		unsigned long c;
	} NAMED[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
		{ "apos", '\'' }, { "nbsp", 0xa0 } };
	char digits[ENTITY_MAX + 1], *end;
	unsigned long c;
	bool hex;

	for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++)
		if (strlen(NAMED[i].name) == len && memcmp(NAMED[i].name, name, len) == 0)
			return NAMED[i].c;
	if (len < 2 || name[0] != '#')
		return 0;
	hex = name[1] == 'x' || name[1] == 'X';
	memcpy(digits, name + 1 + hex, len - 1 - hex);
	digits[len - 1 - hex] = '\0';
	if (!isxdigit((unsigned char)digits[0]))
		return 0;
	c = strtoul(digits, &end, hex ? 16 : 10);
	return *end == '\0' && c <= 0x10ffff ? c : 0;
}

static void
decode(struct buf *out, struct slice text)
{
	const char *p = text.ptr, *end = p + text.len;

	while (p < end) {
		size_t left = (size_t)(end - p);
		const char *stop =
		    *p == '&'
			? memchr(p, ';', left < ENTITY_MAX + 2 ? left : ENTITY_MAX + 2)
			: NULL;
		unsigned long c =
		    stop != NULL ? entity(p + 1, (size_t)(stop - p) - 1) : 0;

		if (c != 0) {
			put_code_point(out, c);
			p = stop + 1;
		} else {
			buf_putc(out, *p++);
		}
	}
}

/* The length of the white space character here, a blank or a no-break space; 0: none. */
static size_t
blank(const char *p)
{
	if (strchr(" \t\r\n\f", *p) != NULL && *p != '\0')
		return 1;
	return strncmp(p, "\u00a0", 2) == 0 ? 2 : 0;
}

void
wp_canonical_text(struct buf *out, const char *text, size_t len)
{
	auto_buf plain = BUF_INIT(out->max);
	bool begun = false, gap = false;
	size_t n;

	decode(&plain, (struct slice){ text, len });
	if (!buf_ok(&plain)) {
		buf_add(out, &plain);
		return;
	}
	for (const char *p = buf_text(&plain); *p != '\0'; p += n) {
		n = blank(p);
		gap = gap || n > 0;
		if (n > 0)
			continue;
		if (gap || !begun)
			buf_putc(out, begun ? ' ' : '\n');
		buf_putc(out, *p);
		begun = true;
		gap = false;
		n = 1;
	}
}

/* ---- tags */

static int
by_bytes(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->ptr, y->ptr, n);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* The next part that ends before one of these bytes; false at the end. */
static bool
next_part(struct slice *rest, const char *ends, struct slice *part)
{
	while (rest->len > 0 && strchr(ends, rest->ptr[0]) != NULL) {
		rest->ptr++;
		rest->len--;
	}
	*part = (struct slice){ rest->ptr, 0 };
	while (part->len < rest->len && strchr(ends, part->ptr[part->len]) == NULL)
		part->len++;
	rest->ptr += part->len;
	rest->len -= part->len;
	return part->len > 0;
}

static bool
begins(struct slice s, const char *with)
{
	size_t len = strlen(with);

	return s.len >= len && memcmp(s.ptr, with, len) == 0;
}

/* Classes that the editor adds, and the seal. */
static bool
is_own_class(struct slice part)
{
	return begins(part, "wp-") || begins(part, WP_SEAL_CLASS);
}

static void
put_without_blanks(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(" \t\r\n\f", s.ptr[i]) == NULL)
			buf_putc(out, s.ptr[i]);
}

/* The parts in the order of their bytes. */
static void
put_sorted(struct buf *out, struct slice value, const char *ends, bool classes)
{
	struct slice parts[PARTS_MAX], part;
	size_t count = 0;

	while (count < PARTS_MAX && next_part(&value, ends, &part))
		if (!classes || !is_own_class(part))
			parts[count++] = part;
	if (count > 1)
		qsort(parts, count, sizeof parts[0], by_bytes);
	for (size_t i = 0; i < count; i++) {
		buf_putc(out, ' ');
		buf_put(out, parts[i].ptr, parts[i].len);
	}
	buf_put(out, value.ptr, value.len);
}

static bool
is_named(struct slice name, const char *word)
{
	return name.len == strlen(word) && memcmp(name.ptr, word, name.len) == 0;
}

struct attribute {
	struct slice name, value;
};

static void
put_attribute(struct buf *out, const struct attribute *a)
{
	auto_buf plain = BUF_INIT(out->max);
	auto_buf value = BUF_INIT(out->max);
	auto_buf tight = BUF_INIT(out->max);

	decode(&plain, a->value);
	if (is_named(a->name, "style")) {
		put_without_blanks(&tight, (struct slice){ plain.ptr, plain.len });
		put_sorted(&value, (struct slice){ tight.ptr, tight.len }, ";", false);
	} else if (is_named(a->name, "class")) {
		put_sorted(
		    &value, (struct slice){ plain.ptr, plain.len }, " \t\r\n\f", true);
		if (value.len == 0)
			return;
	} else {
		buf_add(&value, &plain);
	}
	buf_putc(out, ' ');
	buf_put(out, a->name.ptr, a->name.len);
	buf_putc(out, '=');
	buf_add(out, &value);
}

/* An attribute at p; returns where it ends. */
static const char *
read_attribute(const char *p, struct slice *name, struct slice *value)
{
	char quote;

	*name = (struct slice){ p, strcspn(p, " \t\r\n\f=>/") };
	*value = (struct slice){ p, 0 };
	p += name->len;
	if (name->len == 0 || *p != '=')
		return name->len == 0 && *p != '\0' && *p != '>' ? p + 1 : p;
	quote = *++p;
	if (quote != '"' && quote != '\'') {
		*value = (struct slice){ p, strcspn(p, " \t\r\n\f>") };
		return p + value->len;
	}
	*value = (struct slice){ p + 1, 0 };
	while (p[1 + value->len] != '\0' && p[1 + value->len] != quote)
		value->len++;
	p += 1 + value->len;
	return *p == quote ? p + 1 : p;
}

/* The tag at p, after "<"; returns where it ends. */
static const char *
put_tag(struct buf *out, const char *p)
{
	struct attribute list[PARTS_MAX], a;
	size_t count = 0;

	buf_puts(out, "\n<");
	if (*p == '/')
		buf_putc(out, *p++);
	for (; isalnum((unsigned char)*p); p++)
		buf_putc(out, (char)tolower((unsigned char)*p));
	while (*p != '\0' && *p != '>') {
		p = read_attribute(p, &a.name, &a.value);
		if (a.name.len > 0 && count < PARTS_MAX)
			list[count++] = a;
	}
	/* A name is the first member, so names are what is compared. */
	if (count > 1)
		qsort(list, count, sizeof list[0], by_bytes);
	for (size_t i = 0; i < count; i++)
		put_attribute(out, &list[i]);
	return *p == '>' ? p + 1 : p;
}

/* The comment at p, after "<!--"; for a block only its name. Returns where it ends. */
static const char *
put_comment(struct buf *out, const char *p)
{
	const char *end = strstr(p, "-->");
	size_t len = end != NULL ? (size_t)(end - p) : strlen(p);
	size_t lead = strspn(p, " \t\r\n");
	struct slice body = { p + lead, lead < len ? len - lead : 0 };

	buf_puts(out, "\n<!");
	if (begins(body, "wp:") || begins(body, "/wp:")) {
		size_t name = strcspn(body.ptr, " \t\r\n{");

		buf_put(out, body.ptr, name < body.len ? name : body.len);
	} else {
		buf_put(out, body.ptr, body.len);
	}
	return end != NULL ? end + 3 : p + len;
}

void
wp_canonical(struct buf *out, const char *html)
{
	const char *p = html;

	while (*p != '\0' && buf_ok(out)) {
		size_t text = 0;

		if (strncmp(p, "<!--", 4) == 0) {
			p = put_comment(out, p + 4);
		} else if (*p == '<' && (p[1] == '/' || isalpha((unsigned char)p[1]))) {
			p = put_tag(out, p + 1);
		} else {
			text = 1 + strcspn(p + 1, "<");
			wp_canonical_text(out, p, text);
			p += text;
		}
	}
}
