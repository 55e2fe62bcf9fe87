/*
 * arrival.c - see parts.h: how the file reached the honeypots.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/outgoing/defang.h"
#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/words.h"

#define SOURCES_MAX 600

/* ---- cards */

static void
put_card(struct page *p, int64_t n, enum phrase one, enum phrase many, const char *date)
{
	struct word number;

	html_open(&p->h, TAG_CARD);
	html_open(&p->h, TAG_CARD_VALUE);
	html_text(&p->h, page_number(&number, n));
	html_close(&p->h, TAG_CARD_VALUE);
	page_say(p, n == 1 ? one : many, date, NULL);
	html_close(&p->h, TAG_CARD);
}

static void
put_cards(struct page *p, const struct sample_facts *f)
{
	struct word date;

	html_open(&p->h, TAG_CARDS);
	put_card(p, f->captures, PHRASE_CARD_CAPTURE, PHRASE_CARD_CAPTURES,
	    page_date(p, &date, DATE_SHORT, f->now));
	if (f->address_count > 0)
		put_card(p, f->address_count, PHRASE_CARD_ADDRESS,
		    f->addresses_cut ? PHRASE_CARD_ADDRESSES_MOST : PHRASE_CARD_ADDRESSES,
		    NULL);
	if (f->country_count > 0)
		put_card(p, f->country_count, PHRASE_CARD_COUNTRY, PHRASE_CARD_COUNTRIES,
		    NULL);
	html_close(&p->h, TAG_CARDS);
}

/* ---- sentences */

/* By our own clock; a sensor's clock is not reliable enough. */
static void
put_first(struct page *p, const struct sample_facts *f)
{
	bool before =
	    f->first_collected_at >= 0 && f->first_submission_at > f->first_collected_at;
	int64_t days = (f->first_submission_at - f->first_collected_at) / DAY_S;
	struct word date, number;
	enum phrase text = PHRASE_FIRST_CAPTURED;

	if (before)
		text = days == 0   ? PHRASE_FIRST_BEFORE
		       : days == 1 ? PHRASE_FIRST_DAY
				   : PHRASE_FIRST_DAYS;
	page_say(p, text, page_date(p, &date, DATE_LONG, f->first_seen),
	    page_number(&number, days));
}

static void
put_summary(struct page *p, const struct sample_facts *f)
{
	html_open(&p->h, TAG_PARAGRAPH);
	put_first(p, f);
	if (f->scanned < f->captures) {
		page_space(p);
		page_say_count(p, PHRASE_SCANNED, PHRASE_SCANNED, f->scanned);
	}
	html_close(&p->h, TAG_PARAGRAPH);
}

static void
put_sources(struct page *p, const struct sample_facts *f)
{
	auto_buf list = BUF_CUT(SOURCES_MAX);
	int64_t rest = f->address_count;
	struct word country, number;

	if (f->country_count < 2)
		return;
	for (size_t i = 0; i < f->countries_shown; i++) {
		const struct sample_country *c = &f->countries[i];

		if (i > 0)
			buf_puts(&list, phrase(p->language, PHRASE_LIST));
		buf_printf(&list, "%s %s", page_country(p, &country, c->code),
		    page_number(&number, c->addresses));
		rest -= c->addresses;
	}
	html_open(&p->h, TAG_SAYS);
	page_say(p, rest > 0 ? PHRASE_SOURCES_MORE : PHRASE_SOURCES, buf_text(&list),
	    page_number(&number, rest));
	html_close(&p->h, TAG_SAYS);
}

/* Why the number of addresses is only a limit. */
static void
put_cut(struct page *p, const struct sample_facts *f)
{
	if (!f->addresses_cut || f->address_count < 2)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_SOURCES_CUT, NULL, NULL);
	html_close(&p->h, TAG_SAYS);
}

/* ---- the table of captures */

/* Starts another line of a cell; *any: whether there is one above. */
static void
put_line(struct page *p, const char *text, bool *any)
{
	if (text[0] == '\0')
		return;
	if (*any)
		page_break(p);
	*any = true;
	html_text(&p->h, text);
}

static void
put_when(struct page *p, const struct sample_capture *c, int64_t times, bool zone)
{
	auto_buf hours = BUF_CUT(WORD_MAX);
	struct word date;
	bool any = false;

	html_open(&p->h, TAG_TD);
	put_line(p, page_date(p, &date, DATE_SHORT, c->seen_at), &any);
	buf_puts(&hours, page_date(p, &date, DATE_HOURS, c->seen_at));
	if (zone) {
		buf_puts(&hours, "\u00a0");
		date_put_zone(&hours, c->seen_at);
	}
	put_line(p, buf_text(&hours), &any);
	if (times > 1) {
		page_break(p);
		page_say_count(p, PHRASE_TIMES, PHRASE_TIMES, times);
	}
	html_close(&p->h, TAG_TD);
}

static void
put_protocol(struct page *p, const struct sample_capture *c)
{
	struct word protocol, port;
	bool any = true;

	page_protocol(p, &protocol, c->protocol);
	if (c->dest_port <= 0) {
		put_line(p, protocol.text, &any);
		return;
	}
	/* A port is a name, not an amount: no thousands. */
	BUF_FIXED(port.text, "%lld", (long long)c->dest_port);
	page_break(p);
	if (protocol.text[0] != '\0')
		page_say(p, PHRASE_PROTOCOL_PORT, protocol.text, port.text);
	else
		page_say(p, PHRASE_PORT, port.text, NULL);
}

static void
put_how(struct page *p, const struct sample_capture *c)
{
	auto_buf sensor = BUF_CUT(WORD_MAX);
	struct word honeypot;
	bool any = true;

	html_open(&p->h, TAG_TD);
	html_text(&p->h, page_label(p, &honeypot, c->honeypot));
	if (c->sensor != NULL) {
		html_text(&p->h, ", ");
		gate_pass(p->gate, c->sensor, WORD_MAX - 8, &sensor);
		html_text(&p->h, buf_text(&sensor));
	}
	put_protocol(p, c);
	if (c->action != NULL)
		put_line(p,
		    phrase(p->language, strcmp(c->action, "upload") == 0
					    ? PHRASE_UPLOAD
					    : PHRASE_DOWNLOAD),
		    &any);
	html_close(&p->h, TAG_TD);
}

/* The source: the network, not the address; and the country. */
static void
put_from(struct page *p, const struct sample_capture *c)
{
	auto_buf network = BUF_CUT(WORD_MAX), owner = BUF_CUT(WORD_MAX * 2);
	struct word word;
	bool any = c->src_ip != NULL && gate_network(p->gate, c->src_ip, &network);

	html_open(&p->h, TAG_TD_WORD);
	if (any) {
		html_open(&p->h, TAG_CODE);
		html_text(&p->h, buf_text(&network));
		html_close(&p->h, TAG_CODE);
	}
	buf_puts(&owner, page_name(p, &word, c->as_org));
	if (c->asn > 0)
		buf_printf(
		    &owner, owner.len > 0 ? " (AS%lld)" : "AS%lld", (long long)c->asn);
	put_line(p, buf_text(&owner), &any);
	put_line(p, page_country(p, &word, c->country), &any);
	if (c->claimed)
		put_line(p, phrase(p->language, PHRASE_UNVERIFIED), &any);
	html_close(&p->h, TAG_TD_WORD);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || text_equal(a, b);
}

static bool
same_network(const char *a, const char *b)
{
	auto_buf of_a = BUF_CUT(WORD_MAX), of_b = BUF_CUT(WORD_MAX);

	if (a == NULL || b == NULL)
		return a == b;
	return defang_network(&of_a, a) && defang_network(&of_b, b) &&
	       strcmp(buf_text(&of_a), buf_text(&of_b)) == 0;
}

/* Whether two captures look the same in the table. */
static bool
same_row(const struct sample_capture *a, const struct sample_capture *b)
{
	return date_same_hour(a->seen_at, b->seen_at) &&
	       same_text(a->honeypot, b->honeypot) && same_text(a->sensor, b->sensor) &&
	       same_text(a->protocol, b->protocol) && same_text(a->action, b->action) &&
	       a->dest_port == b->dest_port && a->claimed == b->claimed &&
	       same_network(a->src_ip, b->src_ip);
}

/* The next capture that differs from the one at `from`. */
static size_t
next_row(const struct sample_facts *f, size_t from)
{
	size_t next = from + 1;

	while (next < f->row_count && same_row(&f->rows[from], &f->rows[next]))
		next++;
	return next;
}

static bool
one_zone(const struct sample_facts *f)
{
	for (size_t i = 1; i < f->row_count; i++)
		if (!date_same_zone(f->rows[0].seen_at, f->rows[i].seen_at))
			return false;
	return true;
}

/* The head of the first column names the time zone if it is the same for all times. */
static void
put_head(struct page *p, const struct sample_facts *f, bool zone)
{
	auto_buf name = BUF_CUT(WORD_MAX);

	date_put_zone(&name, f->rows[0].seen_at);
	page_table(p,
	    (struct page_column[]){
		{ zone ? PHRASE_C_WHEN_ZONE : PHRASE_C_WHEN, "30%", buf_text(&name) },
		{ PHRASE_C_HOW, "30%", NULL }, { PHRASE_C_FROM, "40%", NULL } },
	    3);
}

static void
put_captures(struct page *p, const struct sample_facts *f)
{
	bool zone = one_zone(f);
	size_t at = 0;
	int64_t more;

	put_head(p, f, zone);
	for (int row = 0; at < f->row_count; row++) {
		size_t next = next_row(f, at);

		/* A single row that is left takes no more room than words about it. */
		if (row >= SAMPLE_ROWS_MAX && (int64_t)next < f->captures)
			break;

		html_open(&p->h, TAG_TR);
		put_when(p, &f->rows[at], (int64_t)(next - at), !zone);
		put_how(p, &f->rows[at]);
		put_from(p, &f->rows[at]);
		html_close(&p->h, TAG_TR);
		at = next;
	}
	page_table_end(p);
	more = f->captures - (int64_t)at;
	if (more <= 0)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say_count(p, PHRASE_CAPTURE_MORE, PHRASE_CAPTURES_MORE, more);
	html_close(&p->h, TAG_SAYS);
}

void
sample_put_arrival(struct page *p, const struct sample_facts *f)
{
	if (f->captures == 0)
		return;
	page_heading(p, PHRASE_H_ARRIVED);
	put_cards(p, f);
	put_summary(p, f);
	sample_put_story(p, f);
	if (f->row_count == 0 && f->country_count < 2)
		return;
	html_open(&p->h, TAG_AREA);
	put_sources(p, f);
	put_cut(p, f);
	if (f->row_count > 0)
		put_captures(p, f);
	html_close(&p->h, TAG_AREA);
}
