/*
 * gate.c - see guard.h. A text is searched as it stands, and as it reads when it is decoded.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/gate.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/ip.h"
#include "common/base/utf8.h"
#include "common/outgoing/defang.h"
#include "common/outgoing/internal.h"

#define DECODINGS_MAX 2 /* base64 in a percent-encoded query, and the like */

struct gate *
gate_new(struct err *e)
{
	struct gate *g = calloc(1, sizeof *g);

	if (g == NULL)
		err_set(e, FAULT_FATAL, "out of memory");
	return g;
}

void
gate_reset(struct gate *g)
{
	for (size_t i = 0; i < g->name_count; i++)
		free(g->names[i].text);
	free(g->names);
	free(g->addresses);
	*g = (struct gate){ .addresses = NULL };
}

void
gate_free(struct gate *g)
{
	if (g == NULL)
		return;
	gate_reset(g);
	free(g);
}

static bool
add_address(struct gate *g, const struct in6_addr *a, struct err *e)
{
	bool there;
	size_t at = gate_place(g, a, &there);
	struct in6_addr *grown;

	if (there)
		return true;
	grown = realloc(g->addresses, (g->address_count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	memmove(grown + at + 1, grown + at, (g->address_count - at) * sizeof *grown);
	grown[at] = *a;
	g->addresses = grown;
	g->address_count++;
	return true;
}

static bool
add_name(struct gate *g, const char *name, struct err *e)
{
	struct private_name n = { .text = strdup(name), .len = strlen(name) }, *grown;

	grown = realloc(g->names, (g->name_count + 1) * sizeof *grown);
	if (n.text == NULL || grown == NULL) {
		free(n.text);
		g->names = grown != NULL ? grown : g->names;
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	g->names = grown;
	g->names[g->name_count++] = n;
	return true;
}

bool
gate_add(struct gate *g, const char *value, struct err *e)
{
	char canonical[IP_TEXT_MAX];
	struct in6_addr a;
	struct in_addr v4;

	if (value[0] == '\0')
		return true;
	if (!ip_canonical(value, canonical))
		return add_name(g, value, e);
	if (inet_pton(AF_INET, canonical, &v4) == 1)
		a = gate_mapped(ntohl(v4.s_addr));
	else
		inet_pton(AF_INET6, canonical, &a);
	return add_address(g, &a, e);
}

bool
gate_has_cut(struct gate *g)
{
	bool cut = g->cut;

	g->cut = false;
	return cut;
}

/* ---- searching */

/* Which bytes of the original go. */
struct search {
	const struct gate *gate;
	const struct view *original;
	bool gone[GATE_TEXT_MAX];
};

static bool
is_token(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("%_+-", c) != NULL);
}

/* Removes the bytes from `first` to `last`, and all of the token around them when it is a disguise. */
static void
mark(struct search *s, size_t first, size_t last, bool whole)
{
	const char *text = s->original->text;

	while (whole && first > 0 && is_token(text[first - 1]))
		first--;
	while (whole && (is_token(text[last + 1]) || text[last + 1] == '='))
		last++;
	for (size_t i = first; i <= last; i++)
		s->gone[i] = true;
}

static void
search_view(struct search *s, const struct view *v)
{
	struct found f;

	for (size_t at = 0; at<v->len; at += f.len> 0 ? f.len : 1) {
		f = gate_match(s->gate, v, at);
		if (f.len == 0)
			continue;
		size_t end = at + f.len - 1;
		size_t first =
		    v->first[at] < v->first[end] ? v->first[at] : v->first[end];
		size_t last = v->last[at] > v->last[end] ? v->last[at] : v->last[end];

		mark(s, first, last, f.disguised || v != s->original);
	}
}

static void
search_all(struct search *s, const struct view *v, int decodings)
{
	struct view decoded;

	search_view(s, v);
	if (decodings == 0)
		return;
	if (gate_view_percent(v, &decoded))
		search_all(s, &decoded, decodings - 1);
	for (size_t shift = 0; shift < BASE64_SHIFTS; shift++)
		if (gate_view_base64(v, shift, &decoded))
			search_all(s, &decoded, decodings - 1);
	if (v == s->original) {
		gate_view_reversed(v, &decoded);
		search_all(s, &decoded, decodings - 1);
	}
}

static void
view_original(const struct buf *text, struct view *v)
{
	v->len = text->len;
	v->joined = v->backwards = false;
	memcpy(v->text, buf_text(text), text->len + 1);
	for (size_t i = 0; i < v->len; i++)
		v->first[i] = v->last[i] = (uint16_t)i;
}

void
gate_pass(struct gate *g, const char *text, size_t max_bytes, struct buf *out)
{
	auto_buf clean = BUF_INIT(GATE_TEXT_MAX);
	auto_buf rest = BUF_INIT(GATE_TEXT_MAX * (sizeof GATE_CUT - 1));
	struct view original;
	struct search s = { .gate = g, .original = &original };

	utf8_clean(&clean, text, strlen(text), GATE_TEXT_MAX);
	if (g == NULL || (g->address_count == 0 && g->name_count == 0)) {
		utf8_clean(out, buf_text(&clean), clean.len, max_bytes);
		return;
	}
	view_original(&clean, &original);
	search_all(&s, &original, DECODINGS_MAX);
	for (size_t i = 0; i < original.len; i++) {
		if (!s.gone[i])
			buf_putc(&rest, original.text[i]);
		else if (i == 0 || !s.gone[i - 1])
			buf_puts(&rest, GATE_CUT);
		g->cut |= s.gone[i];
	}
	utf8_clean(out, buf_text(&rest), rest.len, max_bytes);
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
