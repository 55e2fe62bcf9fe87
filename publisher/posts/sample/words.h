/*
 * words.h - what titles and sentences state about a file, derived from its facts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_WORDS_H
#define POTPRESS_SAMPLE_WORDS_H

#include "publisher/page/page.h"
#include "publisher/posts/sample/facts.h"

/* What a file is, if its verdict would mislead. */
enum sample_trait { TRAIT_NONE, TRAIT_UNWANTED, TRAIT_TEST, TRAIT_KEY };
enum sample_trait sample_trait(const struct sample_facts *f);

/* The date of the ratio. */
int64_t sample_as_of(const struct sample_facts *f);
bool sample_has_ratio(const struct sample_facts *f);
/* Whether too few engines gave a verdict for a strong statement. */
bool sample_is_hardly_judged(const struct sample_facts *f);
/* Whether engines call it suspicious, and none malicious. */
bool sample_is_suspected(const struct sample_facts *f);
/* Whether there is an engine whose name for it can be shown. */
bool sample_is_named(const struct sample_facts *f);
/* Whole years from the analysis to the latest capture. */
int64_t sample_years_past(const struct sample_facts *f);

/* The type of the file; "" if VirusTotal does not know it. */
const char *sample_type(
    const struct page *p, const struct sample_facts *f, struct word *w);
/* "Mirai"; "" if it has no family that may be named. */
const char *sample_family(
    const struct page *p, const struct sample_facts *f, struct word *w);
/* A file name without its folders. */
const char *sample_base_name(const char *path);

/* What it is and how it arrived, in one or two plain sentences. */
void sample_put_lead(const struct page *p, const struct sample_facts *f, struct buf *out);
/* What the title calls it. */
void sample_put_subject(
    const struct page *p, const struct sample_facts *f, struct buf *out);

/* The sentence of the verdict with its date, and its arguments. */
struct headline_words {
	struct word detections, verdicts, date;
};
enum phrase sample_headline(const struct sample_facts *f);
void sample_fill_headline(const struct page *p, const struct sample_facts *f,
    struct headline_words *w, struct filling out[FILLINGS_MAX]);

#endif
