/*
 * hold.c - see hold.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/hold.h"

#include "common/outgoing/answers.h"

#define REASON "by rule: from a service that reveals its visitor's address"

/* clang-format off */
static const char HOLD_SQL[] =
    "UPDATE lookup "
    "SET state = 'skipped', token = token + 1, due_at = 0, last_error = :reason "
    "WHERE sample_id = :sample_id "
    "AND state = 'pending' "
    "AND outcome IS NULL "
    "AND (SELECT captures FROM sample WHERE id = :sample_id) = 1";
static const char RELEASE_SQL[] =
    "UPDATE lookup "
    "SET state = 'pending', token = token + 1, due_at = 0, last_error = NULL "
    "WHERE sample_id = :sample_id "
    "AND state = 'skipped' "
    "AND last_error = :reason";
/* clang-format on */

bool
hold_capture(struct db *db, int64_t sample_id, const char *url, struct err *e)
{
	bool tells = url != NULL && answers_tell(url);
	struct statement *s = db_prepare(db, tells ? HOLD_SQL : RELEASE_SQL, e);

	db_bind_int(s, ":sample_id", sample_id);
	db_bind_text(s, ":reason", REASON);
	return db_run(s, e);
}
