/*
 * attacks.c - see parts.h: all attacks by honeypot and port, and when there were most.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/page/date_range.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/ranking.h"

#define DAYS_NAMED_MAX 7
#define NAMES_MAX 300 /* bytes */

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

/* Why the ports have fewer events than the honeypots. */
static void
put_ports_note(struct page *p, const struct digest_facts *f)
{
	if (f->ports.count == 0)
		return;
	html_open(&p->h, TAG_SAYS);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_HOW_PORTS));
	html_close(&p->h, TAG_SAYS);
}

/* A day that is over since counting began, without events or not counted. */
static bool
is_without(const struct digest_facts *f, size_t bar)
{
	struct calendar_date day = calendar_add(f->period.first, (int)bar);
	struct calendar_date end = f->goes_on ? calendar_add(f->come, -1) : f->come;

	return digest_bar_total(&f->bars[bar]) == 0 && calendar_before(day, end) &&
	       (f->since == 0 || !calendar_before(day, calendar_of(f->since)));
}

/* Of a longer period; if there are many, the number of counted days says it. */
static void
put_days_without(struct page *p, const struct digest_facts *f)
{
	auto_buf names = BUF_CUT(NAMES_MAX);
	size_t days = 0;

	for (size_t i = 0; f->period.span != SPAN_DAY && i < f->bar_count; i++) {
		if (!is_without(f, i))
			continue;
		if (days++ > 0)
			buf_puts(&names, phrase(p->language, PHRASE_LIST));
		date_put_weekday(
		    &names, p->language, calendar_add(f->period.first, (int)i));
	}
	if (days == 0 || days > DAYS_NAMED_MAX)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_DAYS_WITHOUT, buf_text(&names), NULL);
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
	put_days_without(p, f);
	digest_put_bars(p, f, a);
	digest_put_series(p, f);
	digest_put_months(p, f);
	digest_put_ranking(p, &honeypots);
	digest_put_ranking(p, &ports);
	put_ports_note(p, f);
	digest_put_port_news(p, f);
	html_close(&p->h, TAG_AREA);
}
