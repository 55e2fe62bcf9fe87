/*
 * risers.c - see parts.h: what rose most in a longer period, and what is new among the largest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/ranking.h"
#include "publisher/posts/digest/words.h"

#define DAILY_MIN 100 /* smaller numbers rise by chance */
#define RISE_PERCENT 20
#define NAMES_MAX 600 /* bytes */

/* A row's numbers of a day. */
struct rise {
	int64_t now, before;
};

static struct rise
rise_of(const struct digest_facts *f, const struct digest_count *row, bool by_source)
{
	int64_t now = by_source ? row->sources : row->events;

	return (struct rise){ .now = digest_mean(now, f->attacks.counted),
		.before = digest_mean(row->before, f->before.counted) };
}

static bool
is_rise(const struct digest_count *row, struct rise r)
{
	return row->rank_before > 0 && r.before >= DAILY_MIN &&
	       (r.now - r.before) * 100 >= r.before * RISE_PERCENT;
}

static const struct digest_count *
riser_of(const struct digest_facts *f, const struct digest_top *top, bool by_source)
{
	const struct digest_count *best = NULL;
	int64_t most = 0;

	for (size_t i = 0; i < top->count; i++) {
		struct rise r = rise_of(f, &top->rows[i], by_source);

		if (is_rise(&top->rows[i], r) && r.now - r.before > most) {
			best = &top->rows[i];
			most = r.now - r.before;
		}
	}
	return best;
}

static void
put_riser(struct page *p, const struct digest_facts *f, enum phrase text,
    const struct digest_count *row, bool by_source, const char *name)
{
	struct rise r = rise_of(f, row, by_source);
	struct word now, before;

	html_open(&p->h, TAG_SAYS);
	phrase_html(&p->h, p->language, text + (unsigned)f->period.span,
	    (struct filling[FILLINGS_MAX]){ { .text = name },
		{ .text = page_number(&now, r.now) },
		{ .text = page_number(&before, r.before) } });
	html_close(&p->h, TAG_SAYS);
}

/* Those that the period before did not list at all. */
static void
put_newcomers(struct page *p, const struct digest_facts *f, enum phrase text,
    const struct digest_top *top, bool by_source,
    const char *(*name)(const struct page *p, struct word *w, const char *value))
{
	auto_buf names = BUF_CUT(NAMES_MAX);
	struct word word;

	for (size_t i = 0; i < top->count; i++) {
		const struct digest_count *row = &top->rows[i];

		if (row->rank_before != 0 || rise_of(f, row, by_source).now < DAILY_MIN)
			continue;
		if (names.len > 0)
			buf_puts(&names, p->language == LANGUAGE_JA ? "、" : ", ");
		buf_puts(&names, name(p, &word, row->value));
	}
	if (names.len == 0)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, text, buf_text(&names), NULL);
	html_close(&p->h, TAG_SAYS);
}

static const char *
port_name(const struct page *p, struct word *w, const char *value)
{
	const char *service = digest_service(value);
	struct word port;

	page_label(p, &port, value);
	if (service == NULL)
		*w = port;
	else
		BUF_FIXED(w->text, "%s (%s)", port.text, service);
	return w->text;
}

void
digest_put_port_news(struct page *p, const struct digest_facts *f)
{
	const struct digest_count *row = riser_of(f, &f->ports, false);
	struct word name;

	if (row != NULL)
		put_riser(p, f, PHRASE_DIGEST_PORT_ROSE, row, false,
		    port_name(p, &name, row->value));
	put_newcomers(p, f, PHRASE_DIGEST_PORTS_NEW, &f->ports, false, port_name);
}

void
digest_put_country_news(struct page *p, const struct digest_facts *f)
{
	const struct digest_count *row = riser_of(f, &f->countries, true);
	struct word name;

	if (row != NULL)
		put_riser(p, f, PHRASE_DIGEST_COUNTRY_ROSE, row, true,
		    page_country(p, &name, row->value));
	put_newcomers(
	    p, f, PHRASE_DIGEST_COUNTRIES_NEW, &f->countries, true, page_country);
}
