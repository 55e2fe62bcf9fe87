/*
 * captures.c - how the file came to the honeypots: captures and URLs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/sample/internal.h"

/* ---- captures */

/* Where it came from: the network, not the address; and the country. */
static void
put_source(struct page *p, const struct fact_capture *c)
{
	auto_buf network = BUF_INIT(WORD_MAX);
	struct word country;
	bool known = c->src_ip != NULL && gate_network(p->gate, c->src_ip, &network);

	html_open(&p->h, TAG_TD);
	if (known) {
		html_open(&p->h, TAG_CODE);
		html_text(&p->h, buf_text(&network));
		html_close(&p->h, TAG_CODE);
	}
	article_word_label(p, &country, c->country);
	if (known && country.text[0] != '\0')
		html_text(&p->h, " ");
	html_text(&p->h, country.text);
	html_close(&p->h, TAG_TD);
}

static void
put_capture(struct page *p, const struct fact_capture *c)
{
	struct word date, honeypot;
	auto_buf where = BUF_INIT(WORD_MAX * 2);

	buf_puts(&where, article_word_label(p, &honeypot, c->honeypot));
	if (c->sensor != NULL) {
		buf_puts(&where, ", ");
		gate_pass(p->gate, c->sensor, WORD_MAX - 8, &where);
	}
	html_open(&p->h, TAG_TR);
	article_put_cell(p, article_word_date(p, &date, DATE_HOUR_BARE, c->seen_at));
	article_put_cell(p, buf_text(&where));
	put_source(p, c);
	html_close(&p->h, TAG_TR);
}

static void
put_more(struct page *p, int64_t more)
{
	struct word number;

	if (more <= 0)
		return;
	html_open(&p->h, TAG_PARAGRAPH);
	phrase_html(&p->h, p->options->language, PHRASE_MORE,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_number(&number, more) } });
	html_close(&p->h, TAG_PARAGRAPH);
}

/* What the times of all rows are in: "CET", or by the zone's name where clocks changed between them. */
static void
put_zone(const struct page *p, struct buf *out)
{
	const struct sample_facts *f = p->facts;
	int64_t newest = f->rows[0].seen_at;

	if (date_same_zone(newest, f->rows[f->row_count - 1].seen_at))
		date_put_zone(out, newest);
	else
		buf_puts(out, p->options->timezone);
}

void
article_put_captures(struct page *p)
{
	const struct sample_facts *f = p->facts;
	auto_buf zone = BUF_INIT(WORD_MAX);

	if (f->row_count == 0)
		return;
	put_zone(p, &zone);
	article_put_heading(p, PHRASE_H_CAPTURES);
	html_open(&p->h, TAG_TABLE);
	html_open(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TR);
	article_put_head_cell(p, PHRASE_C_TIME, buf_text(&zone));
	article_put_head_cell(p, PHRASE_C_HONEYPOT, NULL);
	article_put_head_cell(p, PHRASE_C_SOURCE, NULL);
	html_close(&p->h, TAG_TR);
	html_close(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TBODY);
	for (size_t i = 0; i < f->row_count; i++)
		put_capture(p, &f->rows[i]);
	article_end_table(p);
	put_more(p, f->captures - (int64_t)f->row_count);
}

/* ---- URLs */

void
article_put_urls(struct page *p)
{
	const struct sample_facts *f = p->facts;

	if (f->url_count == 0)
		return;
	article_put_heading(p, PHRASE_H_URLS);
	html_open(&p->h, TAG_PRE);
	html_open(&p->h, TAG_CODE);
	for (size_t i = 0; i < f->url_count; i++) {
		if (i > 0)
			HTML_LIT(&p->h, "\n");
		html_code(&p->h, f->urls[i]);
	}
	html_close(&p->h, TAG_CODE);
	html_close(&p->h, TAG_PRE);
	put_more(p, f->urls_total - (int64_t)f->url_count);
}
