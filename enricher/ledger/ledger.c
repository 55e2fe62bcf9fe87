/*
 * ledger.c - what is booked and answered, and how much room that leaves; see ledger.h. book.c books.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/ledger/internal.h"

static int64_t
month_start(int64_t t)
{
	int64_t in_month_before = t - t % DAY_S - 28 * DAY_S,
		start = time_next_month(in_month_before);

	return start <= t ? start : time_next_month(in_month_before - 4 * DAY_S);
}

/* ---- answers */

static const char COUNTED_AT_SQL[] =
    "SELECT CASE WHEN answered_at > at THEN answered_at ELSE at END "
    "FROM request "
    "WHERE id = :id";
static const char ANSWERED_SQL[] =
    "UPDATE request "
    "SET answered_at = :answered_at, status = :status "
    "WHERE id = :id";

/* The later time holds the slot: another process may have recorded the timeout first. No request is
 * answered before it was booked: were the clock set back in between, nothing would show it. */
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
	db_bind_int(s, ":answered_at", answered_at > at ? answered_at : at);
	l->recent_most++;
	db_bind_int(s, ":status", status);
	return db_run(s, e) && ledger_count_answered(l, at, answered_at, e);
}

struct answering {
	struct ledger *ledger;
	int64_t id, at;
	long status;
};

static bool
answer_in(void *ctx, struct err *e)
{
	const struct answering *a = ctx;

	return answer(a->ledger, a->id, a->at, a->status, e);
}

bool
ledger_answered(struct ledger *l, int64_t id, int64_t now, long status, struct err *e)
{
	struct answering a = { l, id, now, status };

	return db_transact(l->db, answer_in, &a, e);
}

static const char OVERDUE_SQL[] =
    "SELECT id, expires_at "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at IS NULL "
    "  AND expires_at <= :now "
    "ORDER BY at, id "
    "LIMIT 1";

static bool
next_overdue(struct ledger *l, int64_t now, int64_t *id, int64_t *expires_at, bool *found,
    struct err *e)
{
	struct statement *s = ledger_prepare(l, OVERDUE_SQL, e);
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

/* Inside a transaction: requests past their timeout count as answered at that time. */
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

/* ---- room */

/* Under a higher limit there may have been more. */
static const char OLDEST_SQL[] =
    "SELECT answered_at "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at > :since "
    "ORDER BY answered_at DESC "
    "LIMIT 1 OFFSET :newer";
static const char LATEST_SQL[] =
    "SELECT answered_at "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at > 0 "
    "ORDER BY answered_at DESC "
    "LIMIT 1";
static const char OPEN_SQL[] =
    "SELECT count(*), count(*) FILTER (WHERE at < :day), "
    "  count(*) FILTER (WHERE at < :month), max(at) "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at IS NULL";

struct counts {
	int64_t recent; /* answered within the slot time, at most ... */
	/* ... if they fill the minute: the first of the last per_minute */
	int64_t oldest_recent;
	int64_t open, open_before_day, open_before_month;
	int64_t used_day, used_month;
	int64_t newest; /* booked or answered */
};

static void
note_newest(struct counts *c, int64_t at)
{
	if (at > c->newest)
		c->newest = at;
}

static bool
read_recent(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	int64_t latest = 0;

	if (!ledger_recent(l, now, c->open, &c->recent, e) ||
	    !db_one_int(ledger_prepare(l, LATEST_SQL, e), &latest, e))
		return false;
	note_newest(c, latest);
	return true;
}

/* Unanswered requests that were booked too long before midnight to count in the new day may still be
 * answered in it. */
static bool
read_open(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	struct statement *s = ledger_prepare(l, OPEN_SQL, e);

	db_bind_int(s, ":day", now - now % 86400 - LEDGER_DAY_GRACE_S);
	db_bind_int(s, ":month", month_start(now) - LEDGER_DAY_GRACE_S);
	if (db_step(s, e) != 1)
		return false;
	c->open = db_int(s, 0);
	c->open_before_day = db_int(s, 1);
	c->open_before_month = db_int(s, 2);
	note_newest(c, db_int(s, 3));
	db_reset(s);
	return true;
}

static bool
read_oldest(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	int64_t held = c->recent < l->per_minute ? c->recent : l->per_minute;
	struct statement *s;

	if (held == 0 || c->recent + c->open < l->per_minute)
		return true;
	s = ledger_prepare(l, OLDEST_SQL, e);
	db_bind_int(s, ":since", now - LEDGER_SLOT_S);
	db_bind_int(s, ":newer", held - 1);
	return db_one_int(s, &c->oldest_recent, e);
}

static bool
read_counts(struct ledger *l, int64_t now, struct counts *c, struct err *e)
{
	*c = (struct counts){ 0 };
	return read_open(l, now, c, e) && read_recent(l, now, c, e) &&
	       read_oldest(l, now, c, e) &&
	       ledger_used(l, now, &c->used_day, &c->used_month, e);
}

static bool
is_ahead(const struct counts *c, int64_t now)
{
	return c->newest > now + LEDGER_AHEAD_S;
}

static struct ledger_room
room_for(const struct ledger *l, const struct counts *c, int64_t now)
{
	int64_t minute = l->per_minute - c->open - c->recent;
	int64_t day = l->per_day - c->used_day - c->open_before_day;
	int64_t month = l->per_month - c->used_month - c->open_before_month;
	struct ledger_room room = { .at = now,
		.limit = LEDGER_FREE,
		.again_at = now,
		.used = c->used_day,
		.rest = day < month ? day : month,
		.newest = c->newest };

	if (month <= 0) {
		room.limit = LEDGER_MONTH;
		room.again_at = time_next_month(now) + LEDGER_DAY_GRACE_S;
	} else if (day <= 0) {
		room.limit = LEDGER_DAY;
		room.again_at = time_next_day(now) + LEDGER_DAY_GRACE_S;
	} else if (now % DAY_S < LEDGER_DAY_GRACE_S) {
		room.limit = LEDGER_MINUTE;
		room.again_at = now - now % DAY_S + LEDGER_DAY_GRACE_S;
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
ledger_count_room(struct ledger *l, int64_t now, struct ledger_room *out, struct err *e)
{
	struct counts c;

	if (!settle_overdue(l, now, e) || !read_counts(l, now, &c, e))
		return false;
	*out = room_for(l, &c, now);
	return true;
}

struct tidying {
	struct ledger *ledger;
	int64_t now, pulled_back;
};

/* Updates the rows: timeouts that have passed, and times from a clock that was ahead. */
static bool
tidy(void *ctx, struct err *e)
{
	struct tidying *k = ctx;

	return ledger_pull_back(k->ledger, k->now, &k->pulled_back, e) &&
	       settle_overdue(k->ledger, k->now, e);
}

bool
ledger_room(struct ledger *l, int64_t now, struct ledger_room *out, struct err *e)
{
	struct tidying k = { .ledger = l, .now = now };
	int64_t id, expires_at;
	struct counts c;
	bool overdue;

	if (!next_overdue(l, now, &id, &expires_at, &overdue, e) ||
	    !read_counts(l, now, &c, e))
		return false;
	if ((overdue || is_ahead(&c, now)) &&
	    (!db_transact(l->db, tidy, &k, e) || !read_counts(l, now, &c, e)))
		return false;
	*out = room_for(l, &c, now);
	out->pulled_back = k.pulled_back;
	return ledger_again(l, now, &out->again, e);
}

static const char LAST_ANSWER_SQL[] =
    "SELECT coalesce(max(answered_at), 0) "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account";

bool
ledger_last_answer(struct ledger *l, int64_t *at, struct err *e)
{
	*at = 0;
	return db_one_int(ledger_prepare(l, LAST_ANSWER_SQL, e), at, e);
}
