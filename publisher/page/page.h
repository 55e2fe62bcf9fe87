/*
 * page.h - parts of a page: short texts for sentences, and the rows of tables.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_PAGE_H
#define POTPRESS_PAGE_PAGE_H

#include "publisher/page/date.h"
#include "publisher/page/html.h"
#include "publisher/page/phrases.h"

#define WORD_MAX 128 /* bytes of one date, number or label in a sentence */

/* A short text for a sentence, built in place. Longer texts are cut. */
struct word {
	char text[WORD_MAX];
};

struct page {
	struct html h;
	enum language language;
	struct gate *gate;
};
void page_init(
    struct page *p, enum language language, struct gate *gate, struct buf *out);

const char *page_number(struct word *w, int64_t n); /* with thousands separated: 92,160 */
const char *page_date(
    const struct page *p, struct word *w, enum date_form form, int64_t unix_s);
/* An untrusted label, cleaned for a sentence; "" for NULL or when nothing is left. */
const char *page_label(const struct page *p, struct word *w, const char *text);
/* The same for a name, which may be in any language: not for titles or tags. */
const char *page_name(const struct page *p, struct word *w, const char *text);
/* The title of another post, added to `out`. Titles are ours, but a name in them may have become private since
 * they were sent. */
const char *page_post_title(const struct page *p, const char *title, struct buf *out);
/* The usual spelling of a network protocol: SSH, Telnet. */
const char *page_protocol(const struct page *p, struct word *w, const char *text);
/* The name of a country, or its code if it has none. */
const char *page_country(const struct page *p, struct word *w, const char *code);

/* The separator before a list's member at i. */
const char *page_before_member(const struct page *p, size_t i, size_t count);

/* A text for titles and excerpts, which are searched: their blanks are ordinary ones. */
void page_put_plain(struct buf *out, const struct buf *text);

/* A phrase with up to two arguments; NULL: none. */
void page_say(struct page *p, enum phrase text, const char *a, const char *b);
/* The same with a number. */
void page_say_number(struct page *p, enum phrase text, int64_t n);
/* For one thing or several; {1} is their number. */
void page_say_count(struct page *p, enum phrase one, enum phrase many, int64_t n);

void page_heading(struct page *p, enum phrase text);
/* Between two sentences of a paragraph. */
void page_space(struct page *p);
void page_break(struct page *p);

/* A table: its head with a cell for each phrase and width, then rows. */
struct page_column {
	enum phrase name;
	const char *width; /* "30%" */
	const char *filling; /* of the name, or NULL */
};
void page_table(struct page *p, const struct page_column *columns, size_t count);
void page_table_end(struct page *p);
/* A table of facts has no head but a label in each row. */
void page_facts(struct page *p);
void page_fact(struct page *p, enum phrase label, enum html_tag cell);
void page_fact_end(struct page *p, enum html_tag cell);

#endif
