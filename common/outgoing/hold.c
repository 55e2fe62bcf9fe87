/*
 * hold.c - see hold.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/hold.h"

#include "common/outgoing/answers.h"

#define REASON "from a service that reveals its visitor's address"

/* clang-format off */
/* Noise is not looked up (trigger noise_new), and looked up once it is no longer noise (noise_gone). */
static const char HOLD_SQL[] =
    "INSERT INTO noise (hash, reason) "
    "SELECT l.value, CAST(:reason AS TEXT) "
    "FROM lookup l "
    "JOIN sample s ON s.id = l.sample_id "
    "WHERE l.sample_id = :sample_id "
    "AND l.kind = 'file' "
    "AND l.outcome IS NULL "
    "AND l.provider IN (SELECT name FROM provider WHERE verdict = 1) "
    "AND s.captures = 1 "
    "ON CONFLICT DO NOTHING";
static const char RELEASE_SQL[] =
    "DELETE FROM noise "
    "WHERE reason = :reason "
    "AND hash IN ("
    "SELECT sha256 FROM sample WHERE id = :sample_id "
    "UNION ALL SELECT sha1 FROM sample WHERE id = :sample_id "
    "UNION ALL SELECT md5 FROM sample WHERE id = :sample_id)";
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
