/*
 * clocks.c - see parts.h: sensors whose clock was wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/posts/digest/parts.h"

#define HOURS_FROM_S (90 * MINUTE_S) /* less is given in minutes */
#define DAYS_FROM_S (2 * DAY_S) /* more is given in days */

/* About how much, in one unit: "3 hours". */
static const char *
span_of(const struct page *p, struct word *out, int64_t seconds)
{
	struct word number;
	struct buf text = BUF_CUT(WORD_MAX);
	int64_t unit = seconds < HOURS_FROM_S  ? MINUTE_S
		       : seconds < DAYS_FROM_S ? HOUR_S
					       : DAY_S;
	enum phrase words = unit == MINUTE_S ? PHRASE_DIGEST_MINUTES
			    : unit == HOUR_S ? PHRASE_DIGEST_HOURS
					     : PHRASE_DIGEST_DAYS;

	page_number(&number, (seconds + unit / 2) / unit);
	phrase_plain(&text, p->language, words,
	    (struct filling[FILLINGS_MAX]){ { .text = number.text } });
	buf_fixed(out->text, sizeof out->text, "%s", buf_text(&text));
	buf_done(&text);
	return out->text;
}

void
digest_put_clocks(struct page *p, const struct digest_facts *f)
{
	struct word name, span;

	for (size_t i = 0; i < f->clock_count; i++) {
		const struct digest_clock *c = &f->clocks[i];
		const char *who = page_name(p, &name, c->name);

		if (who[0] == '\0')
			who = phrase(p->language, PHRASE_DIGEST_A_SENSOR);
		page_space(p);
		page_say(p, c->off_s > 0 ? PHRASE_DIGEST_AHEAD : PHRASE_DIGEST_BEHIND,
		    who, span_of(p, &span, c->off_s > 0 ? c->off_s : -c->off_s));
	}
}
