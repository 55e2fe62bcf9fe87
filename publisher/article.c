/*
 * article.c - see article.h: title, excerpt, tags, and the order of the page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/article.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "publisher/article_internal.h"

/* ---- words */

static const char *
word_set(struct word *w, const struct buf *text)
{
	auto_buf cut = BUF_INIT(sizeof w->text - 1);

	utf8_clean(&cut, buf_text(text), text->len, sizeof w->text - 4);
	memcpy(w->text, buf_text(&cut), cut.len + 1);
	return w->text;
}

const char *
word_number(struct word *w, int64_t n)
{
	auto_buf digits = BUF_INIT(WORD_MAX);
	auto_buf text = BUF_INIT(WORD_MAX);

	buf_printf(&digits, "%lld", (long long)n);
	for (size_t i = 0; i < digits.len; i++) {
		if (i > 0 && (digits.len - i) % 3 == 0)
			buf_putc(&text, ',');
		buf_putc(&text, digits.ptr[i]);
	}
	return word_set(w, &text);
}

const char *
word_date(const struct page *p, struct word *w, enum date_form form, int64_t unix_s)
{
	auto_buf text = BUF_INIT(WORD_MAX);

	date_put(&text, p->options->language, form, unix_s);
	return word_set(w, &text);
}

const char *
word_label(const struct page *p, struct word *w, const char *text)
{
	auto_buf clean = BUF_INIT(WORD_MAX);

	if (text != NULL)
		label_clean(p->guard, text, WORD_MAX - 8, &clean);
	return word_set(w, &clean);
}

const char *
word_honeypots(const struct page *p, struct word *w)
{
	auto_buf text = BUF_INIT(WORD_MAX * ARTICLE_NAMES_MAX);
	struct word name;

	for (size_t i = 0; i < p->facts->honeypot_count; i++)
		buf_printf(&text, "%s%s", i > 0 ? ", " : "",
		    word_label(p, &name, p->facts->honeypots[i]));
	if (text.len == 0)
		buf_puts(&text, phrase(p->options->language, PHRASE_BY_HAND));
	return word_set(w, &text);
}

int64_t
as_of(const struct article_facts *f)
{
	return f->last_analysis_at >= 0 ? f->last_analysis_at : f->fetched_at;
}

bool
has_ratio(const struct article_facts *f)
{
	return (f->verdict == VERDICT_MALICIOUS || f->verdict == VERDICT_SUSPICIOUS) &&
	       f->verdicts > 0;
}

/* ---- title, excerpt, tags */

static void
put_title(const struct page *p, struct buf *out)
{
	const struct article_facts *f = p->facts;
	struct word honeypots, family, ratio, date;
	auto_buf hash = BUF_INIT(ARTICLE_SHORT_HASH + 1);
	enum phrase form = PHRASE_TITLE + f->verdict;

	buf_put(&hash, f->key, strnlen(f->key, ARTICLE_SHORT_HASH));
	word_label(p, &family, f->family);
	if (family.text[0] != '\0' && has_ratio(f)) {
		family.text[0] = (char)toupper((unsigned char)family.text[0]);
		form = PHRASE_TITLE_FAMILY;
	}
	phrase_plain(out, p->options->language, form,
	    (struct filling[FILLINGS_MAX]){ { .text = word_honeypots(p, &honeypots) },
		{ .text = buf_text(&hash) }, { .text = family.text } });
	if (!has_ratio(f))
		return;
	auto_buf numbers = BUF_INIT(WORD_MAX);

	buf_printf(
	    &numbers, "%lld/%lld", (long long)f->detections, (long long)f->verdicts);
	word_set(&ratio, &numbers);
	buf_puts(out, " (");
	phrase_plain(out, p->options->language, PHRASE_RATIO_AS_OF,
	    (struct filling[FILLINGS_MAX]){ { .text = ratio.text },
		{ .text = word_date(p, &date, DATE_SHORT, as_of(f)) } });
	buf_puts(out, ")");
}

static void
put_excerpt(const struct page *p, struct buf *out)
{
	const struct article_facts *f = p->facts;
	struct word honeypots, date, numbers[3], when;
	const struct filling captured[FILLINGS_MAX] = {
		{ .text = word_honeypots(p, &honeypots) }, { .text = NULL },
		{ .text = f->first_seen >= 0
			      ? word_date(p, &date, DATE_LONG, f->first_seen)
			      : "" }
	};
	const char *space = p->options->language == LANGUAGE_JA ? "" : " ";
	const char *stop = p->options->language == LANGUAGE_JA ? "。" : ".";

	phrase_plain(out, p->options->language,
	    f->captures > 0 ? PHRASE_CAPTURED_PLAIN : PHRASE_NOT_CAPTURED, captured);
	buf_puts(out, space);
	word_date(p, &when, DATE_SHORT, as_of(f));
	const struct filling verdict[FILLINGS_MAX] = {
		{ .text = word_number(&numbers[0], f->detections) },
		{ .text = word_number(&numbers[1], f->verdicts) }, { .text = when.text }
	};

	phrase_plain(out, p->options->language, PHRASE_HEADLINE + f->verdict, verdict);
	if (has_ratio(f))
		buf_printf(out, " (%s)", when.text);
	buf_puts(out, stop);
}

static void
add_tag(const struct page *p, struct article *out, const char *text)
{
	struct article_tag *tag = &out->tags[out->tag_count];
	struct word name;
	size_t n = 0;

	word_label(p, &name, text);
	if (name.text[0] == '\0' || strstr(name.text, GUARD_CUT) != NULL ||
	    strlen(name.text) >= sizeof tag->name || out->tag_count == ARTICLE_TAGS_MAX)
		return;
	for (const char *c = name.text; *c != '\0'; c++) {
		if (isalnum((unsigned char)*c))
			tag->slug[n++] = (char)tolower((unsigned char)*c);
		else if (n > 0 && tag->slug[n - 1] != '-')
			tag->slug[n++] = '-';
	}
	while (n > 0 && tag->slug[n - 1] == '-')
		n--;
	tag->slug[n] = '\0';
	memcpy(tag->name, name.text, strlen(name.text) + 1);
	out->tag_count += n > 0;
}

static void
add_tags(const struct page *p, struct article *out)
{
	add_tag(p, out, p->facts->family);
	for (size_t i = 0; i < p->facts->honeypot_count; i++)
		add_tag(p, out, p->facts->honeypots[i]);
}

/* ---- the page */

static bool
put_content(struct page *p, struct buf *out)
{
	html_init(&p->h, out, p->guard);
	put_banner(p);
	put_cards(p);
	put_summary(p);
	put_file_table(p);
	put_hashes(p);
	put_captures(p);
	put_urls(p);
	put_detections(p);
	put_end(p);
	return html_finish(&p->h);
}

bool
article_render(const struct article_facts *facts, const struct article_options *options,
    const struct guard *guard, struct article *out, struct err *e)
{
	struct page p = { .facts = facts, .options = options, .guard = guard };
	auto_buf title = BUF_INIT(ARTICLE_TITLE_MAX);
	auto_buf content = BUF_INIT(ARTICLE_CONTENT_MAX);
	auto_buf excerpt = BUF_INIT(ARTICLE_EXCERPT_MAX);

	*out = (struct article){ .captures = facts->captures };
	date_zone(options->timezone);
	put_title(&p, &title);
	put_excerpt(&p, &excerpt);
	add_tags(&p, out);
	if (!put_content(&p, &content) || !buf_ok(&title) || !buf_ok(&excerpt))
		return err_set(
		    e, FAULT_REJECT, "the post cannot be written within its limits");
	out->title = buf_take(&title);
	out->content = buf_take(&content);
	out->excerpt = buf_take(&excerpt);
	if (out->title == NULL || out->content == NULL || out->excerpt == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
}

void
article_done(struct article *a)
{
	free(a->title);
	free(a->content);
	free(a->excerpt);
	*a = (struct article){ .title = NULL };
}

static void
free_all(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}

void
article_facts_done(struct article_facts *f)
{
	char *texts[] = { f->key, f->sha256, f->sha1, f->md5, f->country, f->label,
		f->category, f->family, f->type, f->magic, f->vt_name };

	free_all(texts, sizeof texts / sizeof texts[0]);
	free_all(f->honeypots, f->honeypot_count);
	free_all(f->urls, f->url_count);
	free_all(f->names, f->name_count);
	for (size_t i = 0; i < f->row_count; i++) {
		struct fact_capture *c = &f->rows[i];
		char *row[] = { c->honeypot, c->sensor, c->src_ip, c->country };

		free_all(row, sizeof row / sizeof row[0]);
	}
	cJSON_Delete(f->vt_tags);
	cJSON_Delete(f->engines);
	cJSON_Delete(f->distributors);
	*f = (struct article_facts){ .key = NULL };
}
