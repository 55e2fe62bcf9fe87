/*
 * refused.c - how long to wait when the provider reports a spent quota.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/ledger/internal.h"

#define JITTER_S 540 /* spread after midnight: 1 to 10 minutes */
#define JITTER_MIN_S 60

static int64_t
after_midnight(int64_t midnight, const struct clock *dice)
{
	return midnight + JITTER_MIN_S + clock_draw(dice, JITTER_S);
}

int64_t
ledger_refused_until(
    const struct ledger_refusal *r, const struct clock *dice, bool *spent)
{
	static const int64_t STEPS[] = { 60, 120, 300, 900 };
	int64_t latest = time_next_day(r->now) + JITTER_MIN_S + JITTER_S;

	*spent = false;
	if (r->retry_after_s > 0)
		return r->now + r->retry_after_s < latest ? r->now + r->retry_after_s
							  : latest;
	if (r->used_month >= r->per_month)
		return after_midnight(time_next_month(r->now), dice);
	if (r->used_day < r->per_day &&
	    r->strikes <= (int)(sizeof STEPS / sizeof STEPS[0]))
		return r->now + STEPS[r->strikes < 1 ? 0 : r->strikes - 1];
	*spent = true;
	return after_midnight(time_next_day(r->now), dice);
}

static const char SPENT_SQL[] =
    "UPDATE quota "
    "SET used = allowed "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND period = :period "
    "  AND used < allowed";

bool
ledger_refused(struct ledger *l, int64_t now, int64_t retry_after_s, int strikes,
    const struct clock *dice, int64_t *until, struct err *e)
{
	struct ledger_refusal r = { .now = now,
		.retry_after_s = retry_after_s,
		.strikes = strikes,
		.per_day = l->per_day,
		.per_month = l->per_month };
	char day[TIME_TEXT_MAX];
	struct statement *s;
	bool spent;

	if (!ledger_used(l, now, &r.used_day, &r.used_month, e))
		return false;
	*until = ledger_refused_until(&r, dice, &spent);
	if (!spent)
		return true;
	time_format_day(now, day);
	s = ledger_prepare(l, SPENT_SQL, e);
	db_bind_text(s, ":period", day);
	return db_run(s, e);
}
