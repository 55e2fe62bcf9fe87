/*
 * test_ledger.c - the quota, simulated over days against a server that counts for itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/text.h"
#include "enricher/ledger.h"
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

static const struct clock DICE = { NULL, no_dice, NULL, 0 };

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
		if (!ledger_book(l, now, 4, ids, &booked, &e))
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

	ledger_book(&l, midnight - 1, 4, ids, &booked, &e);
	is_int(booked, 4, "four are booked a second before midnight");
	ledger_room(&l, midnight + 60, &room, &e);
	is_int(room.requests, 6,
	    "requests whose timeout came after midnight count in the new day too");
	ledger_book(&l, midnight + 61, 10, ids, &booked, &e);
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

	ledger_book(&l, now, 8, ids, &booked, &e);
	is_int(booked, 2, "a minute's slots and no more");
	ledger_room(&l, now + 61, &room, &e);
	is_int(room.requests, 0,
	    "a request without an answer holds its slot a minute past its timeout");
	ledger_room(&l, now + l.timeout_s + 1 + LEDGER_SLOT_S, &room, &e);
	is_int(room.requests, 2, "then the slots are free");
	is_int(room.limit, LEDGER_FREE, "and nothing stands in the way");
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

int
main(void)
{
	char path[] = "/tmp/potpress-ledger-XXXXXX";
	int fd = mkstemp(path);
	struct db db;

	if (fd < 0)
		return 1;
	close(fd);
	fresh(&db, path);
	test_limits(&db);
	db_close(&db);
	fresh(&db, path);
	test_midnight(&db);
	db_close(&db);
	fresh(&db, path);
	test_timeout_frees(&db);
	db_close(&db);
	test_refusals();
	unlink(path);
	return done_testing();
}
