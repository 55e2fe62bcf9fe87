/*
 * words.h - what is said of a file in titles and sentences, worked out from its facts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_WORDS_H
#define POTPRESS_SAMPLE_WORDS_H

#include "publisher/page/page.h"
#include "publisher/posts/sample/facts.h"

/* What a file is, where its verdict would mislead. */
enum sample_trait { TRAIT_NONE, TRAIT_UNWANTED, TRAIT_TEST, TRAIT_KEY };
enum sample_trait sample_trait(const struct sample_facts *f);

/* When the ratio was true. */
int64_t sample_as_of(const struct sample_facts *f);
bool sample_has_ratio(const struct sample_facts *f);
/* Too few engines judged it for a strong word. */
bool sample_is_hardly_judged(const struct sample_facts *f);
/* Whole years from the analysis to the latest capture. */
int64_t sample_years_past(const struct sample_facts *f);

/* What kind of file it is; "" where VirusTotal does not know. */
const char *sample_type(
    const struct page *p, const struct sample_facts *f, struct word *w);
/* "Mirai"; "" where it has no family that may be named. */
const char *sample_family(
    const struct page *p, const struct sample_facts *f, struct word *w);
/* A name without the folders it lay in. */
const char *sample_base_name(const char *path);

/* What it is and how it came, in one or two plain sentences. */
void sample_put_lead(const struct page *p, const struct sample_facts *f, struct buf *out);
/* What the title calls it. */
void sample_put_subject(
    const struct page *p, const struct sample_facts *f, struct buf *out);

/* The sentence of the verdict with the date it holds for, and what fills it. */
struct headline_words {
	struct word detections, verdicts, date;
};
enum phrase sample_headline(const struct sample_facts *f);
void sample_fill_headline(const struct page *p, const struct sample_facts *f,
    struct headline_words *w, struct filling out[FILLINGS_MAX]);

#endif
