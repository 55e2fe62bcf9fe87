/* internal.h - what the parts of a page share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_POSTS_INTERNAL_H
#define POTPRESS_POSTS_INTERNAL_H

#include "publisher/page/date.h"
#include "publisher/posts/kind.h"
#include "publisher/posts/sample/facts.h"

#define WORD_MAX 128 /* bytes of one date, number or label in a sentence */

/* A short text for a sentence, built in place. */
struct word {
	char text[WORD_MAX];
};

/* A page on its way. */
struct page {
	struct html h;
	const struct sample_facts *facts;
	const struct post_options *options;
	struct gate *gate;
};

const char *article_word_number(
    struct word *w, int64_t n); /* with thousands separated: 92,160 */
const char *article_word_date(
    const struct page *p, struct word *w, enum date_form form, int64_t unix_s);
/* A label of strangers, fit for a sentence; "" for NULL or when nothing is left. */
const char *article_word_label(const struct page *p, struct word *w, const char *text);
/* What kind of file it is; "" where VirusTotal does not know. */
const char *article_word_type(const struct page *p, struct word *w);
/* The honeypots of the sample, "Cowrie, H0neytr4p", and how many more: " +2". */
const char *article_word_honeypots(const struct page *p, struct word *w);
/* When the ratio was true. */
int64_t article_as_of(const struct sample_facts *f);
bool article_has_ratio(const struct sample_facts *f);
/* The sentence of the verdict with the date it holds for; */
struct headline_words {
	struct word detections, verdicts, date;
};
enum phrase article_headline(const struct sample_facts *f);
void article_headline_fill(
    const struct page *p, struct headline_words *w, struct filling out[FILLINGS_MAX]);

/* What tables are made of; zone fills the place of a heading's phrase, or NULL. */
void article_put_heading(struct page *p, enum phrase text);
void article_put_head_cell(struct page *p, enum phrase text, const char *zone);
void article_put_cell(struct page *p, const char *text);
void article_end_table(struct page *p);

/* The parts of a page, from its top to its end. */
void article_put_banner(struct page *p);
void article_put_cards(struct page *p);
void article_put_summary(struct page *p);
void article_put_file_table(struct page *p);
void article_put_hashes(struct page *p);
void article_put_captures(struct page *p);
void article_put_urls(struct page *p);
void article_put_detections(struct page *p);
void article_put_end(struct page *p);

#endif
