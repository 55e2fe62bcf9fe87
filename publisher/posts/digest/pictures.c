/*
 * pictures.c - see pictures.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/pictures.h"

#include "common/base/time.h"
#include "publisher/page/date_range.h"

#define ALT_MAX 400 /* bytes */
#define BARS "bars"
#define MAP "map"

/* ---- drawing */

static struct picture *
add(struct article *out, const char *role)
{
	struct picture *p = &out->pictures[out->picture_count++];

	*p = (struct picture){ .role = role, .png = BUF_INIT(CHART_BYTES_MAX) };
	return p;
}

bool
digest_draw(
    const void *known, const struct post_options *o, struct article *out, struct err *e)
{
	const struct digest_facts *f = known;

	if (o->charts && f->attacks.events > 0 && f->bar_count > 0 &&
	    !chart_bars(f->bars, f->bar_count, &add(out, BARS)->png, e))
		return false;
	return !o->map || f->map_count == 0 ||
	       chart_map(f->map, f->map_count, &add(out, MAP)->png, e);
}

/* ---- words */

int64_t
digest_bar_total(const struct chart_bar *bar)
{
	int64_t total = 0;

	for (size_t i = 0; i < CHART_PARTS_MAX; i++)
		total += bar->parts[i];
	return total;
}

static size_t
highest(const struct digest_facts *f)
{
	size_t most = 0;

	for (size_t i = 1; i < f->bar_count; i++)
		if (digest_bar_total(&f->bars[i]) > digest_bar_total(&f->bars[most]))
			most = i;
	return most;
}

/* An hour, or a day. */
static const char *
name_of(const struct page *p, const struct digest_facts *f, size_t i, struct buf *out)
{
	struct calendar_date day = calendar_add(f->period.first, (int)i);
	struct word word;

	buf_reset(out);
	if (f->period.span == SPAN_DAY)
		buf_puts(out,
		    page_date(p, &word, DATE_HOURS, f->from_at + (int64_t)i * HOUR_S));
	else
		date_put_weekday(out, p->language, day);
	return buf_text(out);
}

/* What the picture shows, in one sentence. */
static void
say_bars(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	size_t most = highest(f);
	auto_buf name = BUF_CUT(WORD_MAX);
	struct word number;

	phrase_plain(out, p->language,
	    f->period.span == SPAN_DAY ? PHRASE_DIGEST_ALT_HOURS : PHRASE_DIGEST_ALT_DAYS,
	    (struct filling[FILLINGS_MAX]){ { .text = name_of(p, f, most, &name) },
		{ .text = page_number(&number, digest_bar_total(&f->bars[most])) } });
}

static void
say_map(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	struct word name, number;

	phrase_plain(out, p->language, PHRASE_DIGEST_ALT_MAP,
	    (struct filling[FILLINGS_MAX]){
		{ .text = page_country(p, &name, f->map[0].code) },
		{ .text = page_number(&number, f->map[0].count) } });
}

/* ---- figures */

static void
put_key(struct page *p, const char *colour)
{
	html_open_with(
	    &p->h, TAG_KEY, (struct html_place[HTML_PLACES_MAX]){ { "accent", colour } });
	html_text(&p->h, "■");
	html_close(&p->h, TAG_KEY);
	html_text(&p->h, "\u00a0");
}

static bool
has_others(const struct digest_facts *f)
{
	for (size_t i = 0; i < f->bar_count; i++)
		if (f->bars[i].parts[CHART_PARTS_MAX - 1] > 0)
			return true;
	return false;
}

static void
put_honeypots(struct page *p, const struct digest_facts *f)
{
	struct word name;

	for (size_t i = 0; i < f->honeypots.count && i < CHART_PARTS_MAX - 1; i++) {
		put_key(p, chart_part_colour(i));
		html_text(&p->h, page_label(p, &name, f->honeypots.rows[i].value));
		html_text(&p->h, " ");
	}
	if (!has_others(f))
		return;
	put_key(p, chart_part_colour(CHART_PARTS_MAX - 1));
	page_say(p, PHRASE_DIGEST_OTHER, NULL, NULL);
}

static void
put_range(struct page *p, int64_t from, int64_t to)
{
	struct word a, b;

	html_text(&p->h, page_number(&a, from));
	if (to > from) {
		html_text(&p->h, "\u2013\u2060");
		html_text(&p->h, page_number(&b, to));
	}
	html_text(&p->h, " ");
}

static void
put_steps(struct page *p, const struct digest_facts *f)
{
	struct chart_step steps[CHART_STEPS];

	chart_map_steps(f->map, f->map_count, steps);
	for (size_t i = 0; i < CHART_STEPS; i++) {
		bool last = i + 1 == CHART_STEPS;

		if (!last && steps[i].from == steps[i + 1].from)
			continue;
		put_key(p, steps[i].colour);
		put_range(
		    p, steps[i].from, last ? f->map[0].count : steps[i + 1].from - 1);
	}
}

static void
put_figure(struct page *p, const struct picture *shown, const struct buf *alt,
    const struct digest_facts *f,
    void (*put_legend)(struct page *p, const struct digest_facts *f))
{
	auto_buf plain = BUF_CUT(ALT_MAX);

	/* The site's own editor rewrites a no-break space in an attribute. */
	page_put_plain(&plain, alt);
	html_open(&p->h, TAG_FIGURE);
	html_picture(&p->h, shown->url, buf_text(&plain), CHART_WIDTH,
	    chart_height(buf_text(&shown->png), shown->png.len));
	html_open(&p->h, TAG_LEGEND);
	put_legend(p, f);
	html_close(&p->h, TAG_LEGEND);
	html_close(&p->h, TAG_FIGURE);
}

void
digest_put_bars(struct page *p, const struct digest_facts *f, const struct article *a)
{
	const struct picture *shown = article_picture(a, BARS);
	auto_buf alt = BUF_CUT(ALT_MAX);

	if (shown == NULL)
		return;
	say_bars(p, f, &alt);
	put_figure(p, shown, &alt, f, put_honeypots);
}

void
digest_put_map(struct page *p, const struct digest_facts *f, const struct article *a)
{
	const struct picture *shown = article_picture(a, MAP);
	auto_buf alt = BUF_CUT(ALT_MAX);

	if (shown == NULL)
		return;
	say_map(p, f, &alt);
	put_figure(p, shown, &alt, f, put_steps);
}

void
digest_put_series(struct page *p, const struct digest_facts *f)
{
	auto_buf name = BUF_CUT(WORD_MAX);
	struct word number;

	if (f->bar_count == 0 || f->attacks.events == 0)
		return;
	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	page_say(p,
	    f->period.span == SPAN_DAY ? PHRASE_DIGEST_EACH_HOUR : PHRASE_DIGEST_EACH_DAY,
	    NULL, NULL);
	html_close(&p->h, TAG_FOLD_SUMMARY);
	html_open(&p->h, TAG_SAYS);
	for (size_t i = 0; i < f->bar_count; i++) {
		html_text(&p->h, i > 0 ? " · " : "");
		html_text(&p->h, name_of(p, f, i, &name));
		html_text(&p->h, ":\u00a0");
		html_text(&p->h, f->bars[i].unknown ? "?"
						    : page_number(&number,
							  digest_bar_total(&f->bars[i])));
	}
	html_close(&p->h, TAG_SAYS);
	html_close(&p->h, TAG_FOLD);
}
