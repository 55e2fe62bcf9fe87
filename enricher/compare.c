/*
 * compare.c - asks a provider once an hour how many requests it has counted, before it is asked about
 * more files.
 *
 * Nothing else is in flight meanwhile, so that both count the same requests.
 * A key that may not ask this is refused; that is no fault, and it is asked again a day later.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "common/base/time.h"
#include "enricher/enricher.h"

#define AFTER_REFUSAL_S DAY_S

static void
say_foreign(struct desk *d, const struct usage *u, int64_t foreign)
{
	auto_buf why = BUF_CUT(ERR_TEXT_MAX);

	buf_printf(&why,
	    "%s has counted %" PRId64 " requests of this key today, %" PRId64
	    " more than this database: another program uses the key; the larger number "
	    "counts",
	    d->provider->name, u->day, foreign);
	log_line(&d->enricher->st.log, LOG_WARNING, "waiting", "service",
	    d->provider->name, "why", buf_text(&why), NULL);
}

static bool
note(struct desk *d, const struct http_reply *reply, struct err *e)
{
	int64_t now = desk_now(d), foreign = 0;
	struct usage u = { .day = -1, .month = -1 };

	minute_answered(
	    &d->minute, d->comparison_id, clock_steady_ms(&d->enricher->st.clock));
	if (!ledger_answered(&d->ledger, d->comparison_id, now, reply->status, e))
		return false;
	if (!d->provider->counted(d->client, reply, &u)) {
		if (reply->status != 0)
			d->compare_at = now + AFTER_REFUSAL_S;
		return true;
	}
	if (!ledger_compare(&d->ledger, now, u.day, u.month, &foreign, e))
		return false;
	if (foreign >= LEDGER_FOREIGN_MIN)
		say_foreign(d, &u, foreign);
	return true;
}

static void
counted(void *ctx, struct http_reply *reply, const struct err *transport)
{
	struct desk *d = ctx;
	struct err e = ERR_NONE;

	(void)transport;
	d->comparing = false;
	if (!note(d, reply, &e) && d->enricher->fatal.fault == FAULT_NONE)
		d->enricher->fatal = e;
}

bool
desk_is_to_compare(const struct desk *d)
{
	return d->comparing || desk_now(d) >= d->compare_at;
}

bool
desk_compare(struct desk *d, struct err *e)
{
	auto_buf url = BUF_INIT(PROVIDER_URL_MAX);
	struct http_request r;

	if (d->comparing || d->flying > 0)
		return true;
	d->compare_at = desk_now(d) + LEDGER_COMPARE_S;
	if (d->provider->count == NULL || !d->provider->count(d->client, &url, &r)) {
		d->compare_at = INT64_MAX;
		return true;
	}
	if (!ledger_book_comparison(&d->ledger, desk_now(d), &d->comparison_id, e))
		return false;
	if (d->comparison_id == 0)
		return true;
	minute_take(&d->minute, d->comparison_id);
	d->comparing = http_start(d->enricher->st.http, &r, counted, d, e);
	return d->comparing;
}
