/*
 * sample.c - see sample.h: title, excerpt, tags, and the order of the page. All numbers agree with each
 * other, and each has its date.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/sample.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/calendar.h"
#include "publisher/posts/sample/noteworthy.h"
#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/store.h"
#include "publisher/posts/sample/store_related.h"
#include "publisher/posts/sample/words.h"

#define MARKER "potpress-"

/* ---- title, excerpt, tags */

static void
put_title(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	bool one = f->verdict == VERDICT_INCONCLUSIVE && f->verdicts == 1;
	auto_buf subject = BUF_CUT(ARTICLE_TITLE_MAX), title = BUF_CUT(ARTICLE_TITLE_MAX);
	struct word detections, verdicts, date;
	char hash[SHOWN_HASH + 1];

	sample_put_subject(p, f, &subject);
	BUF_FIXED(hash, "%.*s", SHOWN_HASH, f->key);
	phrase_plain(&title, p->language,
	    sample_is_suspected(f) ? PHRASE_TITLE_SUSPECTED
	    : one                  ? PHRASE_TITLE_ONE_VERDICT
				   : PHRASE_TITLE + f->verdict,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&subject) },
		{ .text = page_number(&detections, f->detections) },
		{ .text = page_number(&verdicts, f->verdicts) },
		{ .text = page_date(p, &date, DATE_SHORT, sample_as_of(f)) },
		{ .text = hash } });
	page_put_plain(out, &title);
}

static void
put_excerpt(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	auto_buf text = BUF_CUT(ARTICLE_EXCERPT_MAX);
	struct headline_words words;
	struct filling fillings[FILLINGS_MAX] = { { .text = NULL } };

	sample_put_lead(p, f, &text);
	buf_puts(&text, p->language == LANGUAGE_JA ? "" : " ");
	sample_fill_headline(p, f, &words, fillings);
	phrase_plain(&text, p->language, sample_headline(f), fillings);
	buf_puts(&text, p->language == LANGUAGE_JA ? "。" : ".");
	page_put_plain(out, &text);
}

static void
add_tag(const struct page *p, struct article *out, const char *text)
{
	struct article_tag *tag = &out->tags[out->tag_count];
	struct word name;
	size_t n = 0;

	page_label(p, &name, text);
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
add_tags(const struct page *p, const struct sample_facts *f, struct article *out)
{
	if (sample_is_named(f))
		add_tag(p, out, f->family);
	for (size_t i = 0; i < f->honeypot_count; i++)
		add_tag(p, out, f->honeypots[i]);
}

/* ---- the page */

/* Other sites' pages about it. */
static void
put_buttons(struct page *p, const struct sample_facts *f)
{
	bool analysed = f->sha256 != NULL && f->verdict != VERDICT_UNKNOWN;
	bool listed = f->sha256 != NULL && f->listed_at > 0;

	if (!analysed && !listed)
		return;
	html_open(&p->h, TAG_BUTTONS);
	if (analysed)
		html_button(
		    &p->h, TAG_BUTTON, f->sha256, phrase(p->language, PHRASE_BUTTON));
	if (listed)
		html_button(&p->h, TAG_LISTING_BUTTON, f->sha256,
		    phrase(p->language, PHRASE_LISTING_BUTTON));
	html_close(&p->h, TAG_BUTTONS);
}

static void
put_end(struct page *p, const struct sample_facts *f)
{
	struct word counted, answered;

	put_buttons(p, f);
	html_open(&p->h, TAG_SMALL_PRINT);
	sample_put_reason(p, f->reason);
	page_say(p, f->captures > 0 ? PHRASE_GENERATED : PHRASE_GENERATED_BY_HAND,
	    page_date(p, &counted, DATE_SHORT, f->now),
	    page_date(p, &answered, DATE_SHORT, f->fetched_at));
	html_close(&p->h, TAG_SMALL_PRINT);
}

/* If few engines detect a file, the other facts come before the captures. */
static bool
put_content(
    struct page *p, const struct sample_facts *f, bool engine_names, struct article *out)
{
	auto_buf id = BUF_CUT(ARTICLE_TITLE_MAX);
	bool detections_first = f->verdict == VERDICT_SUSPICIOUS;

	buf_printf(&id, MARKER "%s", f->key);
	sample_put_banner(p, f, buf_text(&id));
	sample_put_indicators(p, f);
	html_open(&p->h, TAG_MORE);
	html_close(&p->h, TAG_MORE);
	if (detections_first)
		sample_put_detections(p, f, engine_names);
	sample_put_arrival(p, f);
	if (!detections_first)
		sample_put_detections(p, f, engine_names);
	sample_put_file(p, f);
	out->related_at = p->h.out->len;
	sample_put_related(p, f);
	out->related_len = p->h.out->len - out->related_at;
	put_end(p, f);
	return html_finish(&p->h);
}

static bool
render(const void *known, const struct post_options *options, struct gate *gate,
    struct article *out, struct err *e)
{
	const struct sample_facts *f = known;
	auto_buf title = BUF_INIT(ARTICLE_TITLE_MAX);
	auto_buf content = BUF_INIT(ARTICLE_CONTENT_MAX);
	auto_buf excerpt = BUF_INIT(ARTICLE_EXCERPT_MAX);
	struct page p;

	page_init(&p, options->language, gate, &content);
	*out = (struct article){ .captures = f->captures };
	calendar_zone(options->timezone);
	put_title(&p, f, &title);
	put_excerpt(&p, f, &excerpt);
	add_tags(&p, f, out);
	sample_note_shown(&p, f, out);
	if (!put_content(&p, f, options->engine_names, out) || !buf_ok(&title) ||
	    !buf_ok(&excerpt))
		return err_set(
		    e, FAULT_REJECT, "the post cannot be written within its limits");
	return article_fill(out, f->key, &title, &content, &excerpt, e);
}

/* ---- the kind */

static bool
is_wanted(const struct post_options *o)
{
	return o->sample_posts != SAMPLE_POSTS_NONE;
}

static const char *
category(const struct post_options *o)
{
	return o->category;
}

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
	if (sample_facts_read(db, row, now, o->sensor_names, facts, e) &&
	    (o->site == NULL || sample_related_read(db, row->id, o->site, facts, e)))
		return facts;
	release(facts);
	return NULL;
}

const struct post_kind post_kind_sample = {
	.name = "sample",
	.marker = MARKER,
	.judge = sample_judge,
	.is_judged = sample_is_judged,
	.is_wanted = is_wanted,
	.category = category,
	.not_before = not_before,
	.load = load,
	.release = release,
	.render = render,
};
