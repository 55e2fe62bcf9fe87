/*
 * file.c - see parts.h: the file itself, in a table.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/words.h"

#define TAGS_SHOWN_MAX 12

static void
put_text(struct page *p, enum phrase name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	page_fact(p, name, TAG_FACT);
	html_text(&p->h, text);
	page_fact_end(p, TAG_FACT);
}

static void
put_date(struct page *p, enum phrase name, enum date_form form, int64_t unix_s)
{
	struct word date;

	if (unix_s >= 0)
		put_text(p, name, page_date(p, &date, form, unix_s));
}

static void
put_family(struct page *p, const struct sample_facts *f)
{
	struct word family, count;

	if (sample_family(p, f, &family)[0] == '\0')
		return;
	page_fact(p, PHRASE_R_FAMILY, TAG_FACT);
	if (f->family_count > 0)
		page_say(p,
		    f->family_count == 1 ? PHRASE_FAMILY_COUNT_ONE : PHRASE_FAMILY_COUNT,
		    family.text, page_number(&count, f->family_count));
	else
		html_text(&p->h, family.text);
	page_fact_end(p, TAG_FACT);
}

static void
put_category(struct page *p, const struct sample_facts *f)
{
	struct word category;
	const char *known;

	if (!sample_is_named(f))
		return;
	page_label(p, &category, f->category);
	known = phrase_category(p->language, category.text);
	put_text(p, PHRASE_R_CATEGORY, known != NULL ? known : category.text);
}

static void
put_listed(struct page *p, const struct sample_facts *f)
{
	struct word name, date;

	if (f->listed_at == 0)
		return;
	page_date(p, &date, DATE_SHORT, f->listed_at);
	page_label(p, &name, f->listed_as);
	page_fact(p, PHRASE_R_LISTED, TAG_FACT);
	if (name.text[0] != '\0' && strstr(name.text, GATE_CUT) == NULL)
		page_say(p, PHRASE_LISTED_AS, name.text, date.text);
	else
		page_say(p, PHRASE_LISTED, date.text, "");
	page_fact_end(p, TAG_FACT);
}

/* libmagic's description is long, so it is folded after the type. */
static void
put_type(struct page *p, const struct sample_facts *f)
{
	struct word type;

	sample_type(p, f, &type);
	if (f->magic == NULL) {
		put_text(p, PHRASE_R_TYPE, type.text);
		return;
	}
	page_fact(p, PHRASE_R_TYPE, TAG_FACT_WORD);
	if (type.text[0] == '\0') {
		html_code(&p->h, f->magic);
	} else {
		html_open(&p->h, TAG_UNFOLD);
		html_open(&p->h, TAG_UNFOLD_SUMMARY);
		html_text(&p->h, type.text);
		html_close(&p->h, TAG_UNFOLD_SUMMARY);
		html_code(&p->h, f->magic);
		html_close(&p->h, TAG_UNFOLD);
	}
	page_fact_end(p, TAG_FACT_WORD);
}

static void
put_size(struct page *p, const struct sample_facts *f)
{
	if (f->size < 0)
		return;
	page_fact(p, PHRASE_R_SIZE, TAG_FACT);
	page_say_count(p, PHRASE_SIZE_ONE, PHRASE_SIZE, f->size);
	page_fact_end(p, TAG_FACT);
}

static void
put_more(struct page *p, int64_t more)
{
	if (more <= 0)
		return;
	html_text(&p->h, " ");
	page_say_count(p, PHRASE_AND_MORE, PHRASE_AND_MORE, more);
}

static bool
is_blank(const char *name)
{
	return name[strspn(name, " \t\r\n")] == '\0';
}

/* The name is not shown before. Two folders may contain the same one. */
static bool
is_shown(const struct sample_facts *f, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(sample_base_name(f->names[i]),
			sample_base_name(f->names[at])) == 0)
			return false;
	return !is_blank(f->names[at]);
}

static size_t
first_shown(const struct sample_facts *f)
{
	size_t i = 0;

	while (i < f->name_count && !is_shown(f, i))
		i++;
	return i;
}

static void
put_names(struct page *p, const struct sample_facts *f)
{
	size_t first = first_shown(f);

	if (first == f->name_count)
		return;
	page_fact(p, f->names_total == 1 ? PHRASE_R_NAME : PHRASE_R_NAMES, TAG_FACT_WORD);
	for (size_t i = first; i < f->name_count; i++) {
		if (!is_shown(f, i))
			continue;
		if (i > first)
			HTML_LIT(&p->h, ", ");
		html_code(&p->h, sample_base_name(f->names[i]));
	}
	put_more(p, f->names_total - (int64_t)f->name_count);
	page_fact_end(p, TAG_FACT_WORD);
}

static void
put_vt_name(struct page *p, const struct sample_facts *f)
{
	if (f->vt_name == NULL)
		return;
	page_fact(p, PHRASE_R_VT_NAME, TAG_FACT_WORD);
	html_code(&p->h, sample_base_name(f->vt_name));
	page_fact_end(p, TAG_FACT_WORD);
}

static void
put_tags(struct page *p, const struct sample_facts *f)
{
	const char *tag;
	int n = 0;

	if (!json_text_nth(f->vt_tags, "", 0, &tag))
		return;
	page_fact(p, PHRASE_R_VT_TAGS, TAG_FACT_WORD);
	for (; n < TAGS_SHOWN_MAX && json_text_nth(f->vt_tags, "", n, &tag); n++) {
		if (n > 0)
			HTML_LIT(&p->h, ", ");
		html_code_short(&p->h, tag);
	}
	put_more(p, cJSON_GetArraySize(f->vt_tags) - n);
	page_fact_end(p, TAG_FACT_WORD);
}

static void
put_hash(struct page *p, const char *kind, const char *hex, bool *any)
{
	if (hex == NULL)
		return;
	if (*any)
		page_break(p);
	*any = true;
	html_text(&p->h, kind);
	html_text(&p->h, " ");
	html_open(&p->h, TAG_CODE);
	html_token(&p->h, hex);
	html_close(&p->h, TAG_CODE);
}

/* Hashes that are not in the box above. */
static void
put_hashes(struct page *p, const struct sample_facts *f)
{
	const char *sha1 = f->sha256 != NULL ? f->sha1 : NULL;
	const char *md5 = f->sha256 != NULL || f->sha1 != NULL ? f->md5 : NULL;
	bool any = false;

	if (sha1 == NULL && md5 == NULL && f->tlsh == NULL)
		return;
	page_fact(p, PHRASE_R_HASHES, TAG_FACT_WORD);
	put_hash(p, "SHA-1", sha1, &any);
	put_hash(p, "MD5", md5, &any);
	put_hash(p, "TLSH", f->tlsh, &any);
	page_fact_end(p, TAG_FACT_WORD);
}

/* The times of lookup and of capture are shown to the hour, because they are close together. */
void
sample_put_file(struct page *p, const struct sample_facts *f)
{
	page_heading(p, PHRASE_H_FILE);
	html_open(&p->h, TAG_AREA);
	page_facts(p);
	put_family(p, f);
	put_category(p, f);
	put_listed(p, f);
	put_type(p, f);
	put_size(p, f);
	put_names(p, f);
	put_vt_name(p, f);
	put_tags(p, f);
	put_date(p, PHRASE_R_FIRST, DATE_HOUR, f->first_seen);
	if (f->captures > 1)
		put_date(p, PHRASE_R_LAST, DATE_HOUR, f->last_seen);
	put_date(p, PHRASE_R_VT_FIRST, DATE_MINUTE, f->first_submission_at);
	put_date(p, PHRASE_R_VT_ANALYSED, DATE_MINUTE, f->last_analysis_at);
	put_date(p, PHRASE_R_LOOKED_UP, DATE_HOUR,
	    f->gone_at > 0 ? f->gone_at : f->fetched_at);
	put_hashes(p, f);
	page_table_end(p);
	html_close(&p->h, TAG_AREA);
}
