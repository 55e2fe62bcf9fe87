/*
 * banner.c - see parts.h: the verdict at a glance.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/words.h"

#define LEAD_MAX 1000

/* Background and text always together, for dark themes; contrast at least 4.5 to 1. */
struct colours {
	const char *background, *text, *accent, *track;
};

static const struct colours RED = { "#fdecea", "#611a15", "#c62828", "#e3b7b3" };
static const struct colours AMBER = { "#fff4e5", "#663c00", "#ef6c00", "#f0d2b0" };
static const struct colours PLUM = { "#f9ebf6", "#571b4b", "#a8328f", "#e0bcd8" };
static const struct colours TEAL = { "#e2f3f0", "#0c3b35", "#1b8074", "#b3d8d2" };
static const struct colours INDIGO = { "#eceefb", "#23295c", "#5560c4", "#c3c8ee" };
static const struct colours GREY = { "#eceff1", "#263238", "#607d8b", "#cfd8dc" };

static const struct colours *const BY_VERDICT[VERDICT_COUNT] = {
	[VERDICT_MALICIOUS] = &RED,
	[VERDICT_SUSPICIOUS] = &AMBER,
	[VERDICT_KNOWN_GOOD] = &GREY,
	[VERDICT_UNDETECTED] = &GREY,
	[VERDICT_INCONCLUSIVE] = &GREY,
	[VERDICT_NOT_ANALYSED] = &GREY,
	[VERDICT_UNKNOWN] = &INDIGO,
};

static const struct {
	const struct colours *palette;
	const char *class_name;
	enum phrase kicker;
} BY_TRAIT[] = {
	[TRAIT_UNWANTED] = { &PLUM, " potpress-pua", PHRASE_KICKER_PUA },
	[TRAIT_TEST] = { &TEAL, " potpress-test", PHRASE_KICKER_TEST },
	[TRAIT_KEY] = { &AMBER, " potpress-key", PHRASE_KICKER_KEY },
};

static const struct colours *
palette(const struct sample_facts *f)
{
	enum sample_trait trait = sample_trait(f);

	if (trait != TRAIT_NONE)
		return BY_TRAIT[trait].palette;
	return f->verdict == VERDICT_MALICIOUS && sample_is_hardly_judged(f)
		   ? &AMBER
		   : BY_VERDICT[f->verdict];
}

static void
open_banner(
    struct page *p, const struct sample_facts *f, const struct colours *c, const char *id)
{
	enum sample_trait trait = sample_trait(f);
	char classes[WORD_MAX];

	BUF_FIXED(classes, "potpress potpress-%s%s", verdict_word(f->verdict),
	    trait != TRAIT_NONE ? BY_TRAIT[trait].class_name : "");
	html_open_with(&p->h, TAG_BANNER,
	    (struct html_place[HTML_PLACES_MAX]){ { "id", id }, { "classes", classes },
		{ "background", c->background }, { "text", c->text },
		{ "accent", c->accent } });
}

static void
put_kicker(struct page *p, const struct sample_facts *f)
{
	enum sample_trait trait = sample_trait(f);
	const char *word = phrase(p->language,
	    trait != TRAIT_NONE ? BY_TRAIT[trait].kicker : PHRASE_KICKER + f->verdict);
	char year[16];

	html_open(&p->h, TAG_KICKER);
	if (trait == TRAIT_NONE && sample_is_hardly_judged(f)) {
		page_say(p, PHRASE_KICKER_FEW, word, NULL);
	} else if (f->verdict == VERDICT_UNDETECTED && sample_years_past(f) > 0) {
		BUF_FIXED(year, "%d", date_year(f->last_analysis_at));
		page_say(p, PHRASE_KICKER_PAST, word, year);
	} else {
		html_text(&p->h, word);
	}
	html_close(&p->h, TAG_KICKER);
}

static void
put_lead(struct page *p, const struct sample_facts *f)
{
	auto_buf lead = BUF_CUT(LEAD_MAX);

	sample_put_lead(p, f, &lead);
	html_open(&p->h, TAG_LEAD);
	html_text(&p->h, buf_text(&lead));
	html_close(&p->h, TAG_LEAD);
}

/* Accent up to the share of engines that detect the file, then track. */
static void
put_bar(struct page *p, const struct sample_facts *f, const struct colours *c)
{
	int64_t tenths;
	char share[32];

	if (!sample_has_ratio(f) || f->detections == 0)
		return;
	tenths = f->detections * 1000 / f->verdicts;
	BUF_FIXED(
	    share, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
	html_open_with(&p->h, TAG_BAR,
	    (struct html_place[HTML_PLACES_MAX]){
		{ "share", share }, { "accent", c->accent }, { "track", c->track } });
	html_close(&p->h, TAG_BAR);
}

/* Adds a part to the line, after a middle dot. */
static void
put_part(struct page *p, enum phrase part, const char *text, bool strong)
{
	html_text(&p->h, " · ");
	phrase_html(&p->h, p->language, part,
	    (struct filling[FILLINGS_MAX]){ { .text = text, .strong = strong } });
}

static void
put_years_past(struct page *p, const struct sample_facts *f)
{
	int64_t years = sample_years_past(f);
	struct word number;

	if (years > 0)
		put_part(p, years == 1 ? PHRASE_PAST_YEAR : PHRASE_PAST,
		    page_number(&number, years), false);
}

static void
put_parts(struct page *p, const struct sample_facts *f)
{
	const char *distributor = NULL;
	struct word word;

	if (sample_is_named(f) && page_label(p, &word, f->label)[0] != '\0')
		put_part(p, PHRASE_LABEL, word.text, true);
	if (f->suspicions > 0 && !sample_is_suspected(f))
		put_part(p, f->suspicions == 1 ? PHRASE_SUSPICION : PHRASE_SUSPICIONS,
		    page_number(&word, f->suspicions), false);
	json_text_nth(f->distributors, "", 0, &distributor);
	if (page_name(p, &word, distributor)[0] != '\0')
		put_part(p, PHRASE_DISTRIBUTOR, word.text, true);
	put_years_past(p, f);
	if (f->gone_at > 0)
		put_part(
		    p, PHRASE_GONE, page_date(p, &word, DATE_SHORT, f->gone_at), false);
}

void
sample_put_banner(struct page *p, const struct sample_facts *f, const char *id)
{
	const struct colours *colours = palette(f);
	struct headline_words words;
	struct filling fillings[FILLINGS_MAX] = { { .text = NULL } };

	open_banner(p, f, colours, id);
	put_kicker(p, f);
	put_lead(p, f);
	put_bar(p, f, colours);
	sample_fill_headline(p, f, &words, fillings);
	html_open(&p->h, TAG_DETAIL);
	phrase_html(&p->h, p->language, sample_headline(f), fillings);
	put_parts(p, f);
	html_close(&p->h, TAG_DETAIL);
	html_close(&p->h, TAG_BANNER);
}
