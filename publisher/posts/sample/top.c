/*
 * top.c - the upper part of a page: banner, cards, summary.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>

#include "publisher/posts/sample/internal.h"
#include "publisher/posts/sample/sample.h"

/* Background and text always together, for dark themes; contrast at least 4.5 to 1. */
struct palette {
	const char *background, *text, *accent, *track;
};

static const struct palette RED = { "#fdecea", "#611a15", "#c62828", "#e3b7b3" };
static const struct palette AMBER = { "#fff4e5", "#663c00", "#ef6c00", "#f0d2b0" };
static const struct palette GREY = { "#eceff1", "#263238", "#607d8b", "#cfd8dc" };

static const struct palette *const PALETTES[VERDICT_COUNT] = {
	[VERDICT_MALICIOUS] = &RED,
	[VERDICT_SUSPICIOUS] = &AMBER,
	[VERDICT_KNOWN_GOOD] = &GREY,
	[VERDICT_UNDETECTED] = &GREY,
	[VERDICT_INCONCLUSIVE] = &GREY,
	[VERDICT_NOT_ANALYSED] = &GREY,
	[VERDICT_UNKNOWN] = &GREY,
};

/* ---- banner */

static void
open_banner(struct page *p, const struct palette *c)
{
	auto_buf id = BUF_INIT(WORD_MAX), classes = BUF_INIT(WORD_MAX);

	buf_printf(&id, "%s%s", post_kind_sample.marker, p->facts->key);
	buf_printf(&classes, "potpress potpress-%s", verdict_word(p->facts->verdict));
	html_open_with(&p->h, TAG_BANNER,
	    (struct html_place[HTML_PLACES_MAX]){ { "id", buf_text(&id) },
		{ "classes", buf_text(&classes) }, { "background", c->background },
		{ "text", c->text }, { "accent", c->accent } });
}

/* Accent up to the share of engines that detect the file, track behind it. */
static void
put_bar(struct page *p, const struct palette *c)
{
	const struct sample_facts *f = p->facts;
	auto_buf share = BUF_INIT(32);
	int64_t tenths = f->detections * 1000 / f->verdicts;

	buf_printf(
	    &share, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
	html_open_with(&p->h, TAG_BAR,
	    (struct html_place[HTML_PLACES_MAX]){ { "share", buf_text(&share) },
		{ "accent", c->accent }, { "track", c->track } });
	html_close(&p->h, TAG_BAR);
}

static void
put_headline(struct page *p)
{
	struct headline_words words;
	struct filling fillings[FILLINGS_MAX] = { { .text = NULL } };

	article_headline_fill(p, &words, fillings);
	html_open(&p->h, TAG_HEADLINE);
	phrase_html(&p->h, p->options->language, article_headline(p->facts), fillings);
	html_close(&p->h, TAG_HEADLINE);
}

/* One part of the line below the headline, followed by a dot in the middle. */
static void
put_part(struct page *p, enum phrase part, const char *text, bool strong)
{
	phrase_html(&p->h, p->options->language, part,
	    (struct filling[FILLINGS_MAX]){ { .text = text, .strong = strong } });
	html_text(&p->h, " · ");
}

static void
put_suspicions(struct page *p)
{
	int64_t n = p->facts->suspicions;
	struct word number;

	if (n > 0)
		put_part(p, n == 1 ? PHRASE_SUSPECTED_ONE : PHRASE_SUSPECTED,
		    article_word_number(&number, n), false);
}

static void
put_verdicts(struct page *p)
{
	const struct sample_facts *f = p->facts;
	const char *distributor = NULL;
	struct word word;

	json_text_nth(f->distributors, "", 0, &distributor);
	if (f->verdict == VERDICT_KNOWN_GOOD &&
	    article_word_label(p, &word, distributor)[0] != '\0')
		put_part(p, PHRASE_DISTRIBUTOR, word.text, true);
	if (f->verdict == VERDICT_KNOWN_GOOD || f->verdict == VERDICT_UNDETECTED)
		put_part(
		    p, PHRASE_VERDICTS, article_word_number(&word, f->verdicts), false);
}

static void
put_detail(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word date, label;

	html_open(&p->h, TAG_DETAIL);
	if (article_word_label(p, &label, f->label)[0] != '\0')
		put_part(p, PHRASE_LABEL, label.text, true);
	put_suspicions(p);
	put_verdicts(p);
	phrase_html(&p->h, p->options->language,
	    f->last_analysis_at >= 0 ? PHRASE_ANALYSED : PHRASE_ASKED,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_date(p, &date, DATE_MINUTE, article_as_of(f)) } });
	html_close(&p->h, TAG_DETAIL);
}

void
article_put_banner(struct page *p)
{
	const struct palette *colours = PALETTES[p->facts->verdict];

	open_banner(p, colours);
	html_open(&p->h, TAG_KICKER);
	html_text(&p->h, phrase(p->options->language, PHRASE_KICKER + p->facts->verdict));
	html_close(&p->h, TAG_KICKER);
	put_headline(p);
	if (article_has_ratio(p->facts) && p->facts->detections > 0)
		put_bar(p, colours);
	put_detail(p);
	html_close(&p->h, TAG_BANNER);
}

/* ---- cards */

/* Names are set smaller than numbers: they must fit a third of a phone. */
static void
put_card(struct page *p, const char *value, enum phrase below, const char *date)
{
	enum html_tag size =
	    isdigit((unsigned char)value[0]) ? TAG_CARD_VALUE : TAG_CARD_NAME;

	html_open(&p->h, TAG_CARD);
	html_open(&p->h, size);
	html_text(&p->h, value);
	html_close(&p->h, size);
	phrase_html(&p->h, p->options->language, below,
	    (struct filling[FILLINGS_MAX]){ { .text = date } });
	html_close(&p->h, TAG_CARD);
}

void
article_put_cards(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word honeypot, captures, date, countries;

	if (f->captures == 0)
		return;
	html_open(&p->h, TAG_CARDS);
	if (f->honeypots_total > 1)
		put_card(p, article_word_number(&honeypot, f->honeypots_total),
		    PHRASE_CARD_HONEYPOTS, NULL);
	else
		put_card(
		    p, article_word_honeypots(p, &honeypot), PHRASE_CARD_HONEYPOT, NULL);
	put_card(p, article_word_number(&captures, f->captures),
	    f->captures == 1 ? PHRASE_CARD_CAPTURE : PHRASE_CARD_CAPTURES,
	    article_word_date(p, &date, DATE_SHORT, f->now));
	if (f->country_count > 0) {
		put_card(p,
		    f->country_count == 1
			? article_word_label(p, &countries, f->country)
			: article_word_number(&countries, f->country_count),
		    f->country_count == 1 ? PHRASE_CARD_COUNTRY : PHRASE_CARD_COUNTRIES,
		    NULL);
	}
	html_close(&p->h, TAG_CARDS);
}

/* ---- summary */

static void
put_sentence(
    struct page *p, enum phrase sentence, const struct filling fillings[FILLINGS_MAX])
{
	if (p->options->language != LANGUAGE_JA)
		html_text(&p->h, " ");
	phrase_html(&p->h, p->options->language, sentence, fillings);
}

static void
put_captured(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word honeypots, type, date;

	if (f->captures == 0) {
		html_text(&p->h, phrase(p->options->language, PHRASE_NOT_CAPTURED));
		return;
	}
	article_word_type(p, &type);
	phrase_html(&p->h, p->options->language,
	    type.text[0] != '\0' ? PHRASE_CAPTURED : PHRASE_CAPTURED_PLAIN,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_honeypots(p, &honeypots) }, { .text = type.text },
		{ .text = article_word_date(p, &date, DATE_LONG, f->first_seen) } });
}

/* Our own clock says when we had it: a sensor's would not do. */
static bool
had_it_first(const struct sample_facts *f)
{
	return f->first_collected_at >= 0 &&
	       f->first_submission_at > f->first_collected_at;
}

void
article_put_summary(struct page *p)
{
	const struct sample_facts *f = p->facts;
	static const struct filling none[FILLINGS_MAX];
	struct word label, date;

	html_open(&p->h, TAG_PARAGRAPH);
	put_captured(p);
	if (article_word_label(p, &label, f->label)[0] != '\0')
		put_sentence(p, PHRASE_SENTENCE_LABEL,
		    (struct filling[FILLINGS_MAX]){
			{ .text = label.text, .strong = true } });
	if (f->pua)
		put_sentence(p, PHRASE_SENTENCE_PUA, none);
	if (f->verdict == VERDICT_UNKNOWN)
		put_sentence(p, PHRASE_SENTENCE_NEWS,
		    (struct filling[FILLINGS_MAX]){ { .text = article_word_date(p, &date,
							  DATE_LONG, f->fetched_at) } });
	else if (had_it_first(f))
		put_sentence(p, PHRASE_SENTENCE_FIRST, none);
	html_close(&p->h, TAG_PARAGRAPH);
}
