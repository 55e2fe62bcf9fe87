/*
 * test_minute.c - slots of the minute by the steady clock.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/ledger.h"
#include "enricher/ledger/minute.h"
#include "tests/unit/tap.h"

#define SLOT_MS (LEDGER_SLOT_S * 1000)

int
main(void)
{
	struct err e = ERR_NONE;
	struct minute m;

	ok(minute_init(&m, 2, &e), "two requests a minute");
	is_int(minute_free(&m, 0), 2, "both slots are free");
	minute_take(&m, 7);
	minute_take(&m, 8);
	is_int(minute_free(&m, 10 * SLOT_MS), 0,
	    "a request without an answer keeps its slot");
	is_int(minute_wait_ms(&m, 0), 1000, "... and nobody knows how long");
	minute_answered(&m, 8, 5000);
	is_int(minute_free(&m, 5000 + SLOT_MS - 1), 0,
	    "a slot is taken until a minute after the answer");
	is_int(minute_wait_ms(&m, 5000), SLOT_MS, "... for so long");
	is_int(minute_free(&m, 5000 + SLOT_MS), 1, "then it is free");
	is_int(minute_wait_ms(&m, 5000 + SLOT_MS), 0, "... at once");
	minute_take(&m, 9);
	minute_answered(&m, 8, 9000 + SLOT_MS);
	is_int(minute_free(&m, 20 * SLOT_MS), 0,
	    "an answer that is told twice frees no other");
	minute_answered(&m, 7, 20 * SLOT_MS);
	minute_answered(&m, 9, 20 * SLOT_MS);
	is_int(minute_free(&m, 21 * SLOT_MS), 2, "all are free in the end");
	minute_done(&m);
	return done_testing();
}
