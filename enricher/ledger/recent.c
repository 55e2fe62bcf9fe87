/*
 * recent.c - how many slots of the minute are held by requests that were answered; see ledger.h.
 *
 * Counting them reads as many rows. With slots to spare an upper bound does as well: the last count and what
 * was answered since, as long as no other program writes and the clock does not go back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/ledger/internal.h"

#define SLOTS_TO_SPARE 100 /* more than are ever booked at once */

static const char WINDOW_SQL[] =
    "SELECT count(*) "
    "FROM request "
    "WHERE provider = :provider "
    "  AND account = :account "
    "  AND answered_at > :since";

static bool
knows_recent(const struct ledger *l, int64_t now, int64_t version, int64_t open)
{
	return l->recent_at > 0 && now >= l->recent_at && version >= 0 &&
	       version == l->recent_version &&
	       l->per_minute - open - l->recent_most >= SLOTS_TO_SPARE;
}

static bool
count_recent(struct ledger *l, int64_t now, int64_t version, struct err *e)
{
	struct statement *s = ledger_prepare(l, WINDOW_SQL, e);

	db_bind_int(s, ":since", now - LEDGER_SLOT_S);
	if (!db_one_int(s, &l->recent_most, e))
		return false;
	l->recent_at = now;
	l->recent_version = version;
	return true;
}

bool
ledger_recent(struct ledger *l, int64_t now, int64_t open, int64_t *most, struct err *e)
{
	int64_t version = db_version(l->db);

	if (!knows_recent(l, now, version, open) && !count_recent(l, now, version, e))
		return false;
	*most = l->recent_most;
	return true;
}
