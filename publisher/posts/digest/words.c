/*
 * words.c - see words.h. Comparisons must not mislead: with too few days, or with small numbers, there is
 * none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/words.h"

#include "publisher/page/date_range.h"

#define DAYS_TO_COMPARE 4 /* complete ones of the seven before */
#define MOST_OF_SEVEN 5 /* days; also of a month, in proportion */
#define EVENTS_TO_COMPARE 1000 /* a day: below, a percentage says little */
#define ABOVE_MAX 2 /* days with more: a fourth place is not worth mentioning */
#define LOUD_PERCENT 30 /* of all events from one address */

static int64_t
days_of(const struct digest_facts *f)
{
	return period_days(f->period.first, f->period.end);
}

int64_t
digest_mean(int64_t total, int64_t days)
{
	return days > 0 ? (total + days / 2) / days : 0;
}

bool
digest_any_counted(const struct digest_facts *f)
{
	return f->attacks.counted > 0;
}

static bool
all_counted(const struct digest_facts *f)
{
	return f->attacks.counted == days_of(f);
}

/* ---- the period */

void
digest_put_period(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	if (f->period.span == SPAN_MONTH)
		date_put_month(out, p->language, f->period.first);
	else
		date_put_range(
		    out, p->language, f->period.first, calendar_add(f->period.end, -1));
}

/* ---- files */

static void
put_phrase_of(const struct page *p, enum phrase text, int64_t n, struct buf *out)
{
	struct word number;

	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&number, n) } });
}

static void
put_none_new(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	if (f->files == 0)
		put_phrase_of(p, PHRASE_DIGEST_NO_FILES + f->period.span, 0, out);
	else
		put_phrase_of(p,
		    f->files == 1 ? PHRASE_DIGEST_NONE_NEW_ONE : PHRASE_DIGEST_NONE_NEW,
		    f->files, out);
}

static void
put_malicious_one(const struct page *p, const struct digest_group *g, struct buf *out)
{
	struct word detections, verdicts, date;

	phrase_plain(out, p->language, PHRASE_DIGEST_MALICIOUS_ONE,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&detections, g->low) },
		{ .text = page_number(&verdicts, g->verdicts_low) },
		{ .text = page_date(p, &date, DATE_SHORT, g->as_of) } });
}

static void
put_malicious(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	int64_t bad = f->by_class[CLASS_MALICIOUS];

	if (bad == 0)
		return;
	if (f->new_files == 1)
		put_malicious_one(p, &f->groups[0], out);
	else
		put_phrase_of(p,
		    bad == f->new_files ? PHRASE_DIGEST_MALICIOUS_ALL
					: PHRASE_DIGEST_MALICIOUS,
		    bad, out);
}

void
digest_put_new(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	static const struct {
		enum digest_class class;
		enum phrase text;
	} REST[] = { { CLASS_UNKNOWN, PHRASE_DIGEST_UNKNOWN },
		{ CLASS_WAITING, PHRASE_DIGEST_WAITING },
		{ CLASS_LEFT_OUT, PHRASE_DIGEST_LEFT_OUT } };

	if (f->new_files == 0) {
		put_none_new(p, f, out);
		return;
	}
	put_phrase_of(p,
	    f->new_files == 1 ? PHRASE_DIGEST_NEW_ONE : PHRASE_DIGEST_NEW_MANY,
	    f->new_files, out);
	put_malicious(p, f, out);
	for (size_t i = 0; i < sizeof REST / sizeof REST[0]; i++)
		if (f->by_class[REST[i].class] > 0)
			put_phrase_of(p, REST[i].text, f->by_class[REST[i].class], out);
}

/* ---- events */

static void
put_space(const struct page *p, struct buf *out)
{
	if (out->len > 0 && out->ptr[out->len - 1] != ' ' && p->language != LANGUAGE_JA)
		buf_putc(out, ' ');
}

static void
put_range(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	const struct digest_attacks *a = &f->attacks, *b = &f->before;
	enum phrase text = PHRASE_DIGEST_USUAL;
	struct word low, high;

	if (a->complete == 0 || b->complete < DAYS_TO_COMPARE ||
	    f->history.sensors.changes > 0)
		return;
	if (a->events > b->high)
		text = PHRASE_DIGEST_MORE;
	else if (a->events < b->low)
		text = PHRASE_DIGEST_LESS;
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&low, b->low) },
		{ .text = page_number(&high, b->high) } });
}

static bool
is_comparable(const struct digest_facts *f)
{
	return f->since == 0 && all_counted(f) &&
	       f->attacks.complete == f->attacks.days &&
	       f->before.complete == f->before.days && f->before.days >= 7 &&
	       f->history.sensors.changes == 0;
}

static bool
is_mostly_complete(const struct digest_attacks *a, const struct period *p)
{
	return a->complete == a->counted &&
	       a->complete * 7 >= period_days(p->first, p->end) * MOST_OF_SEVEN;
}

bool
digest_is_alike(const struct digest_facts *f)
{
	struct period before = period_before(&f->period);

	return f->since == 0 && f->history.sensors.changes == 0 &&
	       is_mostly_complete(&f->attacks, &f->period) &&
	       is_mostly_complete(&f->before, &before);
}

static void
put_average(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	int64_t now = digest_mean(f->attacks.events, f->attacks.counted);
	int64_t then = digest_mean(f->before.events, f->before.counted);
	enum phrase text = PHRASE_DIGEST_AVERAGE;
	struct word average, before, percent;
	int64_t change = 0;

	if (is_comparable(f) && now >= EVENTS_TO_COMPARE && then >= EVENTS_TO_COMPARE) {
		change = (now - then) * 100 / then;
		text = change > 0   ? PHRASE_DIGEST_RISE + f->period.span
		       : change < 0 ? PHRASE_DIGEST_FALL + f->period.span
				    : PHRASE_DIGEST_SAME + f->period.span;
	} else if (digest_is_alike(f)) {
		text = PHRASE_DIGEST_AVERAGES + f->period.span;
	}
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&average, now) },
		{ .text = page_number(&before, then) },
		{ .text = page_number(&percent, change < 0 ? -change : change) } });
}

static void
put_missing(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	struct word counted, days;

	phrase_plain(out, p->language, PHRASE_DIGEST_DAYS_MISSING,
	    (struct filling[FILLINGS_MAX]){
		{ .text = page_number(&counted, f->attacks.counted) },
		{ .text = page_number(&days, days_of(f)) } });
}

/* ---- beside them */

static void
put_sensors(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	const struct digest_sensors *c = &f->history.sensors;
	auto_buf day = BUF_CUT(WORD_MAX);
	struct word low, high;
	enum phrase text;

	if (c->changes == 0)
		return;
	put_space(p, out);
	if (c->changes > 1) {
		phrase_plain(out, p->language, PHRASE_DIGEST_SENSORS_VARY,
		    (struct filling[FILLINGS_MAX]){ { .text = page_number(&low, c->low) },
			{ .text = page_number(&high, c->high) } });
		return;
	}
	date_put_day(&day, p->language, c->since);
	if (c->more > 0)
		text =
		    c->more == 1 ? PHRASE_DIGEST_SENSOR_MORE : PHRASE_DIGEST_SENSORS_MORE;
	else
		text = c->more == -1 ? PHRASE_DIGEST_SENSOR_LESS
				     : PHRASE_DIGEST_SENSORS_LESS;
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&day) },
		{ .text = page_number(&low, c->more > 0 ? c->more : -c->more) } });
}

static void
put_rank(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	const struct digest_history *h = &f->history;
	auto_buf since = BUF_CUT(WORD_MAX);
	struct word days, above;
	enum phrase text = PHRASE_DIGEST_RANKED_FIRST;

	if (h->ranked == 0 || h->above > ABOVE_MAX)
		return;
	if (h->above > 0)
		text = h->above == 1 ? PHRASE_DIGEST_RANKED_SECOND : PHRASE_DIGEST_RANKED;
	put_space(p, out);
	date_put_day(&since, p->language, h->ranked_since);
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&days, h->ranked) },
		{ .text = buf_text(&since) },
		{ .text = page_number(&above, h->above) } });
}

static void
put_extremes(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	const struct digest_history *h = &f->history;
	auto_buf most = BUF_CUT(WORD_MAX), least = BUF_CUT(WORD_MAX);
	struct word high, low;

	if (h->most.events == h->least.events)
		return;
	put_space(p, out);
	date_put_day(&most, p->language, h->most.date);
	date_put_day(&least, p->language, h->least.date);
	phrase_plain(out, p->language, PHRASE_DIGEST_EXTREMES,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&most) },
		{ .text = page_number(&high, h->most.events) },
		{ .text = buf_text(&least) },
		{ .text = page_number(&low, h->least.events) } });
}

static void
put_counted(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	if (f->attacks.events == 0) {
		put_phrase_of(p, PHRASE_DIGEST_QUIET, 0, out);
		return;
	}
	if (f->period.span == SPAN_DAY) {
		put_range(p, f, out);
		put_rank(p, f, out);
	} else {
		put_average(p, f, out);
		put_extremes(p, f, out);
	}
	put_sensors(p, f, out);
	if (f->attacks.loudest * 100 >= f->attacks.events * LOUD_PERCENT &&
	    f->attacks.loudest > 1) {
		put_space(p, out);
		put_phrase_of(p, PHRASE_DIGEST_LOUD, f->attacks.loudest, out);
	}
}

void
digest_put_events(const struct page *p, const struct digest_facts *f, struct buf *out)
{
	struct word date;

	if (f->since > 0)
		phrase_plain(out, p->language, PHRASE_DIGEST_FIRST,
		    (struct filling[FILLINGS_MAX]){
			{ .text = page_date(p, &date, DATE_MINUTE, f->since) } });
	put_space(p, out);
	if (!digest_any_counted(f)) {
		put_phrase_of(p,
		    f->attacks.given_up ? PHRASE_DIGEST_NOT_COUNTED
					: PHRASE_DIGEST_NOT_YET,
		    0, out);
		return;
	}
	put_counted(p, f, out);
	if (!all_counted(f)) {
		put_space(p, out);
		put_missing(p, f, out);
	}
}
