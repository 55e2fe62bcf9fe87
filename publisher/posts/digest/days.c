/*
 * days.c - see parts.h: the days of a week, or the weeks of a month, side by side; and the last months.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/date_range.h"
#include "publisher/posts/digest/parts.h"

static void
put_name(struct page *p, const struct digest_part *part)
{
	auto_buf name = BUF_CUT(WORD_MAX);

	date_put_days(&name, p->language, part->first, calendar_add(part->end, -1));
	html_open(&p->h, TAG_TD);
	if (part->link != NULL)
		html_link(&p->h, part->link, buf_text(&name));
	else
		html_text(&p->h, buf_text(&name));
	html_close(&p->h, TAG_TD);
}

/* A dash: not counted. */
static void
put_number(struct page *p, bool known, int64_t n)
{
	struct word number;

	html_open(&p->h, TAG_TD);
	html_text(&p->h, known ? page_number(&number, n) : "–");
	html_close(&p->h, TAG_TD);
}

/* A week of which some days are not counted says how many are. */
static void
put_events(struct page *p, const struct digest_part *part)
{
	const struct digest_attacks *a = &part->attacks;
	int64_t days = period_days(part->first, part->end);
	struct word events, counted, all;

	if (a->counted == 0 || a->counted >= days) {
		put_number(p, a->counted > 0, a->events);
		return;
	}
	html_open(&p->h, TAG_TD);
	html_text(&p->h, page_number(&events, a->events));
	html_text(&p->h, " ");
	page_say(p, PHRASE_DIGEST_PARTLY, page_number(&counted, a->counted),
	    page_number(&all, days));
	html_close(&p->h, TAG_TD);
}

static void
put_quota(struct page *p, const struct digest_part *part)
{
	struct word used, allowed;

	html_open(&p->h, TAG_TD);
	if (part->allowed > 0)
		page_say(p, PHRASE_DIGEST_QUOTA, page_number(&used, part->used),
		    page_number(&allowed, part->allowed));
	else
		html_text(&p->h, "–");
	html_close(&p->h, TAG_TD);
}

static void
put_part(struct page *p, const struct digest_part *part)
{
	html_open(&p->h, TAG_TR);
	put_name(p, part);
	put_events(p, part);
	put_number(p, true, part->new_files);
	put_quota(p, part);
	html_close(&p->h, TAG_TR);
}

void
digest_put_days(struct page *p, const struct digest_facts *f)
{
	if (f->part_count == 0)
		return;
	page_heading(p, PHRASE_DIGEST_H_PARTS + f->period.span);
	html_open(&p->h, TAG_AREA_BOXED);
	page_table(p,
	    (struct page_column[]){
		{ PHRASE_DIGEST_C_PART + f->period.span, "34%", NULL },
		{ PHRASE_DIGEST_C_EVENTS, "20%", NULL },
		{ PHRASE_DIGEST_C_NEW, "18%", NULL },
		{ PHRASE_DIGEST_C_QUOTA, "28%", NULL } },
	    4);
	for (size_t i = 0; i < f->part_count; i++)
		put_part(p, &f->parts[i]);
	page_table_end(p);
	html_open(&p->h, TAG_SAYS);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_QUOTA_NOTE));
	html_close(&p->h, TAG_SAYS);
	html_close(&p->h, TAG_AREA_BOXED);
}

void
digest_put_months(struct page *p, const struct digest_facts *f)
{
	const struct digest_history *h = &f->history;
	size_t known = 0;
	struct word number;

	for (size_t i = 0; i < h->month_count; i++)
		known += h->months[i].daily > 0;
	if (known < 2)
		return;
	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_EACH_MONTH));
	html_close(&p->h, TAG_FOLD_SUMMARY);
	html_open(&p->h, TAG_SAYS);
	for (size_t i = 0, said = 0; i < h->month_count; i++) {
		auto_buf name = BUF_CUT(WORD_MAX);

		if (said == 0 && h->months[i].daily == 0)
			continue;
		html_text(&p->h, said++ > 0 ? " · " : "");
		date_put_month(&name, p->language, h->months[i].first);
		html_text(&p->h, buf_text(&name));
		html_text(&p->h, ":\u00a0");
		html_text(&p->h, h->months[i].daily > 0
				     ? page_number(&number, h->months[i].daily)
				     : "?");
	}
	html_close(&p->h, TAG_SAYS);
	html_close(&p->h, TAG_FOLD);
}
