/*
 * indicators.c - see parts.h: what to block, in one box to copy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/host.h"
#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/words.h"

static void
put_name(struct page *p, const char *name)
{
	html_open(&p->h, TAG_STRONG);
	html_text(&p->h, name);
	html_close(&p->h, TAG_STRONG);
	HTML_LIT(&p->h, "\n");
}

static void
put_hash(struct page *p, const struct sample_facts *f, enum html_tag box)
{
	const char *kind = "MD5", *hex = f->md5;

	if (f->sha256 != NULL) {
		kind = "SHA-256";
		hex = f->sha256;
	} else if (f->sha1 != NULL) {
		kind = "SHA-1";
		hex = f->sha1;
	}
	html_open(&p->h, box);
	html_open(&p->h, TAG_STRONG);
	page_say(p, PHRASE_HASH, kind, NULL);
	html_close(&p->h, TAG_STRONG);
	HTML_LIT(&p->h, "\n");
	if (hex != NULL)
		html_token(&p->h, hex);
	html_close(&p->h, box);
}

static void
put_urls(struct page *p, const struct sample_facts *f)
{
	put_name(p, phrase(p->language, f->url_count == 1 ? PHRASE_URL : PHRASE_URLS));
	for (size_t i = 0; i < f->url_count; i++) {
		if (i > 0)
			HTML_LIT(&p->h, "\n");
		html_code(&p->h, f->urls[i]);
	}
}

static void
put_hosts(struct page *p, const struct sample_facts *f)
{
	struct sample_host hosts[SAMPLE_ROWS_MAX];
	size_t count = sample_hosts(f, hosts);

	if (count == 0)
		return;
	HTML_LIT(&p->h, "\n\n");
	put_name(p, phrase(p->language, count == 1 ? PHRASE_HOST : PHRASE_HOSTS));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			HTML_LIT(&p->h, "\n");
		html_host(&p->h, hosts[i].name);
	}
}

static void
put_note(struct page *p, const struct sample_facts *f)
{
	int64_t more = f->urls_total - (int64_t)f->url_count;

	html_open(&p->h, TAG_NOTE);
	if (f->urls_left_out > 0)
		html_text(&p->h, phrase(p->language, PHRASE_URLS_LEFT_OUT));
	if (f->urls_left_out > 0 && f->url_count > 0)
		page_space(p);
	if (more > 0) {
		page_say_count(p, PHRASE_URL_MORE, PHRASE_URLS_MORE, more);
		page_space(p);
	}
	if (f->url_count > 0)
		html_text(&p->h, phrase(p->language, PHRASE_DEFANGED));
	html_close(&p->h, TAG_NOTE);
}

static void
put_box(struct page *p, const struct sample_facts *f, bool block)
{
	html_open(&p->h, TAG_INDICATORS);
	html_open(&p->h, TAG_CODE);
	put_urls(p, f);
	if (block)
		put_hosts(p, f);
	html_close(&p->h, TAG_CODE);
	html_close(&p->h, TAG_INDICATORS);
}

void
sample_put_indicators(struct page *p, const struct sample_facts *f)
{
	bool block = f->verdict != VERDICT_KNOWN_GOOD && sample_trait(f) != TRAIT_TEST &&
		     f->captures > 0;

	page_heading(p, block ? PHRASE_H_BLOCK : PHRASE_H_HASH);
	put_hash(p, f, f->url_count > 0 ? TAG_HASH_ABOVE : TAG_HASH);
	if (f->url_count > 0)
		put_box(p, f, block);
	if (f->url_count + (size_t)f->urls_left_out > 0)
		put_note(p, f);
}
