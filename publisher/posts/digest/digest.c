/*
 * digest.c - see digest.h: title, excerpt, and the order of the page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/digest.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/calendar.h"
#include "common/base/time.h"
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/plan.h"
#include "publisher/posts/digest/store.h"
#include "publisher/posts/digest/words.h"

#define MARKER "potpress-digest-"
#define LOOK_DAYS 7 /* then it is frozen */

/* ---- the page */

/* Without numbers, so that a correction never renames a post. */
static void
put_title(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	auto_buf period = BUF_CUT(WORD_MAX), title = BUF_CUT(ARTICLE_TITLE_MAX);

	digest_put_period(p, f, &period);
	phrase_plain(&title, p->language, PHRASE_DIGEST_TITLE + f->period.span,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&period) } });
	page_put_plain(out, &title);
}

static void
put_excerpt(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	auto_buf text = BUF_CUT(ARTICLE_EXCERPT_MAX),
		 events = BUF_CUT(ARTICLE_EXCERPT_MAX);

	digest_put_new(p, f, &text);
	buf_puts(&text, phrase(p->language, PHRASE_LEAD_END));
	digest_put_events(p, f, &events);
	buf_puts(&text, buf_text(&events));
	page_put_plain(out, &text);
}

static bool
put_content(struct page *p, const struct digest_facts *f, const struct article *a)
{
	char id[sizeof MARKER + PERIOD_KEY_MAX];

	BUF_FIXED(id, MARKER "%s", f->key);
	digest_put_banner(p, f, id);
	digest_put_files(p, f);
	digest_put_block(p, f);
	html_open(&p->h, TAG_MORE);
	html_close(&p->h, TAG_MORE);
	digest_put_days(p, f);
	digest_put_attacks(p, f, a);
	digest_put_origin(p, f, a);
	digest_put_logins(p, f);
	digest_put_end(p, f);
	return html_finish(&p->h);
}

static bool
render(const void *known, const struct post_options *options, struct gate *gate,
    struct article *out, struct err *e)
{
	const struct digest_facts *f = known;
	auto_buf title = BUF_INIT(ARTICLE_TITLE_MAX);
	auto_buf content = BUF_INIT(ARTICLE_CONTENT_MAX);
	auto_buf excerpt = BUF_INIT(ARTICLE_EXCERPT_MAX);
	struct page p;

	page_init(&p, options->language, gate, &content);
	out->captures = f->captures;
	calendar_zone(options->timezone);
	put_title(&p, f, &title);
	put_excerpt(&p, f, &excerpt);
	if (!put_content(&p, f, out) || !buf_ok(&title) || !buf_ok(&excerpt))
		return err_set(
		    e, FAULT_REJECT, "the digest cannot be written within its limits");
	digest_note_shown(&p, f, out);
	return article_fill(out, f->key, &title, &content, &excerpt, e);
}

/* ---- the kind */

static int64_t
not_before(const struct post_row *row, const struct post_options *o)
{
	(void)row;
	(void)o;
	return 0;
}

static bool
is_wanted(const struct post_options *o)
{
	for (int span = 0; span < SPAN_COUNT; span++)
		if (o->digests[span])
			return true;
	return false;
}

static const char *
category(const struct post_options *o)
{
	return o->digest_category;
}

/* Once an hour later, for what is counted a little late; then once a day for a week. */
static int64_t
next_look(const struct post_row *row, const struct post_options *o, int64_t now)
{
	int64_t first = row->to_at + o->digest_after_s;

	if (now < first + HOUR_S)
		return first + HOUR_S;
	for (int day = 1; day <= LOOK_DAYS; day++)
		if (now < first + day * DAY_S)
			return first + day * DAY_S;
	return 0;
}

static void
release(void *facts)
{
	digest_facts_done(facts);
	free(facts);
}

static void *
load(struct db *db, const struct post_row *row, const struct post_options *o, int64_t now,
    struct err *e)
{
	struct digest_facts *facts = calloc(1, sizeof *facts);

	if (facts == NULL) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	calendar_zone(o->timezone);
	if (digest_facts_read(db, row, o->sensor_names, now, facts, e))
		return facts;
	release(facts);
	return NULL;
}

const struct post_kind post_kind_digest = {
	.name = "digest",
	.marker = MARKER,
	.plan = digest_plan,
	.is_wanted = is_wanted,
	.category = category,
	.next_look = next_look,
	.not_before = not_before,
	.load = load,
	.release = release,
	.draw = digest_draw,
	.render = render,
};
