/*
 * desk.h - one provider in use: its rows are claimed, booked, asked about and settled here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_DESK_H
#define POTPRESS_ENRICHER_DESK_H

#include "common/stage/stage.h"
#include "enricher/ledger/ledger.h"
#include "enricher/ledger/minute.h"
#include "enricher/ledger/provider_clock.h"
#include "enricher/order.h"
#include "enricher/providers/provider.h"
#include "enricher/store/store.h"

struct enricher;
struct desk;

/* One request: in flight, then landed, until its answer is settled. */
struct flight {
	struct desk *desk;
	enum { FLIGHT_FREE, FLIGHT_SENT, FLIGHT_LANDED } state;
	struct job job;
	struct lookup lookup;
	int64_t request_id;
	int64_t started_ms;
	int64_t sent_steady_ms; /* by the clock's steady_ms */
	/* once landed; released by desk_end_flight */
	struct http_reply reply;
	int64_t answered_at, took_ms;
	int64_t counted_at; /* when it was answered, by the provider's clock */
	bool lost; /* it was sent, and no answer came */
	enum answer answer;
	bool unreadable;
	struct report report;
	struct err fault;
	struct settlement settlement;
	struct ruling ruling;
};

/* A row that was claimed. */
struct claimed {
	struct job job;
	struct lookup lookup;
	int64_t request_id; /* 0: none was booked */
	struct err unfit; /* why it cannot be looked up at all */
};

/* Claimed in a transaction, and sent when it is committed. */
struct claims {
	struct claimed rows[CONCURRENCY_MAX];
	int count;
	int64_t booking_ms; /* when its booking began, clock_monotonic_ms */
};

/* One provider in use, with its client, account, ledger, rows and pauses. */
struct desk {
	struct enricher *enricher;
	const struct provider *provider;
	bool decides; /* its answers are verdicts */
	void *client;
	struct service *service; /* one of the stage's */
	struct account account;
	struct ledger ledger;
	struct minute minute;
	struct provider_clock clock;
	bool knows_time; /* the provider's, in this step */
	struct queue queue; /* claims the provider's rows only */
	struct flight flights[CONCURRENCY_MAX];
	int flying, landed;
	int64_t landed_ms; /* when the first of these arrived */
	struct claims claims;
	bool probing; /* a probe is in flight ... */
	int64_t probed_steady_ms; /* ... sent at this time */
	int64_t pulled_back; /* requests from a clock that was ahead, not logged yet */
	int64_t compare_at; /* when the provider's own count is asked for next */
	int64_t comparison_id; /* the latest request for it ... */
	bool comparing; /* ... is in flight */
	int64_t said_until; /* the spent quota was logged with this end */
	struct order order; /* which rows are claimed next */
	int64_t counted_at; /* when the files that wait were last counted */
	bool crowded; /* then more new ones waited than the quota of a day */
	bool caught_up; /* further lookups are planned for all answers of version 1 */
	int64_t turn_at; /* of the last of them that takes turns */
};

/* How many rows may be looked up now, up to `most`, and which: d->order; none while the provider's time is
 * not known. */
struct desk_room {
	int rows;
	bool kept; /* none, because requests are kept for later: until d->order.wake_at */
	struct ledger_room ledger;
};
bool desk_room(struct desk *d, int most, struct desk_room *out, struct err *e);
/* Decides which rows are claimed next, up to `most`, into d->order. */
bool desk_order(struct desk *d, const struct ledger_room *room, int most, struct err *e);
/* Once a minute: counts the files that wait, skips those that have waited longer than `backlog` while more
 * wait than the quota allows, and logs once a day how many wait or were not looked up. */
bool desk_count(struct desk *d, int64_t now, struct err *e);
/* Claims up to n of the provider's rows as d->order says, books a request for each and sends them; rows
 * without a booking go back. */
bool desk_ask(struct desk *d, int n, struct err *e);
/* Its two parts: the first inside a transaction, the second once that is committed. room: see
 * ledger_book_in; NULL: it is counted. */
bool desk_claim(struct desk *d, int n, const struct ledger_room *room, struct err *e);
bool desk_send(struct desk *d, struct err *e);
/* Is the provider's own count asked for before anything else? */
bool desk_is_to_compare(const struct desk *d);
/* Asks for it once nothing is in flight. */
bool desk_compare(struct desk *d, struct err *e);
/* Plans further lookups for a batch of the answers of version 1; d->caught_up when there are no more. */
bool desk_catch_up(struct desk *d, int64_t now, struct err *e);
/* The time by which the ledger is kept: the provider's. */
int64_t desk_now(const struct desk *d);
/* Sets d->knows_time; if it is not known, nothing may be booked before the answer to a probe tells. */
bool desk_look_at_clock(struct desk *d, struct err *e);
/* Compares our clock with the date of an answer of the provider itself; sent_steady_ms: when it was asked. */
void desk_compare_clock(
    struct desk *d, const struct http_reply *reply, int64_t sent_steady_ms);
/* Called with an answer, which it reads; ctx is the flight. */
void desk_answered(void *ctx, struct http_reply *reply, const struct err *transport);
/* Inside a transaction: settles the row of a landed flight. desk_end_flight once it is committed. */
bool desk_settle_flight(struct flight *f, struct err *e);
void desk_end_flight(struct flight *f);
/* Settles all landed flights, and claims and books up to `most` rows, in one transaction; then sends
 * these. */
bool desk_settle(struct desk *d, int most, struct err *e);

#endif
