/*
 * test_provider_clock.c - our clock against the provider's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/provider_clock.h"

#include "tests/unit/tap.h"

#define NOW 1764000000
#define STEADY 5000
#define YEAR_S (365 * 86400)

static int64_t
ahead_after(int64_t date, int64_t now, int64_t took_ms)
{
	struct provider_clock c = { .compared = false };

	provider_clock_compare(&c, date, now, STEADY, took_ms);
	return c.ahead_s;
}

static void
test_apart(void)
{
	is_int(ahead_after(NOW, NOW, 100), 0, "clocks that agree");
	is_int(ahead_after(NOW + 60, NOW, 100), 0, "a minute apart is close enough");
	is_int(ahead_after(NOW - 60, NOW, 100), 0, "... either way");
	is_int(ahead_after(NOW + 61, NOW, 100), 61, "theirs is ahead");
	is_int(ahead_after(NOW - 70, NOW, 100), -70, "theirs is behind");
	is_int(ahead_after(NOW + YEAR_S, NOW, 100), YEAR_S, "a year");
	is_int(ahead_after(NOW - 80, NOW, 25000), 0, "an answer that took long is old");
	is_int(ahead_after(0, NOW, 100), 0, "without a date ours counts");
}

static void
test_steps(void)
{
	struct provider_clock c = { .compared = false };

	ok(!provider_clock_holds(&c, NOW, STEADY), "nothing is known at first");
	provider_clock_compare(&c, NOW + YEAR_S, NOW, STEADY, 0);
	ok(provider_clock_holds(&c, NOW, STEADY), "after an answer it is");
	ok(provider_clock_holds(&c, NOW + YEAR_S, STEADY + YEAR_S * INT64_C(1000) + 900),
	    "... for as long as our clock goes on");
	ok(!provider_clock_holds(&c, NOW + 30, STEADY), "until it steps ahead");
	ok(!provider_clock_holds(&c, NOW - 30, STEADY), "... or back");
	provider_clock_compare(&c, 0, NOW + 1, STEADY + 1000, 0);
	is_int(c.ahead_s, YEAR_S, "an answer without a date changes nothing");
	provider_clock_compare(&c, 0, NOW + YEAR_S, STEADY, 0);
	ok(c.ahead_s == 0 && provider_clock_holds(&c, NOW + YEAR_S, STEADY),
	    "... unless our clock has stepped");
}

int
main(void)
{
	test_apart();
	test_steps();
	return done_testing();
}
