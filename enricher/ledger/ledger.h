/*
 * ledger.h - keeps account of a provider's quota in the database, across crashes, restarts and
 * processes.
 *
 * A request is booked before it is sent, and a booked request is spent. It holds its slot of the minute
 * until LEDGER_SLOT_S seconds after its answer (or its timeout), and counts in the UTC day and month
 * both of its booking and of its answer, because the provider counts it when it arrives there. A
 * request without an answer may still arrive, so it counts as answered at its timeout. Nothing here
 * sleeps or reads a clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_LEDGER_H
#define POTPRESS_LEDGER_H

#include "common/base/clock.h"
#include "common/base/time.h"
#include "common/db/db.h"

/* One second more than a minute, because times are in whole seconds. */
#define LEDGER_SLOT_S 61
/* Possible difference between the provider's clock and ours: nothing is booked for this long after
 * 00:00 UTC, and a request that is booked or answered less than this before 00:00 also counts in the
 * next day (and month). */
#define LEDGER_DAY_GRACE_S 60
/* Times further in the future than this come from a clock that was ahead. */
#define LEDGER_AHEAD_S 120
/* A booked request is sent within this time or not at all. */
#define LEDGER_SEND_S 5
/* How long requests are kept for the operator; the counters are kept forever. */
#define LEDGER_KEEP_S (100 * DAY_S)

/* One per process and account. */
struct ledger {
	struct db *db;
	const char *provider, *account;
	int64_t per_minute, per_day, per_month;
	int64_t timeout_s; /* a request without an answer counts as answered after this */
	/* private: the last count in recent.c and what was answered since, when it was counted, and the
	 * db_version then */
	int64_t recent_most, recent_at, recent_version;
	int64_t oldest; /* private: no answer that is kept is older */
};

enum ledger_limit { LEDGER_FREE, LEDGER_MINUTE, LEDGER_DAY, LEDGER_MONTH };

struct ledger_room {
	int64_t at; /* when it was counted */
	int64_t requests; /* how many may be booked now */
	enum ledger_limit limit; /* the limit that is reached, when none may */
	int64_t again_at; /* when to ask again then */
	/* requests with a time in the future, which was set to now */
	int64_t pulled_back;
	int64_t used,
	    again; /* in the day: all requests, and those for files asked before */
	/* what is left of the day's quota, or of the month's if that is less */
	int64_t rest;
	int64_t newest; /* when the last request was booked or answered */
};

/* How many requests may be booked at `now`. Writes only if timeouts have passed, or if times are
 * implausibly far in the future. */
bool ledger_room(struct ledger *l, int64_t now, struct ledger_room *out, struct err *e);
struct booking {
	const char *purpose; /* the lookup's kind */
	bool again; /* the file was asked before */
	int64_t id; /* set if it was booked */
};
/* Books up to `want` requests in one transaction, the first of the array; *booked may be fewer. */
bool ledger_book(struct ledger *l, int64_t now, struct booking *bookings, int want,
    int *booked, struct err *e);
/* The same at room->at, which was counted in the transaction that is open: nobody else can have booked
 * since, and it is not counted again. */
bool ledger_book_in(struct ledger *l, const struct ledger_room *room,
    struct booking *bookings, int want, int *booked, struct err *e);
/* Records the answer to a booked request (status 0: it was never sent). Own transaction. */
bool ledger_answered(
    struct ledger *l, int64_t id, int64_t now, long status, struct err *e);

/* How often the provider's own count is asked for. */
#define LEDGER_COMPARE_S HOUR_S
/* Requests that the provider may have counted and the ledger has not, before another program is
 * suspected: each comparison itself may be one. */
#define LEDGER_FOREIGN_MIN 30
/* Takes a slot of the minute for asking the provider what it has counted; *id is 0 when none is free, or
 * when it was asked in the last hour. It is not known to cost any quota; if it does, its answer says so. */
bool ledger_book_comparison(struct ledger *l, int64_t now, int64_t *id, struct err *e);
/* The provider has counted so many requests in the day and month of `now` (-1: unknown): the larger
 * numbers count. *foreign: how many of the day the ledger did not know of. */
bool ledger_compare(struct ledger *l, int64_t now, int64_t day, int64_t month,
    int64_t *foreign, struct err *e);

/* When the last answer was counted; 0: there is none. */
bool ledger_last_answer(struct ledger *l, int64_t *at, struct err *e);
/* The requests counted in the UTC day and month of `now`. */
bool ledger_used(
    struct ledger *l, int64_t now, int64_t *day, int64_t *month, struct err *e);
/* Those of the day for files that had been asked before. */
bool ledger_again(struct ledger *l, int64_t now, int64_t *again, struct err *e);

/* How long to pause after the provider refused a request for its quota although the ledger allowed it:
 * as long as it asked for (at most until the next UTC day), else 1, 2, 5, 15 minutes by `strikes` (1 is
 * the first in a row), then until the next UTC day, or month when the month's counter is full too.
 * *spent says that the day's counter should be set to full. Pure function. */
struct ledger_refusal {
	int64_t now, retry_after_s;
	int strikes;
	int64_t used_day, per_day, used_month, per_month;
};
int64_t ledger_refused_until(
    const struct ledger_refusal *r, const struct clock *dice, bool *spent);
/* The same from the database's counters; raises the day's counter when it is spent. */
bool ledger_refused(struct ledger *l, int64_t now, int64_t retry_after_s, int strikes,
    const struct clock *dice, int64_t *until, struct err *e);

#endif
