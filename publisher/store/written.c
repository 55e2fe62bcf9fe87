/*
 * written.c - see store.h: the posts that are searched for new identities.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/store.h"

static const char WRITTEN_SQL[] =
    "SELECT id, state = 'held' OR (state = 'done' AND due_at > 0) "
    "FROM post "
    "WHERE id > :after "
    "  AND ((state = 'done' AND done_by_hand = 0) "
    "    OR (state IN ('held', 'skipped') AND wp_id > 0)) "
    "  AND wanted = 'publish' "
    "ORDER BY id "
    "LIMIT :max";

bool
store_written(struct db *db, int64_t after_id, struct written_post *out, size_t max,
    size_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, WRITTEN_SQL, e);
	int step;

	*count = 0;
	db_bind_int(s, ":after", after_id);
	db_bind_int(s, ":max", (int64_t)max);
	while ((step = db_step(s, e)) == 1)
		out[(*count)++] = (struct written_post){ .id = db_int(s, 0),
			.stale = db_int(s, 1) != 0 };
	return step == 0;
}

/* Even if only its related posts are to change. */
static const char AGAIN_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = 0, sent_rest = NULL "
    "WHERE id = :id "
    "  AND state IN ('done', 'held', 'skipped')";

bool
store_write_again(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, AGAIN_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

/* A write that is confirmed has a seal since version 2. */
static const char UNSEALED_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = 0 "
    "WHERE state = 'done' "
    "  AND wanted = 'publish' "
    "  AND wp_id > 0 "
    "  AND sent_seal IS NULL";

bool
store_write_unsealed(struct db *db, struct err *e)
{
	return db_run(db_prepare(db, UNSEALED_SQL, e), e);
}
