/*
 * block.c - see parts.h: what to block, in one box to copy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"

static void
put_name(struct page *p, enum phrase name)
{
	html_open(&p->h, TAG_STRONG);
	html_text(&p->h, phrase(p->language, name));
	html_close(&p->h, TAG_STRONG);
}

/* One of the lists in the box; *any: whether there is one above it. */
static void
put_list(struct page *p, enum phrase name, char *const *items, size_t count,
    void (*put)(struct html *h, const char *text), bool *any)
{
	if (count == 0)
		return;
	if (*any) {
		page_break(p);
		page_break(p);
	}
	*any = true;
	put_name(p, name);
	for (size_t i = 0; i < count; i++) {
		page_break(p);
		put(&p->h, items[i]);
	}
}

static void
put_box(struct page *p, const struct digest_facts *f)
{
	bool any = false;

	html_open(&p->h, TAG_INDICATORS_ALONE);
	html_open(&p->h, TAG_CODE);
	put_list(
	    p, PHRASE_DIGEST_URLS_DETECTED, f->urls, f->urls_detected, html_code, &any);
	put_list(p, PHRASE_DIGEST_URLS_OTHER, f->urls + f->urls_detected,
	    f->url_count - f->urls_detected, html_code, &any);
	put_list(p, PHRASE_DIGEST_HASHES, f->hashes, f->hash_count, html_token, &any);
	html_close(&p->h, TAG_CODE);
	html_close(&p->h, TAG_INDICATORS_ALONE);
}

static void
put_note(struct page *p, const struct digest_facts *f)
{
	int64_t urls = f->urls_total - (int64_t)f->url_count;
	int64_t hashes = f->hashes_total - (int64_t)f->hash_count;

	html_open(&p->h, TAG_NOTE);
	if (urls > 0) {
		page_say_number(p, PHRASE_URLS_MORE, urls);
		page_space(p);
	}
	if (hashes > 0) {
		page_say_number(p, PHRASE_DIGEST_HASHES_MORE, hashes);
		page_space(p);
	}
	html_text(&p->h, phrase(p->language, PHRASE_DEFANGED));
	html_close(&p->h, TAG_NOTE);
}

/* However many files it brought, a flood is one matter. */
static void
put_floods(struct page *p, const struct digest_facts *f)
{
	struct word files, floods;

	html_open(&p->h, TAG_PARAGRAPH);
	page_say(p, f->floods == 1 ? PHRASE_DIGEST_FLOOD : PHRASE_DIGEST_FLOODS,
	    page_number(&files, f->flood_files), page_number(&floods, f->floods));
	html_close(&p->h, TAG_PARAGRAPH);
}

void
digest_put_block(struct page *p, const struct digest_facts *f)
{
	if (f->new_files == 0)
		return;
	page_heading(p, PHRASE_H_BLOCK);
	if (f->floods > 0)
		put_floods(p, f);
	if (f->url_count + f->hash_count > 0) {
		put_box(p, f);
		put_note(p, f);
		return;
	}
	if (f->floods > 0)
		return;
	html_open(&p->h, TAG_PARAGRAPH);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_NOTHING_TO_BLOCK));
	html_close(&p->h, TAG_PARAGRAPH);
}
