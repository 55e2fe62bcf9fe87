/*
 * test_usage.c - VirusTotal's own count of requests: how it is read, and what it changes in the ledger.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/ledger.h"
#include "enricher/providers/virustotal/usage.h"
#include "tests/unit/with_db.h"

#define NOON 1764590400 /* 2025-12-01 12:00 */

static bool
parse(struct usage *u, const char *body)
{
	*u = (struct usage){ .day = -2, .month = -2 };
	return usage_parse(u, body, strlen(body));
}

static void
test_parse(void)
{
	struct usage u;

	ok(parse(&u,
	       "{\"data\":{\"api_requests_daily\":{\"group\":{\"used\":45073},"
	       "\"user\":{\"allowed\":60000000000,\"used\":17}},"
	       "\"api_requests_monthly\":{\"user\":{\"used\":137}}}}"),
	    "the user's counters are read");
	is_int(u.day, 17, "of the day, not the group's");
	is_int(u.month, 137, "of the month");
	ok(parse(&u, "{\"data\":{\"api_requests_daily\":{\"user\":{\"used\":5}}}}") &&
		u.day == 5 && u.month == -1,
	    "one of them is enough");
	ok(!parse(&u, "{\"data\":{\"api_requests_daily\":{\"user\":{\"used\":\"5\"}}}}"),
	    "a text is no number");
	ok(!parse(&u, "{\"data\":{\"api_requests_daily\":{\"user\":{\"used\":-1}}}}"),
	    "nor is one below 0");
	ok(!parse(&u, "<html>"), "a page is no answer");
	ok(!parse(&u, "{\"error\":{\"code\":\"ForbiddenError\"}}"), "nor is a refusal");
}

static struct ledger ledger;

static void
open_ledger(void)
{
	struct err e = ERR_NONE;
	struct booking b = { .purpose = "file" };
	int booked;

	db_fresh();
	ledger = (struct ledger){ .db = &db,
		.provider = "virustotal",
		.account = "main",
		.per_minute = 4,
		.per_day = 500,
		.per_month = 15500,
		.timeout_s = 30 };
	if (!ledger_book(&ledger, NOON, &b, 1, &booked, &e) || booked != 1 ||
	    !ledger_answered(&ledger, b.id, NOON, 200, &e))
		die(e.text);
}

static void
test_larger_counts(void)
{
	struct err e = ERR_NONE;
	int64_t foreign, day, month;

	open_ledger();
	ok(ledger_compare(&ledger, NOON, 120, 900, &foreign, &e) && foreign == 119,
	    "what the provider has counted beyond the ledger is foreign");
	ledger_used(&ledger, NOON, &day, &month, &e);
	is_int(day, 120, "its larger number of the day counts");
	is_int(month, 900, "and of the month");
	ok(ledger_compare(&ledger, NOON, 100, -1, &foreign, &e) && foreign == 0,
	    "a smaller number is not foreign");
	ledger_used(&ledger, NOON, &day, &month, &e);
	ok(day == 120 && month == 900, "and lowers nothing");
	sql("INSERT INTO request (provider, account, purpose, at, expires_at) VALUES "
	    "('virustotal', 'main', 'file', %d, %d)",
	    NOON, NOON + 60);
	ledger_compare(&ledger, NOON, 200, -1, &foreign, &e);
	ledger_used(&ledger, NOON, &day, &month, &e);
	is_int(day, 201, "what is in flight may not be counted there yet");
	ok(ledger_compare(&ledger, NOON + 12 * 3600 + 30, 499, 999, &foreign, &e) &&
		number("SELECT max(used) FROM quota") == 900,
	    "about midnight it may mean the other day and is left out");
}

static void
test_gentle(void)
{
	struct err e = ERR_NONE;
	int64_t first, second, third;

	open_ledger();
	ledger_book_comparison(&ledger, NOON, &first, &e);
	ledger_book_comparison(&ledger, NOON + 3599, &second, &e);
	ledger_book_comparison(&ledger, NOON + 3600, &third, &e);
	ok(first != 0 && second == 0 && third != 0,
	    "it is asked once an hour, by all processes together");
	is_int(number("SELECT used FROM quota WHERE period = '2025-12-01'"), 1,
	    "it is not counted as a lookup");
	open_ledger();
	sql("INSERT INTO request (provider, account, purpose, at, expires_at) SELECT "
	    "'virustotal', 'main', 'file', %d, %d FROM noise LIMIT 3",
	    NOON, NOON + 60);
	ok(ledger_book_comparison(&ledger, NOON, &first, &e) && first == 0,
	    "it takes no slot of the minute that is not there");
}

int
main(void)
{
	db_directory_make();
	test_parse();
	test_larger_counts();
	test_gentle();
	db_directory_remove();
	return done_testing();
}
