/*
 * attacks.c - see parts.h: all attacks by honeypot and port, and when there were most.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/ranking.h"

#define GAP_HOURS 3 /* shorter ones are not mentioned */
#define GAP_EVENTS 10 /* an hour on average: else silence is usual */

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

/* The longest run of hours without an event. */
static void
put_gap(struct page *p, const struct digest_facts *f)
{
	int64_t hours = (f->to_at - f->from_at) / HOUR_S;
	int64_t length = 0, longest = 0, end = 0;
	struct word from, to;

	if (f->hour_count == 0 || f->attacks.events < hours * GAP_EVENTS)
		return;
	for (int64_t i = 0; i < hours && i < DIGEST_HOURS_MAX; i++) {
		length = f->hours[i] == 0 ? length + 1 : 0;
		if (length > longest) {
			longest = length;
			end = i + 1;
		}
	}
	if (longest < GAP_HOURS)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_GAP,
	    page_date(p, &from, DATE_TIME, f->from_at + (end - longest) * HOUR_S),
	    page_date(p, &to, DATE_TIME, f->from_at + end * HOUR_S));
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
	put_gap(p, f);
	digest_put_bars(p, f, a);
	digest_put_series(p, f);
	digest_put_months(p, f);
	digest_put_ranking(p, &honeypots);
	digest_put_ranking(p, &ports);
	digest_put_port_news(p, f);
	html_close(&p->h, TAG_AREA);
}
