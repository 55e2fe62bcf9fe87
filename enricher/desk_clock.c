/*
 * desk_clock.c - the time by which a desk keeps its ledger: the provider's; see ledger/provider_clock.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>

#include "common/base/time.h"
#include "enricher/enricher.h"

int64_t
desk_now(const struct desk *d)
{
	const struct clock *c = &d->enricher->st.clock;
	int64_t now = c->lone || !d->clock.compared
			  ? clock_now(c)
			  : (clock_steady_ms(c) + d->clock.apart_ms) / 1000;

	/* Carried on by the steady clock: a step of our clock in the middle of a round changes nothing. */
	return now + d->clock.ahead_s;
}

/* A new process believes its clock until the first answer if it is on the day of the last answer in the ledger,
 * and not before it: then no more than the day's quota can be spent. */
static bool
trust_at_first(struct desk *d, struct err *e)
{
	int64_t now = clock_now(&d->enricher->st.clock), last = 0;

	if (!ledger_last_answer(&d->ledger, &last, e))
		return false;
	d->knows_time = last == 0 || (last <= now && now / DAY_S == last / DAY_S);
	return true;
}

bool
desk_look_at_clock(struct desk *d, struct err *e)
{
	const struct clock *c = &d->enricher->st.clock;

	d->knows_time =
	    c->lone || provider_clock_holds(&d->clock, clock_now(c), clock_steady_ms(c));
	return d->knows_time || d->clock.compared || trust_at_first(d, e);
}

static void
say_apart(const struct desk *d)
{
	auto_buf why = BUF_CUT(ERR_TEXT_MAX);
	int64_t ahead = d->clock.ahead_s;

	buf_printf(&why,
	    "the clock of this machine is %" PRId64
	    " seconds %s; the quota is counted by "
	    "the provider's clock, but times in the database and on the site are wrong",
	    (int64_t)llabs(ahead), ahead > 0 ? "behind" : "ahead");
	log_line(&d->enricher->st.log, LOG_WARNING, "waiting", "service",
	    d->provider->name, "why", buf_text(&why), NULL);
}

void
desk_compare_clock(struct desk *d, const struct http_reply *reply, int64_t sent_steady_ms)
{
	const struct clock *c = &d->enricher->st.clock;
	int64_t date = 0, steady_ms = clock_steady_ms(c), before = d->clock.ahead_s;

	if (!reply->stored && !c->lone)
		time_parse_http(reply->date, &date);
	provider_clock_compare(
	    &d->clock, date, clock_now(c), steady_ms, steady_ms - sent_steady_ms);
	if (d->clock.ahead_s != 0 &&
	    llabs(d->clock.ahead_s - before) > LEDGER_DAY_GRACE_S)
		say_apart(d);
}
