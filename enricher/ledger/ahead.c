/*
 * ahead.c - requests that were booked while the clock was ahead.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/internal.h"

static const char PULL_BACK_SQL[] =
    "UPDATE request "
    "SET at = CASE WHEN at > :now THEN :now ELSE at END, "
    "  answered_at = CASE WHEN answered_at > :now THEN :now ELSE answered_at END, "
    "  expires_at = CASE WHEN expires_at > :expires_at THEN :expires_at "
    "  ELSE expires_at END "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND (at > :latest OR answered_at > :latest)";

bool
ledger_pull_back(struct ledger *l, int64_t now, int64_t *n, struct err *e)
{
	struct statement *s = ledger_prepare(l, PULL_BACK_SQL, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":latest", now + LEDGER_AHEAD_S);
	db_bind_int(s, ":expires_at", now + LEDGER_SEND_S + l->timeout_s);
	if (!db_run(s, e))
		return false;
	*n = db_changes(l->db);
	/* The day on which they were sent is unknown; more than a day's quota cannot all be today's. */
	return *n == 0 ||
	       ledger_count_booked(l, now, *n < l->per_day ? *n : l->per_day, e);
}
