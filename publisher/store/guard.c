/*
 * guard.c - see store.h: which identities the posts were searched for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/store.h"

static const char FRESH_SQL[] =
    "SELECT json_group_array(value) FROM "
    "(SELECT value FROM sensor_identity UNION SELECT value FROM json_each(:own)) i "
    "WHERE NOT EXISTS (SELECT 1 FROM guarded g WHERE g.value = i.value) HAVING count(*) "
    "> 0";

bool
store_fresh_identities(struct db *db, const char *own, char **fresh, struct err *e)
{
	struct statement *s = db_prepare(db, FRESH_SQL, e);
	int step;

	*fresh = NULL;
	db_bind_text(s, ":own", own);
	step = db_step(s, e);
	if (step == 1) {
		*fresh = db_text_dup(s, 0);
		db_reset(s);
	}
	return step >= 0;
}

static const char WRITTEN_SQL[] =
    "SELECT id, due_at > 0 FROM post "
    "WHERE id > :after AND state = 'done' AND wanted = 'publish' "
    "ORDER BY id LIMIT :max";

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

static const char AGAIN_SQL[] =
    "UPDATE post SET state = 'pending', token = token + 1, due_at = 0 "
    "WHERE id = :id AND state = 'done'";

bool
store_write_again(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, AGAIN_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char GUARDED_SQL[] =
    "INSERT INTO guarded (value) SELECT value FROM json_each(:fresh) WHERE true "
    "ON CONFLICT DO NOTHING";
/* One that is private no more may stand in posts by the time it is private again. */
static const char FORGET_SQL[] =
    "DELETE FROM guarded WHERE NOT EXISTS "
    "(SELECT 1 FROM sensor_identity i WHERE i.value = guarded.value) AND NOT EXISTS "
    "(SELECT 1 FROM json_each(:own) o WHERE guarded.value = o.value)";

static bool
bound_run(
    struct db *db, const char *sql, const char *name, const char *text, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, name, text);
	return db_run(s, e);
}

bool
store_guarded(struct db *db, const char *fresh, const char *own, struct err *e)
{
	if (!db_begin(db, e))
		return false;
	if (!bound_run(db, GUARDED_SQL, ":fresh", fresh, e) ||
	    !bound_run(db, FORGET_SQL, ":own", own, e)) {
		db_rollback(db);
		return false;
	}
	return db_commit(db, e);
}
