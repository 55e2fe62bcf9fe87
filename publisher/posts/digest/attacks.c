/*
 * attacks.c - see parts.h: all attacks by honeypot and port, and when there were most.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/ranking.h"

static void
put_port(struct page *p, const struct digest_count *row)
{
	const char *service = digest_service(row->value);

	digest_put_label(p, row);
	if (service == NULL)
		return;
	html_text(&p->h, " ");
	html_text(&p->h, service);
}

static void
put_busiest(struct page *p, const struct digest_facts *f)
{
	struct word hours, number;
	size_t most = 0;

	for (size_t i = 1; i < f->hour_count; i++)
		if (f->hours[i] > f->hours[most])
			most = i;
	if (f->hour_count == 0 || f->hours[most] == 0)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_BUSIEST,
	    page_date(p, &hours, DATE_HOURS, f->from_at + (int64_t)most * HOUR_S),
	    page_number(&number, f->hours[most]));
	html_close(&p->h, TAG_SAYS);
}

static void
put_gaps(struct page *p, const struct digest_facts *f)
{
	enum date_form form = f->period.span == SPAN_DAY ? DATE_TIME : DATE_MINUTE;
	const struct digest_gaps *g = &f->gaps;
	struct word from, to, hours;

	if (g->hours == 0)
		return;
	html_open(&p->h, TAG_SAYS);
	phrase_html(&p->h, p->language,
	    g->hours * HOUR_S == g->to_at - g->from_at ? PHRASE_DIGEST_GAP
						       : PHRASE_DIGEST_GAPS,
	    (struct filling[FILLINGS_MAX]){
		{ .text = page_date(p, &from, form, g->from_at) },
		{ .text = page_date(p, &to, form, g->to_at) },
		{ .text = page_number(&hours, g->hours) } });
	html_close(&p->h, TAG_SAYS);
}

void
digest_put_attacks(struct page *p, const struct digest_facts *f, const struct article *a)
{
	const struct ranking honeypots = { .top = &f->honeypots,
		.span = f->period.span,
		.name = PHRASE_DIGEST_C_HONEYPOT,
		.number = PHRASE_DIGEST_C_EVENTS,
		.sources =
		    f->period.span == SPAN_DAY ? PHRASE_DIGEST_C_SOURCES : PHRASE_COUNT,
		.put = digest_put_label };
	const struct ranking ports = { .top = &f->ports,
		.span = f->period.span,
		.name = PHRASE_DIGEST_C_PORT,
		.number = PHRASE_DIGEST_C_EVENTS,
		.sources = PHRASE_COUNT,
		.put = put_port };

	if (f->honeypots.count + f->ports.count == 0)
		return;
	page_heading(p, PHRASE_DIGEST_H_ATTACKS);
	html_open(&p->h, TAG_AREA);
	put_busiest(p, f);
	put_gaps(p, f);
	digest_put_bars(p, f, a);
	digest_put_series(p, f);
	digest_put_months(p, f);
	digest_put_ranking(p, &honeypots);
	digest_put_ranking(p, &ports);
	digest_put_port_news(p, f);
	html_close(&p->h, TAG_AREA);
}
