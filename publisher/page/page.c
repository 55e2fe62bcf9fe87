/*
 * page.c - see page.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/page.h"

#include <ctype.h>
#include <string.h>

#include "publisher/page/countries.h"

void
page_init(struct page *p, enum language language, struct gate *gate, struct buf *out)
{
	*p = (struct page){ .language = language, .gate = gate };
	html_init(&p->h, out, gate);
}

/* ---- words */

static const char *
set(struct word *w, const struct buf *text)
{
	memcpy(w->text, buf_text(text), text->len + 1);
	return w->text;
}

const char *
page_number(struct word *w, int64_t n)
{
	auto_buf digits = BUF_CUT(WORD_MAX - 1);
	auto_buf text = BUF_CUT(WORD_MAX - 1);

	buf_printf(&digits, "%lld", (long long)n);
	for (size_t i = 0; i < digits.len; i++) {
		if (i > 0 && (digits.len - i) % 3 == 0)
			buf_putc(&text, ',');
		buf_putc(&text, digits.ptr[i]);
	}
	return set(w, &text);
}

const char *
page_date(const struct page *p, struct word *w, enum date_form form, int64_t unix_s)
{
	auto_buf text = BUF_CUT(WORD_MAX - 1);

	date_put(&text, p->language, form, unix_s);
	return set(w, &text);
}

/* Without the final dot that VirusTotal leaves if there is a category but no name. */
static const char *
set_reduced(struct word *w, struct buf *clean)
{
	size_t len;

	set(w, clean);
	len = strlen(w->text);
	while (len > 0 && strchr(" .", w->text[len - 1]) != NULL)
		w->text[--len] = '\0';
	return w->text;
}

const char *
page_label(const struct page *p, struct word *w, const char *text)
{
	auto_buf clean = BUF_CUT(WORD_MAX - 1);

	if (text != NULL)
		html_label(p->gate, text, WORD_MAX - 8, &clean);
	return set_reduced(w, &clean);
}

const char *
page_name(const struct page *p, struct word *w, const char *text)
{
	auto_buf clean = BUF_CUT(WORD_MAX - 1);

	if (text != NULL)
		html_name(p->gate, text, WORD_MAX - 8, &clean);
	return set_reduced(w, &clean);
}

const char *
page_post_title(const struct page *p, const char *title, struct buf *out)
{
	gate_pass(p->gate, title, GATE_TEXT_MAX, out);
	return buf_text(out);
}

const char *
page_protocol(const struct page *p, struct word *w, const char *text)
{
	if (strcmp(page_label(p, w, text), "telnet") == 0) {
		w->text[0] = 'T';
		return w->text;
	}
	for (char *c = w->text; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return w->text;
}

const char *
page_country(const struct page *p, struct word *w, const char *code)
{
	const char *name = code != NULL ? country_name(p->language, code) : NULL;

	return name != NULL ? name : page_label(p, w, code);
}

void
page_put_plain(struct buf *out, const struct buf *text)
{
	for (const char *p = buf_text(text); *p != '\0'; p++) {
		bool no_break = strncmp(p, "\u00a0", 2) == 0;
		bool joiner = strncmp(p, "\u2060", 3) == 0;

		if (!joiner)
			buf_putc(out, no_break ? ' ' : *p);
		p += joiner ? 2 : no_break;
	}
}

/* ---- sentences */

void
page_say(struct page *p, enum phrase text, const char *a, const char *b)
{
	phrase_html(&p->h, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = a }, { .text = b } });
}

void
page_say_number(struct page *p, enum phrase text, int64_t n)
{
	struct word number;

	page_say(p, text, page_number(&number, n), NULL);
}

void
page_say_count(struct page *p, enum phrase one, enum phrase many, int64_t n)
{
	page_say_number(p, n == 1 ? one : many, n);
}

void
page_heading(struct page *p, enum phrase text)
{
	html_open(&p->h, TAG_HEADING);
	html_text(&p->h, phrase(p->language, text));
	html_close(&p->h, TAG_HEADING);
}

const char *
page_before_member(const struct page *p, size_t i, size_t count)
{
	if (i == 0)
		return "";
	return phrase(p->language, i + 1 == count ? PHRASE_LIST_END : PHRASE_LIST);
}

void
page_space(struct page *p)
{
	if (p->language != LANGUAGE_JA)
		html_text(&p->h, " ");
}

void
page_break(struct page *p)
{
	HTML_LIT(&p->h, "<br>");
}

/* ---- tables */

void
page_table(struct page *p, const struct page_column *columns, size_t count)
{
	html_open(&p->h, TAG_TABLE);
	html_open(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TR);
	for (size_t i = 0; i < count; i++) {
		html_open_with(&p->h, TAG_TH,
		    (struct html_place[HTML_PLACES_MAX]){
			{ "width", columns[i].width } });
		page_say(p, columns[i].name, columns[i].filling, NULL);
		html_close(&p->h, TAG_TH);
	}
	html_close(&p->h, TAG_TR);
	html_close(&p->h, TAG_THEAD);
	html_open(&p->h, TAG_TBODY);
}

void
page_table_end(struct page *p)
{
	html_close(&p->h, TAG_TBODY);
	html_close(&p->h, TAG_TABLE);
}

void
page_facts(struct page *p)
{
	html_open(&p->h, TAG_TABLE);
	html_open(&p->h, TAG_TBODY);
}

void
page_fact(struct page *p, enum phrase label, enum html_tag cell)
{
	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_LABEL);
	html_text(&p->h, phrase(p->language, label));
	html_close(&p->h, TAG_LABEL);
	html_open(&p->h, cell);
}

void
page_fact_end(struct page *p, enum html_tag cell)
{
	html_close(&p->h, cell);
	html_close(&p->h, TAG_TR);
}
