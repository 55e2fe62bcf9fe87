/*
 * test_ledger.c - the quota, simulated over days against a server that counts for itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/time.h"
#include "common/db/internal.h"
#include "enricher/ledger/ledger.h"
#include "tests/unit/tap.h"

#define MORE 200000
#define START 1764547200 /* 2025-12-01 */

static int64_t received[MORE];
static int count;

static uint32_t
no_dice(void *ctx)
{
	(void)ctx;
	return 0;
}

/* Books up to `want` requests and tells their ids. */
static bool
book(struct ledger *l, int64_t now, int want, int64_t *ids, int *booked, struct err *e)
{
	struct booking bookings[100];

	for (int i = 0; i < want; i++)
		bookings[i] = (struct booking){ .purpose = "file" };
	if (!ledger_book(l, now, bookings, want, booked, e))
		return false;
	for (int i = 0; i < *booked; i++)
		ids[i] = bookings[i].id;
	return true;
}

static const struct clock DICE = { NULL, no_dice, NULL, 0, NULL, false, NULL };

/* The most requests in any `span` seconds, by the server's own list. */
static int
most_in(int64_t span)
{
	int most = 0;

	for (int first = 0, last = 0; last < count; last++) {
		while (received[last] - received[first] >= span)
			first++;
		if (last - first + 1 > most)
			most = last - first + 1;
	}
	return most;
}

static int
most_in_period(void (*format)(int64_t, char[TIME_TEXT_MAX]))
{
	char now[TIME_TEXT_MAX], before[TIME_TEXT_MAX] = "";
	int most = 0, n = 0;

	for (int i = 0; i < count; i++) {
		format(received[i], now);
		n = strcmp(now, before) == 0 ? n + 1 : 1;
		memcpy(before, now, sizeof now);
		most = n > most ? n : most;
	}
	return most;
}

/* Asks as fast as the ledger lets it; each request is received after `lag` and answered then. */
static int64_t
run(struct ledger *l, int64_t now, int64_t until, int want, int64_t lag)
{
	struct err e = ERR_NONE;

	while (now < until && count < want) {
		struct ledger_room room;
		int64_t ids[8];
		int booked = 0;

		if (!ledger_room(l, now, &room, &e))
			return -1;
		if (room.requests == 0) {
			now = room.again_at > now ? room.again_at : now + 1;
			continue;
		}
		if (!book(l, now, 4, ids, &booked, &e))
			return -1;
		now += lag;
		for (int i = 0; i < booked; i++) {
			received[count++] = now;
			if (!ledger_answered(l, ids[i], now, 200, &e))
				return -1;
		}
	}
	return now;
}

static struct ledger
ledger_for(struct db *db, int64_t minute, int64_t day, int64_t month)
{
	return (struct ledger){ .db = db,
		.provider = "virustotal",
		.account = "main",
		.per_minute = minute,
		.per_day = day,
		.per_month = month,
		.timeout_s = 30 };
}

static void
fresh(struct db *db, const char *path)
{
	struct err e = ERR_NONE;

	unlink(path);
	*db = (struct db){ .handle = NULL };
	if (!db_open(db, path, &e)) {
		printf("Bail out! %s\n", e.text);
		exit(1);
	}
	count = 0;
}

static void
test_limits(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 50, 120);
	int64_t end = run(&l, START + 20 * 86400, START + 40 * 86400, 240, 2);

	ok(end > 0, "the ledger works for twenty days");
	is_int(count, 240, "all that two months allow was asked");
	ok(most_in(60) <= 4, "never more than 4 in any 60 seconds");
	ok(most_in_period(time_format_day) <= 50, "never more than 50 on a UTC day");
	ok(most_in_period(time_format_month) <= 120,
	    "never more than 120 in a UTC month");
}

static void
test_midnight(struct db *db)
{
	struct ledger l = ledger_for(db, 100, 10, 1000);
	int64_t ids[100], midnight = START + 86400;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, midnight - 1, 4, ids, &booked, &e);
	is_int(booked, 4, "four are booked a second before midnight");
	ledger_room(&l, midnight + 60, &room, &e);
	is_int(room.requests, 6,
	    "requests whose timeout came after midnight count in the new day too");
	book(&l, midnight + 61, 10, ids, &booked, &e);
	is_int(booked, 6, "and no more than the rest is booked");
}

static void
test_timeout_frees(struct db *db)
{
	struct ledger l = ledger_for(db, 2, 100, 1000);
	int64_t ids[8], now = START + 3600;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, now, 8, ids, &booked, &e);
	is_int(booked, 2, "a minute's slots and no more");
	ledger_room(&l, now + 61, &room, &e);
	is_int(room.requests, 0,
	    "a request without an answer holds its slot a minute past its timeout");
	ledger_room(&l, now + LEDGER_SEND_S + l.timeout_s + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 2, "then the slots are free");
	is_int(room.limit, LEDGER_FREE, "and nothing stands in the way");
}

/* Another process may find the timeout before the answer is noted. */
static void
test_late_answer(struct db *db)
{
	struct ledger l = ledger_for(db, 1, 100, 1000);
	int64_t id, now = START + 3600, end = now + LEDGER_SEND_S + l.timeout_s;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, now, 1, &id, &booked, &e);
	ledger_room(&l, end, &room, &e);
	ledger_answered(&l, id, end + 10, 200, &e);
	ledger_room(&l, end + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 0, "the slot is held a minute past the later of the two");
	ledger_room(&l, end + 10 + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 1, "and no longer");
}

static void
test_lower_limits(struct db *db)
{
	struct ledger l = ledger_for(db, 8, 8, 1000);
	int64_t ids[8], now = START + 3600;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, now, 8, ids, &booked, &e);
	for (int i = 0; i < booked; i++)
		ledger_answered(&l, ids[i], now + i, 200, &e);
	l.per_day = 100;
	l.per_minute = 2;
	ledger_room(&l, now + 5 + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 0, "a lower minute counts what was sent under the higher");
	is_int(room.again_at, now + 6 + LEDGER_SLOT_S, "and waits for the right one");
	l.per_day = 5;
	ledger_room(&l, now + 600, &room, &e);
	is_int(room.limit, LEDGER_DAY, "a lower day is over at once");
	l.per_day = 100;
	l.per_month = 3;
	ledger_room(&l, now + 600, &room, &e);
	is_int(room.limit, LEDGER_MONTH, "and so is a lower month");
	is_int(room.again_at, START + 31 * 86400 + LEDGER_DAY_GRACE_S,
	    "until the next begins");
}

/* Our clock may run behind: what we send last on a day may count there on the next. */
static void
test_last_seconds_of_a_day(struct db *db)
{
	struct ledger l = ledger_for(db, 100, 10, 1000);
	int64_t ids[100], midnight = START + 86400, day, month;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, midnight - LEDGER_DAY_GRACE_S, 3, ids, &booked, &e);
	for (int i = 0; i < booked; i++)
		ledger_answered(&l, ids[i], midnight - 10 + i, 200, &e);
	ledger_room(&l, midnight + 80, &room, &e);
	is_int(room.requests, 7,
	    "what is booked in the last minute counts in both days, once");
	book(&l, midnight - LEDGER_DAY_GRACE_S - 1, 1, ids, &booked, &e);
	ledger_room(&l, midnight + 80, &room, &e);
	is_int(room.requests, 6, "one without an answer may be answered in the new day");
	ledger_answered(&l, ids[0], midnight - LEDGER_DAY_GRACE_S, 200, &e);
	ledger_room(&l, midnight + 80, &room, &e);
	is_int(
	    room.requests, 6, "one that is answered in the last minute counts in both");
	ledger_used(&l, midnight - 1, &day, &month, &e);
	is_int(day, 4, "the old day has them all");
	is_int(month, 4, "and so has the month, once");
}

static int64_t
ahead_of(const struct ledger *l, int64_t now)
{
	struct ledger_room room = { .pulled_back = -1 };
	struct ledger mine = *l;
	struct err e = ERR_NONE;

	ledger_room(&mine, now, &room, &e);
	return room.pulled_back;
}

/* The clock was a year ahead for a moment. */
static void
test_clock_that_was_ahead(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 10, 1000);
	int64_t ids[8], now = START + 3600, year = 365 * 86400;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, now + year, 4, ids, &booked, &e);
	for (int i = 0; i < 3; i++)
		ledger_answered(&l, ids[i], now + year + 1, 200, &e);
	is_int(ahead_of(&l, now), 4, "requests from the future count as of now");
	is_int(ahead_of(&l, now), 0, "... which is said once");
	ledger_room(&l, now, &room, &e);
	is_int(room.requests, 0, "they hold their slots");
	ledger_room(&l, now + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 3, "for a minute");
	ledger_room(&l, now + 200, &room, &e);
	is_int(room.requests, 4, "the one without an answer until its timeout");
	l.per_minute = 100;
	ledger_room(&l, now + 200, &room, &e);
	is_int(room.requests, 6, "and they count on this day");
	book(&l, now + 300, 1, ids, &booked, &e);
	is_int(ahead_of(&l, now + 300 - LEDGER_AHEAD_S), 0,
	    "a small step back changes nothing");
}

/* The clock is right again before the answer comes. */
static void
test_answered_before_it_was_booked(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 10, 1000);
	int64_t id, now = START + 3600, day, month;
	struct err e = ERR_NONE;
	int booked;

	book(&l, now + 365 * 86400, 1, &id, &booked, &e);
	ledger_answered(&l, id, now, 200, &e);
	is_int(ahead_of(&l, now), 1, "a request from the future shows after its answer");
	ledger_used(&l, now, &day, &month, &e);
	is_int(day, 1, "and counts on this day");
}

/* Books n requests, which are answered at once. */
static void
ask(struct ledger *l, int64_t now, int n)
{
	struct err e = ERR_NONE;
	int64_t ids[100];
	int booked;

	book(l, now, n, ids, &booked, &e);
	for (int i = 0; i < booked; i++)
		ledger_answered(l, ids[i], now, 200, &e);
}

static int64_t
free_slots(struct ledger *l, int64_t now)
{
	struct ledger_room room = { .requests = -1 };
	struct err e = ERR_NONE;

	ledger_room(l, now, &room, &e);
	return room.requests;
}

/* With slots to spare the ledger does not count again; others, and a clock that goes back, do not escape it. */
static void
test_many_slots(struct db *db)
{
	struct ledger l = ledger_for(db, 150, 10000, 100000), theirs = l;
	int64_t now = START + 3600, later = now + LEDGER_SLOT_S;
	struct err e = ERR_NONE;
	struct db others = { .handle = NULL };

	ok(db_open(&others, db->path, &e), "a second program opens the file");
	theirs.db = &others;
	is_int(free_slots(&l, now), 150, "all slots of the minute are free");
	ask(&l, now, 10);
	is_int(free_slots(&l, now), 140, "what this program was answered holds a slot");
	ask(&theirs, now, 30);
	is_int(free_slots(&l, now), 110, "and what another was answered");
	ok(free_slots(&l, later) >= 110, "after a minute there are no fewer");
	ask(&theirs, later, 100);
	is_int(free_slots(&l, later), 50, "near the limit they are counted");
	is_int(free_slots(&l, later + LEDGER_SLOT_S + 1), 150,
	    "a minute later all are free");
	is_int(free_slots(&l, later), 50, "which a clock that goes back takes back");
	db_close(&others);
}

/* Nobody knows when they were sent: they do not stop more than today. */
static void
test_far_ahead_is_no_more_than_a_day(struct db *db)
{
	struct ledger l = ledger_for(db, 100, 50, 1000);
	int64_t ids[100], now = START + 3600, day, month;
	struct err e = ERR_NONE;
	int booked;

	for (int i = 0; i < 3; i++)
		book(&l, now + (400 + i) * 86400, 50, ids, &booked, &e);
	is_int(ahead_of(&l, now), 150, "three days' worth of requests from the future");
	ledger_used(&l, now, &day, &month, &e);
	is_int(day, 50, "count as one day's");
	is_int(month, 50, "in the month too");
}

/* Our clock may run ahead of VirusTotal's: what we send first on a day may count there on the day
 * before. */
static void
test_first_seconds_of_a_day(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 100, 1000);
	int64_t id, midnight = START + 86400;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked;

	book(&l, midnight - 1, 1, &id, &booked, &e);
	ledger_answered(&l, id, midnight + 1, 200, &e);
	ledger_room(&l, midnight + 2, &room, &e);
	is_int(room.requests, 0, "nothing is sent in the first seconds of a day");
	is_int(room.limit, LEDGER_MINUTE, "which is a matter of seconds");
	ledger_room(&l, room.again_at, &room, &e);
	is_int(room.requests, 3, "and then goes on");
}

static void
test_accounts(struct db *db)
{
	struct ledger ours = ledger_for(db, 1, 1, 1), theirs = ours;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int64_t id;
	int booked;

	book(&ours, START + 3600, 1, &id, &booked, &e);
	theirs.account = "other";
	ledger_room(&theirs, START + 3601, &room, &e);
	is_int(room.requests, 1, "each account has a quota of its own");
}

/* An answer is recorded, room is counted and requests are booked, all in one transaction. */
static void
test_round(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 6, 100);
	struct booking bookings[4] = { { .purpose = "file" }, { .purpose = "file" },
		{ .purpose = "file" }, { .purpose = "file" } };
	int64_t ids[4], now = START + 3600, at = 0;
	struct ledger_room room;
	struct err e = ERR_NONE;
	int booked = 0;

	book(&l, now, 4, ids, &booked, &e);
	for (int i = 0; i < 3; i++)
		ledger_answered(&l, ids[i], now + 1, 200, &e);
	ok(db_begin(db, &e) && ledger_answered(&l, ids[3], now + 100, 200, &e) &&
		ledger_room(&l, now + 100, &room, &e),
	    "room is counted after an answer");
	is_int(room.requests, 2, "the day leaves less than the minute");
	ok(ledger_book_in(&l, &room, bookings, 4, &booked, &e) && db_commit(db, &e),
	    "and is booked in the same transaction");
	is_int(booked, 2, "not more than there is");
	ledger_room(&l, now + 100, &room, &e);
	ok(room.requests == 0 && room.limit == LEDGER_DAY, "then the day is spent");
	is_int(room.used, 6, "each request is counted once");
	db_one_int(db_prepare(db, "SELECT max(at) FROM request", &e), &at, &e);
	is_int(at, now + 100, "as of the time when room was counted");
}

/* Steps of SQLite's machine that the cached statements have taken. */
static int
steps(const struct db *db)
{
	int n = 0;

	for (int i = 0; i < db->cached; i++)
		n +=
		    sqlite3_stmt_status(db->cache[i]->stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static int
cost_of_booking(struct ledger *l, int64_t now)
{
	struct ledger_room room;
	struct err e = ERR_NONE;
	int64_t id = 0;
	int booked = 0;

	steps(l->db);
	ledger_room(l, now, &room, &e);
	book(l, now, 1, &id, &booked, &e);
	ledger_answered(l, id, now, 200, &e);
	return booked == 1 ? steps(l->db) : -1;
}

static void
test_cost(struct db *db)
{
	struct ledger l = ledger_for(db, 4, 500000, 5000000);
	int64_t now = START + 3600, kept = -1;
	struct err e = ERR_NONE;
	int early = 0;

	for (int i = 0; i < 10; i++)
		early = cost_of_booking(&l, now += 100);
	ok(early > 0, "the tenth booking has a cost");
	for (int i = 10; i < 800; i++)
		cost_of_booking(&l, now += 100);
	is_int(cost_of_booking(&l, now += 100), early,
	    "and the eight hundred and first has the same");
	cost_of_booking(&l, now + LEDGER_KEEP_S);
	db_one_int(db_prepare(db, "SELECT count(*) FROM request", &e), &kept, &e);
	is_int(kept, 802 - 64, "old requests are forgotten a few at a time");
}

static void
test_refusals(void)
{
	struct ledger_refusal r = {
		.now = START + 1000, .per_day = 500, .per_month = 1000
	};
	bool spent;

	r.strikes = 1;
	is_int(ledger_refused_until(&r, &DICE, &spent), r.now + 60,
	    "first refusal: a minute");
	r.strikes = 4;
	is_int(ledger_refused_until(&r, &DICE, &spent), r.now + 900,
	    "fourth in a row: a quarter");
	ok(!spent, "the day is not believed spent yet");
	r.strikes = 5;
	is_int(ledger_refused_until(&r, &DICE, &spent), START + 86400 + 60,
	    "then the next UTC day");
	ok(spent, "and the day is believed spent");
	r.used_month = 1000;
	is_int(ledger_refused_until(&r, &DICE, &spent), START + 31 * 86400 + 60,
	    "with the month's counter full: the next month");
	r.used_month = 0;
	r.retry_after_s = 10;
	is_int(ledger_refused_until(&r, &DICE, &spent), r.now + 10, "Retry-After wins");
	r.retry_after_s = 90 * 86400;
	ok(ledger_refused_until(&r, &DICE, &spent) < START + 86400 + 3600,
	    "but not beyond the next day");
}

static void (*const TESTS[])(struct db *) = { test_limits, test_midnight,
	test_timeout_frees, test_late_answer, test_lower_limits,
	test_first_seconds_of_a_day, test_last_seconds_of_a_day,
	test_clock_that_was_ahead, test_answered_before_it_was_booked, test_many_slots,
	test_far_ahead_is_no_more_than_a_day, test_accounts, test_round, test_cost };

int
main(void)
{
	char path[] = "/tmp/potpress-ledger-XXXXXX";
	int fd = mkstemp(path);
	struct db db;

	if (fd < 0)
		return 1;
	close(fd);
	for (size_t i = 0; i < sizeof TESTS / sizeof TESTS[0]; i++) {
		fresh(&db, path);
		TESTS[i](&db);
		db_close(&db);
	}
	test_refusals();
	unlink(path);
	return done_testing();
}
