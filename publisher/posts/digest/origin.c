/*
 * origin.c - see parts.h: where the attacks came from, by country, and in longer periods by network.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/ranking.h"

static void
put_country(struct page *p, const struct digest_count *row)
{
	struct word word;

	html_text(&p->h, page_country(p, &word, row->value));
}

static void
put_network(struct page *p, const struct digest_count *row)
{
	struct word name, number;

	page_name(p, &name, row->label);
	page_label(p, &number, row->value);
	if (name.text[0] != '\0') {
		html_text(&p->h, name.text);
		html_text(&p->h, " ");
	}
	html_text(&p->h, "AS");
	html_text(&p->h, number.text);
}

void
digest_put_origin(struct page *p, const struct digest_facts *f, const struct article *a)
{
	bool day = f->period.span == SPAN_DAY;
	const struct ranking countries = { .top = &f->countries,
		.span = f->period.span,
		.name = PHRASE_DIGEST_C_COUNTRY,
		.number =
		    day ? PHRASE_DIGEST_C_ADDRESSES : PHRASE_DIGEST_C_ADDRESSES_DAILY,
		.sources = PHRASE_COUNT,
		.days = day ? 0 : f->attacks.counted,
		.by_source = true,
		.put = put_country };
	const struct ranking networks = { .top = &f->networks,
		.span = f->period.span,
		.name = PHRASE_DIGEST_C_NETWORK,
		.number = PHRASE_DIGEST_C_EVENTS,
		.sources = PHRASE_COUNT,
		.put = put_network };

	if (f->countries.count == 0)
		return;
	page_heading(p, PHRASE_DIGEST_H_ORIGIN);
	html_open(&p->h, TAG_AREA);
	digest_put_map(p, f, a);
	digest_put_ranking(p, &countries);
	digest_put_country_news(p, f);
	if (!day)
		digest_put_ranking(p, &networks);
	html_close(&p->h, TAG_AREA);
}
