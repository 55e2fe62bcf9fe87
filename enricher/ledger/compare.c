/*
 * compare.c - the provider's own count, beside the ledger's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/ledger/internal.h"

#define PURPOSE "comparison"

/* clang-format off */
#define COUNT(ANSWERED) \
    "(SELECT count(*) " \
    "  FROM request " \
    "  WHERE provider = :provider " \
    "    AND account = :account " \
    "    AND purpose = '" PURPOSE "' " \
    "    AND at > :since " \
    "    AND answered_at " ANSWERED ")"
/* clang-format on */

static const char LATELY_SQL[] = "SELECT " COUNT("IS NULL") " + " COUNT("> :since");
static const char BOOK_SQL[] =
    "INSERT INTO request (provider, account, purpose, at, expires_at) "
    "VALUES (:provider, :account, '" PURPOSE
    "', :now, :expires_at) "
    "RETURNING id";

struct comparison {
	struct ledger *ledger;
	int64_t now, id;
};

static bool
book_in(void *ctx, struct err *e)
{
	struct comparison *c = ctx;
	struct ledger *l = c->ledger;
	struct ledger_room room;
	struct statement *s = ledger_prepare(l, LATELY_SQL, e);
	int64_t lately = 0;

	c->id = 0;
	db_bind_int(s, ":since", c->now - LEDGER_COMPARE_S);
	if (!db_one_int(s, &lately, e) || !ledger_room(l, c->now, &room, e))
		return false;
	if (room.requests == 0 || lately > 0)
		return true;
	s = ledger_prepare(l, BOOK_SQL, e);
	db_bind_int(s, ":now", c->now);
	db_bind_int(s, ":expires_at", c->now + LEDGER_SEND_S + l->timeout_s);
	return db_one_int(s, &c->id, e);
}

bool
ledger_book_comparison(struct ledger *l, int64_t now, int64_t *id, struct err *e)
{
	struct comparison c = { .ledger = l, .now = now };
	bool ok = db_transact(l->db, book_in, &c, e);

	*id = ok ? c.id : 0;
	return ok;
}

/* The provider may not have counted these yet. */
static const char OPEN_SQL[] =
    "SELECT count(*) "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at IS NULL "
    "  AND purpose <> '" PURPOSE "'";
static const char RAISE_SQL[] =
    "UPDATE quota "
    "SET used = :used "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND period = :period "
    "  AND used < :used";

static bool
raise(struct ledger *l, const char *period, int64_t used, struct err *e)
{
	struct statement *s = ledger_prepare(l, RAISE_SQL, e);

	db_bind_text(s, ":period", period);
	db_bind_int(s, ":used", used);
	return db_run(s, e);
}

struct raising {
	struct ledger *ledger;
	int64_t now, day, month, foreign;
};

static bool
compare_in(void *ctx, struct err *e)
{
	struct raising *r = ctx;
	char day[TIME_TEXT_MAX], month[TIME_TEXT_MAX];
	int64_t our_day, our_month, open = 0;

	time_format_day(r->now, day);
	time_format_month(r->now, month);
	/* The rows may not be there yet. */
	if (!ledger_count_booked(r->ledger, r->now, 0, e) ||
	    !ledger_used(r->ledger, r->now, &our_day, &our_month, e) ||
	    !db_one_int(ledger_prepare(r->ledger, OPEN_SQL, e), &open, e))
		return false;
	r->foreign = r->day > our_day ? r->day - our_day : 0;
	return raise(r->ledger, day, r->day + open, e) &&
	       raise(r->ledger, month, r->month + open, e);
}

bool
ledger_compare(struct ledger *l, int64_t now, int64_t day, int64_t month,
    int64_t *foreign, struct err *e)
{
	struct raising r = { .ledger = l, .now = now, .day = day, .month = month };
	int64_t into_day = now % DAY_S;

	*foreign = 0;
	/* Near midnight, the two may mean different days. */
	if (into_day < LEDGER_DAY_GRACE_S || into_day > DAY_S - LEDGER_DAY_GRACE_S)
		return true;
	if (!db_transact(l->db, compare_in, &r, e))
		return false;
	*foreign = r.foreign;
	return true;
}
