/*
 * counters.c - the counters of days and months; see ledger.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/ledger/internal.h"

struct statement *
ledger_prepare(struct ledger *l, const char *sql, struct err *e)
{
	struct statement *s = db_prepare(l->db, sql, e);

	db_bind_text(s, ":provider", l->provider);
	db_bind_text(s, ":account", l->account);
	return s;
}

static const char COUNT_SQL[] =
    "INSERT INTO quota (provider, account, period, used, allowed) "
    "VALUES (:provider, :account, :period, :n, :allowed) "
    "ON CONFLICT (provider, account, period) "
    "  DO UPDATE SET used = quota.used + excluded.used, allowed = excluded.allowed";

static bool
count_period(
    struct ledger *l, const char *period, int64_t n, int64_t allowed, struct err *e)
{
	struct statement *s = ledger_prepare(l, COUNT_SQL, e);

	db_bind_text(s, ":period", period);
	db_bind_int(s, ":n", n);
	db_bind_int(s, ":allowed", allowed);
	return db_run(s, e);
}

static bool
count_day(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	char day[TIME_TEXT_MAX];

	time_format_day(at, day);
	return count_period(l, day, n, l->per_day, e);
}

static bool
count_month(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	char month[TIME_TEXT_MAX];

	time_format_month(at, month);
	return count_period(l, month, n, l->per_month, e);
}

/* The provider's clock may be ahead of ours, so a request that is booked or answered shortly before
 * midnight may count there on the next day. */
static int64_t
there(int64_t t)
{
	return t + LEDGER_DAY_GRACE_S;
}

/* Counts in the day and month of `to`, unless they are those of `from`. */
static bool
count_beyond(struct ledger *l, int64_t from, int64_t to, int64_t n, struct err *e)
{
	return (to < time_next_month(from) || count_month(l, to, n, e)) &&
	       (to < time_next_day(from) || count_day(l, to, n, e));
}

bool
ledger_count_booked(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	return count_month(l, at, n, e) && count_day(l, at, n, e) &&
	       count_beyond(l, at, there(at), n, e);
}

bool
ledger_count_answered(
    struct ledger *l, int64_t counted, int64_t answered_at, struct err *e)
{
	return count_beyond(l, there(counted), there(answered_at), 1, e);
}

static const char COUNT_AGAIN_SQL[] =
    "UPDATE quota "
    "SET again = again + :n "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND period = :period";

static bool
count_again(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	struct statement *s = ledger_prepare(l, COUNT_AGAIN_SQL, e);
	char day[TIME_TEXT_MAX];

	time_format_day(at, day);
	db_bind_text(s, ":period", day);
	db_bind_int(s, ":n", n);
	return db_run(s, e);
}

bool
ledger_count_again(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	return n == 0 ||
	       (count_again(l, at, n, e) &&
		   (there(at) < time_next_day(at) || count_again(l, there(at), n, e)));
}

static const char AGAIN_SQL[] =
    "SELECT again "
    "FROM quota "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND period = :period";

bool
ledger_again(struct ledger *l, int64_t now, int64_t *again, struct err *e)
{
	struct statement *s = ledger_prepare(l, AGAIN_SQL, e);
	char day[TIME_TEXT_MAX];

	*again = 0;
	time_format_day(now, day);
	db_bind_text(s, ":period", day);
	return db_one_int(s, again, e);
}

static const char USED_SQL[] =
    "SELECT used "
    "FROM quota "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND period = :period";

static bool
used_in(struct ledger *l, const char *period, int64_t *used, struct err *e)
{
	struct statement *s = ledger_prepare(l, USED_SQL, e);

	*used = 0;
	db_bind_text(s, ":period", period);
	return db_one_int(s, used, e);
}

bool
ledger_used(struct ledger *l, int64_t now, int64_t *day, int64_t *month, struct err *e)
{
	char day_text[TIME_TEXT_MAX], month_text[TIME_TEXT_MAX];

	time_format_day(now, day_text);
	time_format_month(now, month_text);
	return used_in(l, day_text, day, e) && used_in(l, month_text, month, e);
}
