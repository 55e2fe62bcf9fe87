/*
 * tables.c - the lower part of a page: file, hashes, detections, the end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/sample/internal.h"

#define ENGINES_MAX 150
#define TAGS_SHOWN_MAX 12

void
article_put_heading(struct page *p, enum phrase text)
{
	html_open(&p->h, TAG_HEADING);
	html_text(&p->h, phrase(p->options->language, text));
	html_close(&p->h, TAG_HEADING);
}

void
article_end_table(struct page *p)
{
	html_close(&p->h, TAG_TBODY);
	html_close(&p->h, TAG_TABLE);
}

void
article_put_head_cell(struct page *p, enum phrase text, const char *zone)
{
	html_open(&p->h, TAG_TH);
	phrase_html(&p->h, p->options->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = zone } });
	html_close(&p->h, TAG_TH);
}

void
article_put_cell(struct page *p, const char *text)
{
	html_open(&p->h, TAG_TD);
	html_text(&p->h, text);
	html_close(&p->h, TAG_TD);
}

static void
open_row(struct page *p, enum phrase name)
{
	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_TD);
	html_open(&p->h, TAG_STRONG);
	html_text(&p->h, phrase(p->options->language, name));
	html_close(&p->h, TAG_STRONG);
	html_close(&p->h, TAG_TD);
	html_open(&p->h, TAG_TD);
}

static void
close_row(struct page *p)
{
	html_close(&p->h, TAG_TD);
	html_close(&p->h, TAG_TR);
}

/* ---- the file */

static void
row_text(struct page *p, enum phrase name, const char *text)
{
	if (text[0] == '\0')
		return;
	open_row(p, name);
	html_text(&p->h, text);
	close_row(p);
}

static void
row_date(struct page *p, enum phrase name, enum date_form form, int64_t unix_s)
{
	struct word date;

	if (unix_s >= 0)
		row_text(p, name, article_word_date(p, &date, form, unix_s));
}

static void
row_codes(struct page *p, enum phrase name, char *const *texts, size_t count)
{
	if (count == 0)
		return;
	open_row(p, name);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			HTML_LIT(&p->h, ", ");
		html_code(&p->h, texts[i]);
	}
	close_row(p);
}

static void
row_family(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word family, count;

	if (article_word_label(p, &family, f->family)[0] == '\0')
		return;
	open_row(p, PHRASE_R_FAMILY);
	if (f->family_by_vote)
		phrase_html(&p->h, p->options->language, PHRASE_FAMILY_VOTE,
		    (struct filling[FILLINGS_MAX]){ { .text = family.text },
			{ .text = article_word_number(&count, f->family_count) } });
	else
		html_text(&p->h, family.text);
	close_row(p);
}

static void
row_category(struct page *p)
{
	struct word category;
	const char *known;

	if (article_word_label(p, &category, p->facts->category)[0] == '\0')
		return;
	known = phrase_category(p->options->language, category.text);
	row_text(p, PHRASE_R_CATEGORY, known != NULL ? known : category.text);
}

static void
row_type(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word type;

	article_word_type(p, &type);
	if (type.text[0] == '\0' && f->magic == NULL)
		return;
	open_row(p, PHRASE_R_TYPE);
	html_text(&p->h, type.text);
	if (type.text[0] != '\0' && f->magic != NULL)
		HTML_LIT(&p->h, "<br>");
	if (f->magic != NULL)
		html_code(&p->h, f->magic);
	close_row(p);
}

static void
row_size(struct page *p)
{
	struct word size;

	if (p->facts->size < 0)
		return;
	open_row(p, PHRASE_R_SIZE);
	phrase_html(&p->h, p->options->language, PHRASE_SIZE,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_number(&size, p->facts->size) } });
	close_row(p);
}

static void
row_tags(struct page *p)
{
	const char *tag;
	int n = 0;

	if (!json_text_nth(p->facts->vt_tags, "", 0, &tag))
		return;
	open_row(p, PHRASE_R_VT_TAGS);
	for (; n < TAGS_SHOWN_MAX && json_text_nth(p->facts->vt_tags, "", n, &tag); n++) {
		if (n > 0)
			HTML_LIT(&p->h, ", ");
		html_code(&p->h, tag);
	}
	close_row(p);
}

void
article_put_file_table(struct page *p)
{
	const struct sample_facts *f = p->facts;

	article_put_heading(p, PHRASE_H_FILE);
	html_open(&p->h, TAG_TABLE);
	html_open(&p->h, TAG_TBODY);
	row_family(p);
	row_category(p);
	row_type(p);
	row_size(p);
	row_codes(p, PHRASE_R_NAMES, f->names, f->name_count);
	row_codes(p, PHRASE_R_VT_NAME, &f->vt_name, f->vt_name != NULL);
	row_tags(p);
	row_date(p, PHRASE_R_VT_FIRST, DATE_MINUTE, f->first_submission_at);
	row_date(p, PHRASE_R_VT_ASKED, DATE_MINUTE, f->fetched_at);
	row_date(p, PHRASE_R_FIRST_CAPTURE, DATE_HOUR, f->first_seen);
	if (f->captures > 1)
		row_date(p, PHRASE_R_LAST_CAPTURE, DATE_HOUR, f->last_seen);
	article_end_table(p);
}

/* ---- hashes */

static void
put_hash(struct page *p, const char *kind, const char *hex, bool *any)
{
	if (hex == NULL)
		return;
	if (*any)
		HTML_LIT(&p->h, "\n\n");
	*any = true;
	html_open(&p->h, TAG_STRONG);
	html_text(&p->h, kind);
	html_close(&p->h, TAG_STRONG);
	HTML_LIT(&p->h, "\n");
	html_token(&p->h, hex);
}

void
article_put_hashes(struct page *p)
{
	bool any = false;

	article_put_heading(p, PHRASE_H_HASHES);
	html_open(&p->h, TAG_PRE);
	html_open(&p->h, TAG_CODE);
	put_hash(p, "SHA-256", p->facts->sha256, &any);
	put_hash(p, "SHA-1", p->facts->sha1, &any);
	put_hash(p, "MD5", p->facts->md5, &any);
	html_close(&p->h, TAG_CODE);
	html_close(&p->h, TAG_PRE);
}

/* ---- detections */

static void
put_engine(struct page *p, const cJSON *pair)
{
	const char *engine = NULL, *result = NULL;
	struct word name;

	json_text_nth(pair, "", 0, &engine);
	json_text_nth(pair, "", 1, &result);
	html_open(&p->h, TAG_TR);
	article_put_cell(p, article_word_label(p, &name, engine));
	html_open(&p->h, TAG_TD);
	if (result != NULL)
		html_code_short(&p->h, result);
	html_close(&p->h, TAG_TD);
	html_close(&p->h, TAG_TR);
}

void
article_put_detections(struct page *p)
{
	const cJSON *engines = p->facts->engines;
	int count = cJSON_GetArraySize(engines), shown = 0;
	struct word number;

	count = count < ENGINES_MAX ? count : ENGINES_MAX;
	if (!p->options->engine_names || count == 0)
		return;
	article_put_heading(p, PHRASE_H_DETECTIONS);
	html_open(&p->h, TAG_DETAILS);
	html_open(&p->h, TAG_SUMMARY);
	phrase_html(&p->h, p->options->language,
	    count == 1 ? PHRASE_SHOW_NAME : PHRASE_SHOW_NAMES,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_number(&number, count) } });
	html_close(&p->h, TAG_SUMMARY);
	html_open(&p->h, TAG_TABLE);
	html_open(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TR);
	article_put_head_cell(p, PHRASE_C_ENGINE, NULL);
	article_put_head_cell(p, PHRASE_C_NAME, NULL);
	html_close(&p->h, TAG_TR);
	html_close(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TBODY);
	for (const cJSON *i = NULL;
	     shown < ENGINES_MAX && (i = json_each(engines, "", i)); shown++)
		put_engine(p, i);
	html_close(&p->h, TAG_TBODY);
	html_close(&p->h, TAG_TABLE);
	html_close(&p->h, TAG_DETAILS);
}

/* ---- the end */

void
article_put_end(struct page *p)
{
	const struct sample_facts *f = p->facts;
	struct word date;

	if (f->sha256 != NULL && f->verdict != VERDICT_UNKNOWN)
		html_virustotal_button(
		    &p->h, f->sha256, phrase(p->options->language, PHRASE_BUTTON));
	html_open(&p->h, TAG_SMALL_PRINT);
	phrase_html(&p->h, p->options->language, PHRASE_SMALL_PRINT,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_date(p, &date, DATE_LONG, f->fetched_at) } });
	html_close(&p->h, TAG_SMALL_PRINT);
}
