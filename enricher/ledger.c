/*
 * ledger.c - booking and counting of report requests; see ledger.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger.h"

#include "common/base/time.h"

#define JITTER_S 540 /* spread after midnight: 1 to 10 minutes */
#define JITTER_MIN_S 60
#define FORGET_MAX 64 /* old requests that a booking takes away at most */

static struct statement *
prepare(struct ledger *l, const char *sql, struct err *e)
{
	struct statement *s = db_prepare(l->db, sql, e);

	db_bind_text(s, ":provider", l->provider);
	db_bind_text(s, ":account", l->account);
	return s;
}

/* ---- counters */

static const char COUNT_SQL[] =
    "INSERT INTO quota (provider, account, period, used, allowed) "
    "VALUES (:provider, :account, :period, :n, :allowed) "
    "ON CONFLICT (provider, account, period) DO UPDATE "
    "SET used = used + excluded.used, allowed = excluded.allowed";

static bool
count_period(
    struct ledger *l, const char *period, int64_t n, int64_t allowed, struct err *e)
{
	struct statement *s = prepare(l, COUNT_SQL, e);

	db_bind_text(s, ":period", period);
	db_bind_int(s, ":n", n);
	db_bind_int(s, ":allowed", allowed);
	return db_run(s, e);
}

static const char USED_SQL[] =
    "SELECT used FROM quota "
    "WHERE provider = :provider AND account = :account AND period = :period";

static bool
used_in(struct ledger *l, const char *period, int64_t *used, struct err *e)
{
	struct statement *s = prepare(l, USED_SQL, e);

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

/* Counts n requests at `at` in its day and month. */
static bool
count_at(struct ledger *l, int64_t at, int64_t n, struct err *e)
{
	char day[TIME_TEXT_MAX], month[TIME_TEXT_MAX];

	time_format_day(at, day);
	time_format_month(at, month);
	return count_period(l, day, n, l->per_day, e) &&
	       count_period(l, month, n, l->per_month, e);
}

static int64_t
month_start(int64_t t)
{
	int64_t start = t - t % 86400;

	while (time_next_month(start - 1) != start)
		start -= 86400;
	return start;
}

/* A request counted at `at` and answered after midnight counts on both sides. */
static bool
count_crossing(struct ledger *l, int64_t at, int64_t answered_at, struct err *e)
{
	char day[TIME_TEXT_MAX], month[TIME_TEXT_MAX];

	if (answered_at >= time_next_day(at)) {
		time_format_day(answered_at, day);
		if (!count_period(l, day, 1, l->per_day, e))
			return false;
	}
	if (answered_at >= time_next_month(at)) {
		time_format_month(answered_at, month);
		if (!count_period(l, month, 1, l->per_month, e))
			return false;
	}
	return true;
}

/* ---- answers */

static const char COUNTED_AT_SQL[] =
    "SELECT max(at, coalesce(answered_at, at)) FROM request WHERE id = :id";
/* Another process may have found the timeout first; the later of both holds the slot. */
static const char ANSWERED_SQL[] =
    "UPDATE request SET answered_at = max(coalesce(answered_at, 0), :answered_at), "
    "  status = :status "
    "WHERE id = :id";

static bool
answer(struct ledger *l, int64_t id, int64_t answered_at, long status, struct err *e)
{
	struct statement *s = db_prepare(l->db, COUNTED_AT_SQL, e);
	int64_t at = -1;

	db_bind_int(s, ":id", id);
	if (!db_one_int(s, &at, e))
		return false;
	if (at < 0) /* the row is gone */
		return true;
	s = db_prepare(l->db, ANSWERED_SQL, e);
	db_bind_int(s, ":id", id);
	db_bind_int(s, ":answered_at", answered_at);
	db_bind_int(s, ":status", status);
	return db_run(s, e) && count_crossing(l, at, answered_at, e);
}

struct arrival {
	struct ledger *ledger;
	int64_t id, at;
	long status;
};

static bool
answer_in(void *ctx, struct err *e)
{
	const struct arrival *a = ctx;

	return answer(a->ledger, a->id, a->at, a->status, e);
}

bool
ledger_answered(struct ledger *l, int64_t id, int64_t now, long status, struct err *e)
{
	struct arrival a = { l, id, now, status };

	return db_transact(l->db, answer_in, &a, e);
}

static const char OVERDUE_SQL[] =
    "SELECT id, expires_at FROM request WHERE provider = :provider AND account = "
    ":account "
    "AND answered_at IS NULL AND expires_at <= :now LIMIT 1";

static bool
next_overdue(struct ledger *l, int64_t now, int64_t *id, int64_t *expires_at, bool *found,
    struct err *e)
{
	struct statement *s = prepare(l, OVERDUE_SQL, e);
	int step;

	db_bind_int(s, ":now", now);
	step = db_step(s, e);
	*found = step == 1;
	if (*found) {
		*id = db_int(s, 0);
		*expires_at = db_int(s, 1);
		db_reset(s);
	}
	return step >= 0;
}

/* Inside a transaction: requests whose answer did not come in time count as answered then. */
static bool
settle_overdue(struct ledger *l, int64_t now, struct err *e)
{
	int64_t id, expires_at;
	bool found;

	for (;;) {
		if (!next_overdue(l, now, &id, &expires_at, &found, e))
			return false;
		if (!found)
			return true;
		if (!answer(l, id, expires_at, 0, e))
			return false;
	}
}

struct moment {
	struct ledger *ledger;
	int64_t now;
};

static bool
settle_overdue_in(void *ctx, struct err *e)
{
	const struct moment *m = ctx;

	return settle_overdue(m->ledger, m->now, e);
}

/* ---- room */

static const char WINDOW_SQL[] =
    "SELECT count(*), min(answered_at) FROM "
    "(SELECT answered_at FROM request WHERE provider = :provider AND account = :account "
    "AND answered_at > :since ORDER BY answered_at DESC LIMIT :most)";
static const char OPEN_SQL[] =
    "SELECT count(*), coalesce(sum(at < :day), 0), coalesce(sum(at < :month), 0) FROM "
    "request "
    "WHERE provider = :provider AND account = :account AND answered_at IS NULL";

struct counts {
	int64_t recent, oldest_recent; /* answered within the slot time */
	int64_t open, open_before_day, open_before_month;
	int64_t used_day, used_month;
};

static bool
read_window(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	struct statement *s = prepare(l, WINDOW_SQL, e);

	db_bind_int(s, ":since", now - LEDGER_SLOT_S);
	db_bind_int(s, ":most", l->per_minute);
	if (db_step(s, e) != 1)
		return false;
	c->recent = db_int(s, 0);
	c->oldest_recent = db_int(s, 1);
	db_reset(s);
	return true;
}

static bool
read_open(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	struct statement *s = prepare(l, OPEN_SQL, e);

	db_bind_int(s, ":day", now - now % 86400);
	db_bind_int(s, ":month", month_start(now));
	if (db_step(s, e) != 1)
		return false;
	c->open = db_int(s, 0);
	c->open_before_day = db_int(s, 1);
	c->open_before_month = db_int(s, 2);
	db_reset(s);
	return true;
}

static bool
read_counts(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	char day[TIME_TEXT_MAX], month[TIME_TEXT_MAX];

	time_format_day(now, day);
	time_format_month(now, month);
	return read_window(l, now, c, e) && read_open(l, now, c, e) &&
	       used_in(l, day, &c->used_day, e) && used_in(l, month, &c->used_month, e);
}

static struct ledger_room
room_for(const struct ledger *l, const struct counts *c, int64_t now)
{
	int64_t minute = l->per_minute - c->open - c->recent;
	int64_t day = l->per_day - c->used_day - c->open_before_day;
	int64_t month = l->per_month - c->used_month - c->open_before_month;
	struct ledger_room room = { .limit = LEDGER_FREE, .again_at = now };

	if (month <= 0) {
		room.limit = LEDGER_MONTH;
		room.again_at = time_next_month(now) + LEDGER_DAY_GRACE_S;
	} else if (day <= 0) {
		room.limit = LEDGER_DAY;
		room.again_at = time_next_day(now) + LEDGER_DAY_GRACE_S;
	} else if (now % 86400 < LEDGER_DAY_GRACE_S) {
		room.limit = LEDGER_MINUTE;
		room.again_at = now - now % 86400 + LEDGER_DAY_GRACE_S;
	} else if (minute <= 0) {
		room.limit = LEDGER_MINUTE;
		room.again_at =
		    c->recent > 0 ? c->oldest_recent + LEDGER_SLOT_S : now + 1;
	} else {
		room.requests = minute < day ? minute : day;
		room.requests = room.requests < month ? room.requests : month;
	}
	return room;
}

bool
ledger_room(struct ledger *l, int64_t now, struct ledger_room *out, struct err *e)
{
	struct counts c = { 0 };
	int64_t id, expires_at;
	bool overdue;

	if (!next_overdue(l, now, &id, &expires_at, &overdue, e))
		return false;
	if (overdue &&
	    !db_transact(l->db, settle_overdue_in, &(struct moment){ l, now }, e))
		return false;
	if (!read_counts(l, now, &c, e))
		return false;
	*out = room_for(l, &c, now);
	return true;
}

/* ---- booking */

static const char BOOK_SQL[] =
    "INSERT INTO request (provider, account, purpose, at, expires_at) "
    "VALUES (:provider, :account, :purpose, :now, :expires_at)";

static const char FORGET_SQL[] =
    "DELETE FROM request WHERE id IN "
    "(SELECT id FROM request WHERE provider = :provider AND account = :account "
    " AND answered_at < :before ORDER BY answered_at LIMIT :most)";

static bool
forget(struct ledger *l, int64_t now, struct err *e)
{
	struct statement *s = prepare(l, FORGET_SQL, e);

	db_bind_int(s, ":before", now - LEDGER_KEEP_S);
	db_bind_int(s, ":most", FORGET_MAX);
	return db_run(s, e);
}

static bool
book_one(struct ledger *l, int64_t now, struct booking *b, struct err *e)
{
	struct statement *s = prepare(l, BOOK_SQL, e);

	db_bind_text(s, ":purpose", b->purpose);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":expires_at", now + LEDGER_SEND_S + l->timeout_s);
	if (!db_run(s, e))
		return false;
	b->id = db_last_id(l->db);
	return true;
}

struct order {
	struct ledger *ledger;
	int64_t now;
	struct booking *bookings;
	int want, booked;
};

static bool
book_in(void *ctx, struct err *e)
{
	struct order *o = ctx;
	struct ledger *l = o->ledger;
	struct counts c = { 0 };
	struct ledger_room room;
	int n = 0;

	if (!settle_overdue(l, o->now, e) || !read_counts(l, o->now, &c, e))
		return false;
	room = room_for(l, &c, o->now);
	for (; n < o->want && n < room.requests; n++)
		if (!book_one(l, o->now, &o->bookings[n], e))
			return false;
	o->booked = n;
	return n == 0 || (count_at(l, o->now, n, e) && forget(l, o->now, e));
}

bool
ledger_book(struct ledger *l, int64_t now, struct booking *bookings, int want,
    int *booked, struct err *e)
{
	struct order o = { l, now, bookings, want, 0 };

	*booked = 0;
	if (!db_transact(l->db, book_in, &o, e))
		return false;
	*booked = o.booked;
	return true;
}

/* ---- refusals */

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
    "UPDATE quota SET used = max(used, allowed) "
    "WHERE provider = :provider AND account = :account AND period = :period";

bool
ledger_refused(struct ledger *l, int64_t now, int64_t retry_after_s, int strikes,
    const struct clock *dice, int64_t *until, struct err *e)
{
	struct ledger_refusal r = { .now = now,
		.retry_after_s = retry_after_s,
		.strikes = strikes,
		.per_day = l->per_day,
		.per_month = l->per_month };
	char day[TIME_TEXT_MAX], month[TIME_TEXT_MAX];
	struct statement *s;
	bool spent;

	time_format_day(now, day);
	time_format_month(now, month);
	if (!used_in(l, day, &r.used_day, e) || !used_in(l, month, &r.used_month, e))
		return false;
	*until = ledger_refused_until(&r, dice, &spent);
	if (!spent)
		return true;
	s = prepare(l, SPENT_SQL, e);
	db_bind_text(s, ":period", day);
	return db_run(s, e);
}
