/*
 * daily.c - see daily.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/db/daily.h"

static const char DAILY_SQL[] =
    "INSERT INTO said (topic, at) "
    "VALUES (:topic, :now) "
    "ON CONFLICT (topic) "
    "  DO UPDATE SET at = excluded.at "
    "WHERE said.at <= :now - 86400 OR said.at > :now";

bool
db_daily(struct db *db, const char *topic, int64_t now, bool *due, struct err *e)
{
	struct statement *s = db_prepare(db, DAILY_SQL, e);

	db_bind_text(s, ":topic", topic);
	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	*due = db_changes(db) > 0;
	return true;
}
