/*
 * news.c - see parts.h: what is new about the files of a period, in sentences.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/words.h"

#define NAMES_MAX 600 /* bytes */

/* "mirai, gafgyt". */
static void
put_names(const struct page *p, const struct digest_names *n, struct buf *out)
{
	struct word name;

	for (size_t i = 0; i < n->count; i++) {
		if (i > 0)
			buf_puts(out, p->language == LANGUAGE_JA ? "、" : ", ");
		buf_puts(out, page_label(p, &name, n->names[i]));
	}
}

void
digest_put_names(struct page *p, enum phrase one, enum phrase many, enum phrase many_more,
    const struct digest_names *n)
{
	auto_buf names = BUF_CUT(NAMES_MAX);
	struct word total, more;

	put_names(p, n, &names);
	phrase_html(&p->h, p->language,
	    n->total > (int64_t)n->count ? many_more
	    : n->total == 1              ? one
					 : many,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&names) },
		{ .text = page_number(&total, n->total) },
		{ .text = page_number(&more, n->total - (int64_t)n->count) } });
}

static void
put_families(struct page *p, const struct digest_facts *f)
{
	const struct digest_history *h = &f->history;
	struct word before;

	if (h->families.total == 0)
		return;
	html_open(&p->h, TAG_PARAGRAPH);
	digest_put_names(p, PHRASE_DIGEST_FAMILY, PHRASE_DIGEST_FAMILIES,
	    PHRASE_DIGEST_FAMILIES_MORE, &h->families);
	if (h->families_before >= 0) {
		page_space(p);
		page_say(p, PHRASE_DIGEST_FAMILIES_BEFORE + f->period.span,
		    page_number(&before, h->families_before), NULL);
	}
	html_close(&p->h, TAG_PARAGRAPH);
}

static void
put_count(struct page *p, enum phrase one, enum phrase many, int64_t n)
{
	if (n == 0)
		return;
	html_open(&p->h, TAG_PARAGRAPH);
	page_say_count(p, one, many, n);
	html_close(&p->h, TAG_PARAGRAPH);
}

void
digest_put_news(struct page *p, const struct digest_facts *f)
{
	const struct digest_history *h = &f->history;

	put_families(p, f);
	put_count(p,
	    f->new_files == 1 ? PHRASE_DIGEST_FIRST_ALONE : PHRASE_DIGEST_FIRST_ONE,
	    PHRASE_DIGEST_FIRST_HERE, h->first);
}

void
digest_put_turned(struct page *p, const struct digest_facts *f)
{
	const struct digest_history *h = &f->history;

	if (h->were_unknown + h->were_missed == 0)
		return;
	page_heading(p, PHRASE_DIGEST_H_TURNED);
	put_count(
	    p, PHRASE_DIGEST_WAS_UNKNOWN, PHRASE_DIGEST_WERE_UNKNOWN, h->were_unknown);
	put_count(p, PHRASE_DIGEST_WAS_MISSED, PHRASE_DIGEST_WERE_MISSED, h->were_missed);
}
