/*
 * shed.c - if there are more new files than the quota allows, some are not looked up, and this is
 * logged.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "common/base/time.h"
#include "common/db/daily.h"
#include "enricher/enricher.h"
#include "enricher/store/order.h"

#define LOOK_S 60 /* between checks */
#define SHED_MAX 500 /* rows of one transaction */

/* ---- shedding */

static void
put_reason(const struct desk *d, int64_t now, struct buf *why)
{
	int64_t waited = d->enricher->st.config.enricher.backlog_s;
	bool days = waited % DAY_S == 0;
	int64_t n = waited / (days ? DAY_S : HOUR_S);
	char at[TIME_TEXT_MAX];

	time_format_iso(now, at);
	buf_printf(why, "shed: waited %" PRId64 " %s%s, quota %" PRId64 " a day (%s)", n,
	    days ? "day" : "hour", n == 1 ? "" : "s", d->account.per_day, at);
}

/* Nothing is shed while the clock is, or may be, wrong. */
static bool
is_trusted(const struct desk *d)
{
	return d->knows_time && d->clock.ahead_s == 0;
}

/* Rows that can no longer be looked up today: those that wait, less what is left of the quota. */
static bool
excess(struct desk *d, int64_t *n, struct err *e)
{
	struct db *db = &d->enricher->st.db;
	struct ledger_room room;

	*n = 0;
	if (!ledger_room(&d->ledger, desk_now(d), &room, e))
		return false;
	if (room.rest < 0)
		room.rest = 0;
	if (!store_waiting(db, d->provider->name, room.rest + SHED_MAX, n, e))
		return false;
	*n -= room.rest;
	return true;
}

static bool
shed(struct desk *d, int64_t now, int64_t most, struct err *e)
{
	int64_t backlog = d->enricher->st.config.enricher.backlog_s;
	auto_buf why = BUF_CUT(ERR_TEXT_MAX);
	struct shedding sh = { .since = now - backlog, .most = most, .now = now };

	put_reason(d, now, &why);
	sh.why = buf_text(&why);
	return store_shed(&d->enricher->st.db, d->provider->name, &sh, e);
}

static bool
shed_some(struct desk *d, int64_t now, struct err *e)
{
	int64_t longest, n;

	if (!is_trusted(d))
		return true;
	if (!store_longest(&d->enricher->st.db, d->provider->name, &longest, e))
		return false;
	while (longest <= now - d->enricher->st.config.enricher.backlog_s) {
		if (!excess(d, &n, e) || (n > 0 && !shed(d, now, n, e)) ||
		    !store_longest(&d->enricher->st.db, d->provider->name, &longest, e))
			return false;
		if (n < SHED_MAX)
			break;
	}
	return true;
}

/* ---- telling */

static void
log_unasked(struct enricher *en, const struct unasked *u)
{
	struct log_number waiting, again, shed, flooded;

	log_line(&en->st.log, LOG_WARNING, "waiting", "files",
	    log_number(&waiting, u->waiting), "again", log_number(&again, u->again),
	    "shed", log_number(&shed, u->shed), "flooded",
	    log_number(&flooded, u->flooded), "why",
	    "files wait or were not looked up: views unasked and floods", NULL);
}

/* Nothing is logged about files that the quota of a day allows, or that have their verdict. */
static bool
log_daily(struct desk *d, int64_t now, struct err *e)
{
	struct enricher *en = d->enricher;
	struct unasked u;
	bool was, due;

	if (!d->decides)
		return true;
	if (!store_was_overload(&en->st.db, d->provider->name, now - DAY_S, &was, e))
		return false;
	if (!was && !d->crowded)
		return true;
	if (!db_daily(&en->st.db, "overload", now, &due, e) ||
	    (due && !store_unasked(&en->st.db, d->provider->name, now - DAY_S, &u, e)))
		return false;
	if (due)
		log_unasked(en, &u);
	return true;
}

static bool
look_for_crowd(struct desk *d, struct err *e)
{
	int64_t most = d->account.per_day + 1, waiting;

	if (!store_waiting(&d->enricher->st.db, d->provider->name, most, &waiting, e))
		return false;
	d->crowded = waiting == most;
	return true;
}

bool
desk_count(struct desk *d, int64_t now, struct err *e)
{
	if (now >= d->counted_at && now < d->counted_at + LOOK_S)
		return true;
	d->counted_at = now;
	return shed_some(d, now, e) && look_for_crowd(d, e) && log_daily(d, now, e);
}
