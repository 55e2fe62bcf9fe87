/*
 * sample.c - see sample.h: title, excerpt, tags, and the order of the page. Every number agrees with
 * every other one, and each says as of when it holds.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/sample.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "publisher/posts/sample/internal.h"
#include "publisher/posts/sample/store.h"

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
article_word_number(struct word *w, int64_t n)
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
article_word_date(
    const struct page *p, struct word *w, enum date_form form, int64_t unix_s)
{
	auto_buf text = BUF_INIT(WORD_MAX);

	date_put(&text, p->options->language, form, unix_s);
	return word_set(w, &text);
}

/* Without the dot at the end that VirusTotal leaves where it has a category and no name. */
const char *
article_word_label(const struct page *p, struct word *w, const char *text)
{
	auto_buf clean = BUF_INIT(WORD_MAX);
	size_t len;

	if (text != NULL)
		html_label(p->gate, text, WORD_MAX - 8, &clean);
	word_set(w, &clean);
	len = strlen(w->text);
	while (len > 0 && strchr(" .", w->text[len - 1]) != NULL)
		w->text[--len] = '\0';
	return w->text;
}

const char *
article_word_type(const struct page *p, struct word *w)
{
	if (strcmp(article_word_label(p, w, p->facts->type), "unknown") == 0)
		w->text[0] = '\0';
	return w->text;
}

const char *
article_word_honeypots(const struct page *p, struct word *w)
{
	const struct sample_facts *f = p->facts;
	auto_buf text = BUF_INIT(WORD_MAX * SAMPLE_NAMES_MAX);
	struct word name;

	for (size_t i = 0; i < f->honeypot_count; i++)
		buf_printf(&text, "%s%s", i > 0 ? ", " : "",
		    article_word_label(p, &name, f->honeypots[i]));
	if (f->honeypots_total > (int64_t)f->honeypot_count)
		buf_printf(&text, " +%lld",
		    (long long)(f->honeypots_total - (int64_t)f->honeypot_count));
	return word_set(w, &text);
}

int64_t
article_as_of(const struct sample_facts *f)
{
	return f->last_analysis_at >= 0 ? f->last_analysis_at : f->fetched_at;
}

bool
article_has_ratio(const struct sample_facts *f)
{
	return (f->verdict == VERDICT_MALICIOUS || f->verdict == VERDICT_SUSPICIOUS) &&
	       f->verdicts > 0;
}

enum phrase
article_headline(const struct sample_facts *f)
{
	return f->verdict == VERDICT_SUSPICIOUS && f->detections == 0
		   ? PHRASE_HEADLINE_SUSPECTED
		   : PHRASE_HEADLINE + f->verdict;
}

void
article_headline_fill(
    const struct page *p, struct headline_words *w, struct filling out[FILLINGS_MAX])
{
	const struct sample_facts *f = p->facts;

	out[0] =
	    (struct filling){ .text = article_word_number(&w->detections, f->detections),
		    .strong = true };
	out[1] =
	    (struct filling){ .text = article_word_number(&w->verdicts, f->verdicts) };
	out[2] = (struct filling){ .text = article_word_date(
				       p, &w->date, DATE_SHORT, article_as_of(f)) };
}

#define SAMPLE_SHORT_HASH 12

/* ---- title, excerpt, tags */

/* Titles and excerpts are found by searching: blanks are blanks in them. */
static void
put_plain(struct buf *out, const struct buf *text)
{
	for (const char *p = buf_text(text); *p != '\0'; p++) {
		bool no_break = strncmp(p, "\u00a0", 2) == 0;

		buf_putc(out, no_break ? ' ' : *p);
		p += no_break;
	}
}

/* What the title calls the file: its family where engines agree that it is malicious. */
static void
put_subject(const struct page *p, struct buf *out)
{
	const struct sample_facts *f = p->facts;
	struct word family;

	article_word_label(p, &family, f->family);
	if (family.text[0] == '\0' || strstr(family.text, GATE_CUT) != NULL ||
	    f->verdict != VERDICT_MALICIOUS) {
		buf_puts(out, phrase(p->options->language, PHRASE_SUBJECT + f->verdict));
		return;
	}
	family.text[0] = (char)toupper((unsigned char)family.text[0]);
	phrase_plain(out, p->options->language, PHRASE_SUBJECT_FAMILY,
	    (struct filling[FILLINGS_MAX]){ { .text = family.text } });
}

static void
put_ratio(const struct page *p, struct buf *out)
{
	const struct sample_facts *f = p->facts;
	auto_buf ratio = BUF_INIT(WORD_MAX);
	struct word date;

	buf_printf(&ratio, "%lld/%lld", (long long)f->detections, (long long)f->verdicts);
	phrase_plain(out, p->options->language, PHRASE_RATIO_AS_OF,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&ratio) },
		{ .text = article_word_date(p, &date, DATE_SHORT, article_as_of(f)) } });
}

static void
put_title(const struct page *p, struct buf *out)
{
	const struct sample_facts *f = p->facts;
	auto_buf subject = BUF_INIT(ARTICLE_TITLE_MAX);
	auto_buf hash = BUF_INIT(SAMPLE_SHORT_HASH + 1);
	struct word honeypots;

	put_subject(p, &subject);
	buf_put(&hash, f->key, strnlen(f->key, SAMPLE_SHORT_HASH));
	phrase_plain(out, p->options->language,
	    f->captures > 0 ? PHRASE_TITLE_CAPTURED : PHRASE_TITLE_BY_HAND,
	    (struct filling[FILLINGS_MAX]){
		{ .text = article_word_honeypots(p, &honeypots) },
		{ .text = buf_text(&hash) }, { .text = buf_text(&subject) } });
	if (!article_has_ratio(f))
		return;
	buf_puts(out, " ");
	put_ratio(p, out);
}

static void
put_excerpt(const struct page *p, struct buf *out)
{
	const struct sample_facts *f = p->facts;
	struct word honeypots, date;
	struct headline_words words;
	struct filling fillings[FILLINGS_MAX] = { { .text = NULL } };
	bool japanese = p->options->language == LANGUAGE_JA;

	if (f->captures > 0)
		phrase_plain(out, p->options->language, PHRASE_CAPTURED_PLAIN,
		    (struct filling[FILLINGS_MAX]){
			{ .text = article_word_honeypots(p, &honeypots) },
			{ .text = NULL },
			{ .text = article_word_date(
			      p, &date, DATE_LONG, f->first_seen) } });
	else
		buf_puts(out, phrase(p->options->language, PHRASE_NOT_CAPTURED));
	buf_puts(out, japanese ? "" : " ");
	article_headline_fill(p, &words, fillings);
	phrase_plain(out, p->options->language, article_headline(f), fillings);
	buf_puts(out, japanese ? "。" : ".");
}

static void
add_tag(const struct page *p, struct article *out, const char *text)
{
	struct article_tag *tag = &out->tags[out->tag_count];
	struct word name;
	size_t n = 0;

	article_word_label(p, &name, text);
	if (name.text[0] == '\0' || strstr(name.text, GATE_CUT) != NULL ||
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
	html_init(&p->h, out, p->gate);
	article_put_banner(p);
	article_put_cards(p);
	article_put_summary(p);
	article_put_file_table(p);
	article_put_hashes(p);
	article_put_captures(p);
	article_put_urls(p);
	article_put_detections(p);
	article_put_end(p);
	return html_finish(&p->h);
}

static bool
render(const void *known, const struct post_options *options, struct gate *gate,
    struct article *out, struct err *e)
{
	const struct sample_facts *facts = known;
	struct page p = { .facts = facts, .options = options, .gate = gate };
	auto_buf text = BUF_INIT(ARTICLE_EXCERPT_MAX);
	auto_buf title = BUF_INIT(ARTICLE_TITLE_MAX);
	auto_buf content = BUF_INIT(ARTICLE_CONTENT_MAX);
	auto_buf excerpt = BUF_INIT(ARTICLE_EXCERPT_MAX);

	*out = (struct article){ .captures = facts->captures };
	date_zone(options->timezone);
	put_title(&p, &text);
	put_plain(&title, &text);
	buf_reset(&text);
	put_excerpt(&p, &text);
	put_plain(&excerpt, &text);
	add_tags(&p, out);
	if (!put_content(&p, &content) || !buf_ok(&text) || !buf_ok(&title) ||
	    !buf_ok(&excerpt))
		return err_set(
		    e, FAULT_REJECT, "the post cannot be written within its limits");
	out->key = strdup(facts->key);
	out->title = buf_take(&title);
	out->content = buf_take(&content);
	out->excerpt = buf_take(&excerpt);
	if (out->key == NULL || out->title == NULL || out->content == NULL ||
	    out->excerpt == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
}

/* ---- the kind */

static int64_t
not_before(const struct post_row *row, const struct post_options *o)
{
	return row->published_at == 0 && row->first_seen > 0
		   ? row->first_seen + o->publish_after_s
		   : 0;
}

static void
release(void *facts)
{
	sample_facts_done(facts);
	free(facts);
}

static void *
load(struct db *db, const struct post_row *row, const struct post_options *o, int64_t now,
    struct err *e)
{
	struct sample_facts *facts = calloc(1, sizeof *facts);

	if (facts == NULL) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	if (sample_facts_read(db, row, now, o->sensor_names, facts, e))
		return facts;
	release(facts);
	return NULL;
}

const struct post_kind post_kind_sample = {
	.name = "sample",
	.marker = "potpress-",
	.not_before = not_before,
	.load = load,
	.release = release,
	.render = render,
};
