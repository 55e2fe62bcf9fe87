/*
 * end.c - see parts.h: how it was counted, what is still missing, and the digest before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/date_range.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/words.h"

static void
put_says(struct page *p, enum phrase text, int64_t n)
{
	html_open(&p->h, TAG_SAYS);
	page_say_count(p, text, text, n);
	html_close(&p->h, TAG_SAYS);
}

static void
put_how(struct page *p, const struct digest_facts *f)
{
	html_open(&p->h, TAG_AREA);
	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_HOW));
	html_close(&p->h, TAG_FOLD_SUMMARY);
	if (digest_any_counted(f))
		put_says(p, PHRASE_DIGEST_HOW_EVENTS, 0);
	put_says(p, PHRASE_DIGEST_HOW_FILES, 0);
	if (f->leftovers > 0)
		put_says(p, PHRASE_DIGEST_HOW_LEFTOVERS, f->leftovers);
	html_close(&p->h, TAG_FOLD);
	html_close(&p->h, TAG_AREA);
}

/* Sensors are counted, never named. */
static void
put_silence(struct page *p, const struct digest_facts *f)
{
	const struct digest_history *h = &f->history;

	if (h->quiet_sensors > 0) {
		page_space(p);
		page_say_count(p, PHRASE_DIGEST_QUIET_SENSOR, PHRASE_DIGEST_QUIET_SENSORS,
		    h->quiet_sensors);
	}
	if (h->quiet_honeypots.total == 0)
		return;
	page_space(p);
	digest_put_names(p, PHRASE_DIGEST_QUIET_HONEYPOTS, PHRASE_DIGEST_QUIET_HONEYPOTS,
	    PHRASE_DIGEST_QUIET_HONEYPOTS_MORE, &h->quiet_honeypots);
}

static void
put_before(struct page *p, const struct digest_facts *f)
{
	struct period before = period_before(&f->period);
	struct digest_facts of = { .period = before };
	auto_buf name = BUF_CUT(WORD_MAX);

	if (f->link_before == NULL)
		return;
	digest_put_period(p, &of, &name);
	html_open(&p->h, TAG_LINKS);
	html_open(&p->h, TAG_LINKS_ITEM);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_BEFORE + f->period.span));
	html_text(&p->h, " ");
	html_link(&p->h, f->link_before, buf_text(&name));
	html_close(&p->h, TAG_LINKS_ITEM);
	html_close(&p->h, TAG_LINKS);
}

static void
put_quota(struct page *p, const struct digest_facts *f)
{
	struct word used, allowed;

	if (f->period.span != SPAN_DAY || f->allowed == 0)
		return;
	page_space(p);
	page_say(p, PHRASE_DIGEST_USED, page_number(&used, f->used),
	    page_number(&allowed, f->allowed));
}

static void
put_late(struct page *p, const struct digest_facts *f)
{
	struct word number, date;

	if (f->late == 0)
		return;
	page_space(p);
	page_say(p, f->late == 1 ? PHRASE_DIGEST_LATE_ONE : PHRASE_DIGEST_LATE,
	    page_number(&number, f->late), page_date(p, &date, DATE_SHORT, f->late_at));
}

void
digest_put_end(struct page *p, const struct digest_facts *f)
{
	int64_t waiting = f->by_class[CLASS_WAITING];

	put_how(p, f);
	put_before(p, f);
	html_open(&p->h, TAG_SMALL_PRINT);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_GENERATED));
	put_quota(p, f);
	put_late(p, f);
	digest_put_clocks(p, f);
	put_silence(p, f);
	if (waiting > 0) {
		page_space(p);
		page_say_count(
		    p, PHRASE_DIGEST_STILL_ONE, PHRASE_DIGEST_STILL_WAITING, waiting);
	}
	html_close(&p->h, TAG_SMALL_PRINT);
}
