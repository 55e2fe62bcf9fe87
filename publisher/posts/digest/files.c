/*
 * files.c - see parts.h: the new files by family and verdict, and the posts about single ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"

#include <string.h>

#define RANGE_MAX 64

static const struct {
	enum phrase name, remark; /* remark: instead of engines; PHRASE_COUNT: none */
} CLASSES[CLASS_COUNT] = {
	[CLASS_MALICIOUS] = { PHRASE_DIGEST_NO_FAMILY, PHRASE_COUNT },
	[CLASS_PUA] = { PHRASE_DIGEST_IS_PUA, PHRASE_COUNT },
	[CLASS_SUSPICIOUS] = { PHRASE_DIGEST_IS_SUSPICIOUS, PHRASE_COUNT },
	[CLASS_UNKNOWN] = { PHRASE_DIGEST_IS_UNKNOWN, PHRASE_DIGEST_NOBODY },
	[CLASS_UNDETECTED] = { PHRASE_DIGEST_IS_UNDETECTED, PHRASE_COUNT },
	[CLASS_INCONCLUSIVE] = { PHRASE_DIGEST_IS_INCONCLUSIVE, PHRASE_COUNT },
	[CLASS_NOT_ANALYSED] = { PHRASE_DIGEST_IS_NOT_ANALYSED,
	    PHRASE_DIGEST_NO_VERDICT },
	[CLASS_KNOWN_GOOD] = { PHRASE_DIGEST_IS_KNOWN_GOOD, PHRASE_COUNT },
	[CLASS_TEST] = { PHRASE_DIGEST_IS_TEST, PHRASE_COUNT },
	[CLASS_WAITING] = { PHRASE_DIGEST_IS_WAITING, PHRASE_DIGEST_WAITS },
	[CLASS_LEFT_OUT] = { PHRASE_DIGEST_IS_LEFT_OUT, PHRASE_DIGEST_FLOODED },
};

/* "51–63". */
static void
put_range(const struct page *p, int64_t low, int64_t high, struct buf *out)
{
	struct word a, b;

	page_number(&a, low);
	if (low == high)
		buf_puts(out, a.text);
	else
		phrase_plain(out, p->language, PHRASE_DIGEST_RANGE,
		    (struct filling[FILLINGS_MAX]){
			{ .text = a.text }, { .text = page_number(&b, high) } });
}

/* "21 Nov 2026", or "16 Nov 2026 to 21 Nov 2026". */
static void
put_dates(const struct page *p, const struct digest_group *g, struct buf *out)
{
	struct word oldest, newest;

	page_date(p, &oldest, DATE_SHORT, g->as_of);
	page_date(p, &newest, DATE_SHORT, g->as_of_newest);
	if (strcmp(oldest.text, newest.text) == 0)
		buf_puts(out, oldest.text);
	else
		phrase_plain(out, p->language, PHRASE_DIGEST_DATES,
		    (struct filling[FILLINGS_MAX]){
			{ .text = oldest.text }, { .text = newest.text } });
}

/* "51–63 of 72 engines as of 21 Nov 2026". */
static void
put_engines(struct page *p, const struct digest_group *g)
{
	auto_buf found = BUF_CUT(RANGE_MAX), verdicts = BUF_CUT(RANGE_MAX);
	auto_buf of = BUF_CUT(WORD_MAX), dates = BUF_CUT(WORD_MAX);

	put_range(p, g->low, g->high, &found);
	put_range(p, g->verdicts_low, g->verdicts_high, &verdicts);
	phrase_plain(&of, p->language, PHRASE_DIGEST_OF,
	    (struct filling[FILLINGS_MAX]){
		{ .text = buf_text(&found) }, { .text = buf_text(&verdicts) } });
	put_dates(p, g, &dates);
	page_say(p, PHRASE_DIGEST_ENGINES, buf_text(&of), buf_text(&dates));
}

static void
put_remark(struct page *p, const struct digest_group *g)
{
	auto_buf dates = BUF_CUT(WORD_MAX);

	page_break(p);
	if (CLASSES[g->class].remark != PHRASE_COUNT) {
		put_dates(p, g, &dates);
		page_say(p, CLASSES[g->class].remark, buf_text(&dates), NULL);
		return;
	}
	if (g->family != NULL) {
		html_text(&p->h, phrase(p->language, g->class == CLASS_MALICIOUS
							 ? PHRASE_DIGEST_IS_MALICIOUS
							 : CLASSES[g->class].name));
		html_text(&p->h, " · ");
	}
	if (g->verdicts_high > 0)
		put_engines(p, g);
}

static void
put_ranks(struct page *p, enum span span, const struct digest_group *g)
{
	struct word rank, before, files;

	if (g->before < 0)
		return;
	page_break(p);
	phrase_html(&p->h, p->language,
	    (g->before > 0 ? PHRASE_DIGEST_FAMILY_RANKS : PHRASE_DIGEST_FAMILY_NEW) +
		span,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&rank, g->rank) },
		{ .text = page_number(&before, g->rank_before) },
		{ .text = page_number(&files, g->before) } });
}

static void
put_number(struct page *p, int64_t n)
{
	struct word number;

	html_open(&p->h, TAG_TD);
	html_text(&p->h, page_number(&number, n));
	html_close(&p->h, TAG_TD);
}

static void
put_group(struct page *p, enum span span, const struct digest_group *g)
{
	struct word family;

	page_label(p, &family, g->family);
	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_TD);
	html_open(&p->h, TAG_STRONG);
	html_text(&p->h, family.text[0] != '\0'
			     ? family.text
			     : phrase(p->language, CLASSES[g->class].name));
	html_close(&p->h, TAG_STRONG);
	put_remark(p, g);
	put_ranks(p, span, g);
	html_close(&p->h, TAG_TD);
	put_number(p, g->files);
	put_number(p, g->captures);
	html_close(&p->h, TAG_TR);
}

static void
put_groups(struct page *p, const struct digest_facts *f)
{
	int64_t more = f->groups_total - (int64_t)f->group_count;

	html_open(&p->h, TAG_AREA);
	page_table(p,
	    (struct page_column[]){ { PHRASE_DIGEST_C_FAMILY, "60%", NULL },
		{ PHRASE_DIGEST_C_FILES, "18%", NULL },
		{ PHRASE_DIGEST_C_CAPTURES, "22%", NULL } },
	    3);
	for (size_t i = 0; i < f->group_count; i++)
		put_group(p, f->period.span, &f->groups[i]);
	page_table_end(p);
	if (more > 0) {
		html_open(&p->h, TAG_SAYS);
		page_say_number(p, PHRASE_DIGEST_GROUPS_MORE, more);
		html_close(&p->h, TAG_SAYS);
	}
	html_close(&p->h, TAG_AREA);
}

static void
put_posts(struct page *p, const struct digest_facts *f)
{
	int64_t more = f->posts_total - (int64_t)f->post_count;

	html_open(&p->h, TAG_PARAGRAPH);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_POSTS));
	html_close(&p->h, TAG_PARAGRAPH);
	html_open(&p->h, TAG_LINKS);
	for (size_t i = 0; i < f->post_count; i++) {
		auto_buf title = BUF_CUT(GATE_TEXT_MAX);

		html_open(&p->h, TAG_LINKS_ITEM);
		html_link(&p->h, f->posts[i].link,
		    page_post_title(p, f->posts[i].title, &title));
		html_close(&p->h, TAG_LINKS_ITEM);
	}
	html_close(&p->h, TAG_LINKS);
	if (more == 0)
		return;
	html_open(&p->h, TAG_NOTE);
	page_say_number(p, PHRASE_DIGEST_POSTS_MORE, more);
	html_close(&p->h, TAG_NOTE);
}

void
digest_put_files(struct page *p, const struct digest_facts *f)
{
	if (f->new_files > 0) {
		page_heading(p, PHRASE_DIGEST_H_NEW);
		put_groups(p, f);
		digest_put_news(p, f);
		if (f->post_count > 0)
			put_posts(p, f);
	}
	digest_put_turned(p, f);
}

void
digest_note_shown(const struct page *p, const struct digest_facts *f, struct article *out)
{
	for (size_t i = 0; i < f->post_count; i++) {
		auto_buf title = BUF_CUT(GATE_TEXT_MAX);

		article_show(out, "title", page_post_title(p, f->posts[i].title, &title));
	}
}
