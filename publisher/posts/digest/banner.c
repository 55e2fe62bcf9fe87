/*
 * banner.c - see parts.h: the period at a glance, and three numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/date_range.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/words.h"

#define SENTENCES_MAX 1000
/* From here on a number needs a smaller type to stay in one piece on a phone. */
#define LONG_NUMBER 100000
#define MILLION 1000000
#define MYRIAD 10000

/* Blue, the colour of no verdict. Contrast at least 4.5 to 1. */
#define BACKGROUND "#eaf2f8"
#define TEXT "#12344d"
#define ACCENT "#2473a6"

static void
put_text(struct page *p, enum html_tag tag, const struct buf *text)
{
	html_open(&p->h, tag);
	html_text(&p->h, buf_text(text));
	html_close(&p->h, tag);
}

/* Whether it is whole days of one time zone, so that its dates and the zone say it all. */
static bool
is_whole(const struct digest_facts *f)
{
	return calendar_start(f->period.first) == f->from_at &&
	       calendar_start(f->period.end) == f->to_at &&
	       date_same_zone(f->from_at, f->to_at);
}

static void
put_from_to(struct page *p, const struct digest_facts *f)
{
	auto_buf period = BUF_CUT(WORD_MAX), zone = BUF_CUT(WORD_MAX);
	struct word from, to;

	if (!is_whole(f)) {
		page_say(p, PHRASE_DIGEST_FROM_TO,
		    page_date(p, &from, DATE_MINUTE, f->from_at),
		    page_date(p, &to, DATE_MINUTE, f->to_at));
		return;
	}
	date_put_range(
	    &period, p->language, f->period.first, calendar_add(f->period.end, -1));
	date_put_zone(&zone, f->from_at);
	page_say(p, PHRASE_DIGEST_WHOLE_DAY, buf_text(&period), buf_text(&zone));
}

static void
put_goes_on(struct page *p, const struct digest_facts *f)
{
	auto_buf day = BUF_CUT(WORD_MAX);

	if (!f->goes_on)
		return;
	html_text(&p->h, " · ");
	date_put_day(&day, p->language, calendar_add(f->come, -1));
	page_say(p, PHRASE_DIGEST_GOES_ON, buf_text(&day), NULL);
}

static void
put_when(struct page *p, const struct digest_facts *f)
{
	struct word counted;

	html_open(&p->h, TAG_DETAIL);
	put_from_to(p, f);
	put_goes_on(p, f);
	if (f->attacks.counted_at > 0) {
		html_text(&p->h, " · ");
		page_say(p, PHRASE_DIGEST_COUNTED,
		    page_date(p, &counted, DATE_MINUTE, f->attacks.counted_at), NULL);
	}
	html_close(&p->h, TAG_DETAIL);
}

/* ---- cards */

/* A number as a card has room for: seven digits would break on a phone. */
static void
put_value(struct page *p, int64_t n)
{
	struct word number, whole;

	if (n < MILLION) {
		html_text(&p->h, page_number(&number, n));
		return;
	}
	if (p->language == LANGUAGE_JA)
		page_number(&number, (n + MYRIAD / 2) / MYRIAD);
	else
		BUF_FIXED(number.text, "%s.%lld",
		    page_number(&whole, (n + MILLION / 20) / MILLION),
		    (long long)((n + MILLION / 20) / (MILLION / 10) % 10));
	page_say(p, PHRASE_DIGEST_MILLIONS, number.text, NULL);
}

static void
put_card(struct page *p, int64_t n, enum phrase text, int64_t other)
{
	enum html_tag value = n < LONG_NUMBER ? TAG_CARD_VALUE : TAG_CARD_VALUE_LONG;

	html_open(&p->h, TAG_CARD);
	html_open(&p->h, value);
	put_value(p, n);
	html_close(&p->h, value);
	page_say_number(p, text, other);
	html_close(&p->h, TAG_CARD);
}

static void
put_events_card(struct page *p, const struct digest_facts *f)
{
	enum phrase text = PHRASE_DIGEST_CARD_EVENTS;

	if (f->honeypots.values == 1)
		text = f->attacks.events == 1 ? PHRASE_DIGEST_CARD_EVENT
					      : PHRASE_DIGEST_CARD_EVENTS_ONE;
	put_card(p, f->attacks.events, text, f->honeypots.values);
}

static void
put_sources_card(struct page *p, const struct digest_facts *f)
{
	const struct digest_attacks *a = &f->attacks;
	bool day = f->period.span == SPAN_DAY;
	int64_t n = day ? a->sources : digest_mean(a->sources, a->counted);
	enum phrase one = day ? PHRASE_CARD_ADDRESS : PHRASE_DIGEST_CARD_SOURCE_DAILY;
	enum phrase many = day ? PHRASE_CARD_ADDRESSES : PHRASE_DIGEST_CARD_SOURCES_DAILY;

	if (a->sources > 0)
		put_card(p, n, n == 1 ? one : many, 0);
}

static void
put_files_card(struct page *p, const struct digest_facts *f)
{
	enum phrase text = PHRASE_DIGEST_CARD_FILES;

	if (f->files == 1)
		text = f->captures == 1 ? PHRASE_DIGEST_CARD_FILE_ONCE
					: PHRASE_DIGEST_CARD_FILE;
	put_card(p, f->files, text, f->captures);
}

static void
put_cards(struct page *p, const struct digest_facts *f)
{
	html_open(&p->h, TAG_CARDS);
	if (digest_any_counted(f)) {
		put_events_card(p, f);
		put_sources_card(p, f);
	}
	put_files_card(p, f);
	html_close(&p->h, TAG_CARDS);
}

void
digest_put_banner(struct page *p, const struct digest_facts *f, const char *id)
{
	auto_buf files = BUF_CUT(SENTENCES_MAX), events = BUF_CUT(SENTENCES_MAX);

	html_open_with(&p->h, TAG_BANNER,
	    (struct html_place[HTML_PLACES_MAX]){ { "id", id },
		{ "classes", "potpress potpress-digest" }, { "background", BACKGROUND },
		{ "text", TEXT }, { "accent", ACCENT } });
	html_open(&p->h, TAG_KICKER);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_KICKER + f->period.span));
	html_close(&p->h, TAG_KICKER);
	digest_put_new(p, f, &files);
	put_text(p, TAG_LEAD, &files);
	digest_put_events(p, f, &events);
	if (events.len > 0)
		put_text(p, TAG_REMARK, &events);
	put_when(p, f);
	html_close(&p->h, TAG_BANNER);
	put_cards(p, f);
}
