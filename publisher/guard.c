/*
 * guard.c - see guard.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/guard.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

#define QUAD 4

enum private_kind { PRIVATE_V4, PRIVATE_V6, PRIVATE_NAME };

struct private
{
	enum private_kind kind;
	uint32_t v4;
	char *text; /* canonical address, or name */
	size_t len;
};

struct guard {
	struct private *items;
	size_t count;
};

struct guard *
guard_new(struct err *e)
{
	struct guard *g = calloc(1, sizeof *g);

	if (g == NULL)
		err_set(e, FAULT_FATAL, "out of memory");
	return g;
}

void
guard_reset(struct guard *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->items[i].text);
	free(g->items);
	*g = (struct guard){ .items = NULL };
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	guard_reset(g);
	free(g);
}

bool
guard_add(struct guard *g, const char *value, struct err *e)
{
	struct private p = { .kind = PRIVATE_NAME }, *grown;
	char address[IP_TEXT_MAX];
	struct in_addr v4;

	if (value[0] == '\0')
		return true;
	if (ip_canonical(value, address)) {
		value = address;
		p.kind = inet_pton(AF_INET, address, &v4) == 1 ? PRIVATE_V4 : PRIVATE_V6;
		p.v4 = p.kind == PRIVATE_V4 ? ntohl(v4.s_addr) : 0;
	}
	p.text = strdup(value);
	grown = realloc(g->items, (g->count + 1) * sizeof *grown);
	if (p.text == NULL || grown == NULL) {
		free(p.text);
		g->items = grown != NULL ? grown : g->items;
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	p.len = strlen(p.text);
	g->items = grown;
	g->items[g->count++] = p;
	return true;
}

/* ---- addresses */

static bool
is_private_v4(const struct guard *g, uint32_t address)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].kind == PRIVATE_V4 && g->items[i].v4 == address)
			return true;
	return false;
}

/* One number of a dotted address, leading zeros allowed; returns its length, 0 when it is none. */
static size_t
read_number(const char *p, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	while (isdigit((unsigned char)p[n])) {
		*value = *value * 10 + (uint32_t)(p[n] - '0');
		if (*value > 255)
			return 0;
		n++;
	}
	return n;
}

/* Length of a private a.b.c.d at p, else 0. The caller sees to it that no digit stands before p. */
static size_t
match_v4(const struct guard *g, const char *p)
{
	uint32_t address = 0, part;
	size_t len = 0;

	for (int i = 0; i < QUAD; i++) {
		size_t n;

		if (i > 0 && p[len++] != '.')
			return 0;
		n = read_number(p + len, &part);
		if (n == 0)
			return 0;
		len += n;
		address = address << 8 | part;
	}
	return is_private_v4(g, address) ? len : 0;
}

static bool
is_private_v6(const struct guard *g, const char *text, size_t len)
{
	char copy[IP_TEXT_MAX], canonical[IP_TEXT_MAX];

	if (len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!ip_canonical(copy, canonical))
		return false;
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].kind != PRIVATE_NAME &&
		    strcmp(g->items[i].text, canonical) == 0)
			return true;
	return false;
}

/* Length of a private IPv6 address at p, else 0: the longest run of its characters, without colons and
 * dots that belong to the sentence around it. */
static size_t
match_v6(const struct guard *g, const char *p)
{
	size_t len = strspn(p, "0123456789abcdefABCDEF:.");

	while (len > 2 && !is_private_v6(g, p, len))
		len--;
	return len > 2 ? len : 0;
}

/* ---- names */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t
match_name(const struct guard *g, const char *p)
{
	size_t longest = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct private *n = &g->items[i];

		if (n->kind == PRIVATE_NAME && n->len > longest &&
		    strncasecmp(p, n->text, n->len) == 0 && !is_word(p[n->len]))
			longest = n->len;
	}
	return longest;
}

static size_t
match(const struct guard *g, const char *start, const char *p)
{
	char before = p > start ? p[-1] : ' ';
	size_t len = 0;

	if (!isdigit((unsigned char)before))
		len = match_v4(g, p);
	if (len == 0 && !isxdigit((unsigned char)before))
		len = match_v6(g, p);
	if (len == 0 && !is_word(before))
		len = match_name(g, p);
	return len;
}

void
guard_pass(const struct guard *g, const char *text, size_t max_bytes, struct buf *out)
{
	auto_buf clean = BUF_INIT(GUARD_TEXT_MAX + 8);
	auto_buf cut = BUF_INIT(GUARD_TEXT_MAX * 3 + 8);
	const char *start, *p;

	utf8_clean(&clean, text, strlen(text), GUARD_TEXT_MAX);
	start = p = buf_text(&clean);
	while (*p != '\0') {
		size_t len = g != NULL ? match(g, start, p) : 0;

		if (len > 0)
			buf_puts(&cut, GUARD_CUT);
		else
			buf_putc(&cut, *p);
		p += len > 0 ? len : 1;
	}
	utf8_clean(out, buf_text(&cut), cut.len, max_bytes);
}
