/*
 * related.c - see parts.h: posts about files of the same family, from the same host, or nearly the same.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/ties.h"
#include "publisher/posts/sample/words.h"

/* Whether the host may be shown; one that is private relates nothing. */
static bool
passes(const struct page *p, const char *host)
{
	auto_buf passed = BUF_CUT(SAMPLE_HOST_MAX + 8);

	gate_pass(p->gate, host, SAMPLE_HOST_MAX, &passed);
	return strcmp(buf_text(&passed), host) == 0;
}

static bool
has_family(const struct page *p, const struct sample_facts *f)
{
	struct word family;

	return sample_family(p, f, &family)[0] != '\0';
}

/* As one that is shown: without what may not be said. */
static bool
reduce(const struct page *p, const struct sample_facts *f, size_t n,
    struct sample_related *out)
{
	*out = f->related[n];
	out->family = out->family && has_family(p, f);
	if (out->host != NULL && !passes(p, out->host))
		out->host = NULL;
	return out->family || out->host != NULL || out->distance >= 0;
}

static size_t
choose(const struct page *p, const struct sample_facts *f,
    struct sample_related out[SAMPLE_RELATED_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < f->related_count && count < SAMPLE_RELATED_MAX; i++)
		count += reduce(p, f, i, &out[count]);
	return count;
}

static void
put_comma(struct page *p, bool *any)
{
	if (*any)
		html_text(&p->h, phrase(p->language, PHRASE_LIST));
	*any = true;
}

static void
put_reasons(struct page *p, const struct sample_related *r)
{
	bool any = false;

	if (r->family) {
		put_comma(p, &any);
		html_text(&p->h, phrase(p->language, PHRASE_SAME_FAMILY));
	}
	if (r->host != NULL) {
		put_comma(p, &any);
		html_text(&p->h, phrase(p->language, PHRASE_SAME_HOST));
		html_text(&p->h, " ");
		html_host(&p->h, r->host);
	}
	if (r->distance >= 0) {
		put_comma(p, &any);
		page_say_number(p, PHRASE_NEARLY_SAME, r->distance);
	}
}

static void
put_item(struct page *p, const struct sample_related *r)
{
	auto_buf title = BUF_CUT(ARTICLE_TITLE_MAX);

	html_open(&p->h, TAG_LINKS_ITEM);
	html_link(&p->h, r->link, page_post_title(p, r->title, &title));
	page_break(p);
	html_open(&p->h, TAG_LINKS_REASON);
	put_reasons(p, r);
	html_close(&p->h, TAG_LINKS_REASON);
	html_close(&p->h, TAG_LINKS_ITEM);
}

void
sample_put_related(struct page *p, const struct sample_facts *f)
{
	struct sample_related chosen[SAMPLE_RELATED_MAX];
	size_t count = choose(p, f, chosen);

	if (count == 0)
		return;
	page_heading(p, PHRASE_H_RELATED);
	html_open(&p->h, TAG_LINKS);
	for (size_t i = 0; i < count; i++)
		put_item(p, &chosen[i]);
	html_close(&p->h, TAG_LINKS);
}

void
sample_note_shown(const struct page *p, const struct sample_facts *f, struct article *out)
{
	struct sample_related chosen[SAMPLE_RELATED_MAX];
	size_t count = choose(p, f, chosen);
	struct sample_ties ties;

	sample_ties(f, &ties);
	if (ties.family[0] != '\0' && has_family(p, f))
		article_show(out, "family", ties.family);
	for (size_t i = 0; i < ties.host_count; i++)
		if (passes(p, ties.hosts[i].name))
			article_show(out, "host", ties.hosts[i].name);
	if (ties.tlsh != NULL)
		article_show(out, "tlsh", ties.tlsh);
	for (size_t i = 0; i < count; i++) {
		auto_buf title = BUF_CUT(ARTICLE_TITLE_MAX);

		article_show(out, "title", page_post_title(p, chosen[i].title, &title));
	}
}
