/*
 * due.c - see store.h: the posts whose turn comes next, and how many there are.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/store.h"

#include <string.h>

#define RANK_LAST 3

/* In the order in which they are claimed. */
static const char DUE_SQL[] =
    "SELECT id, kind, key, lower(slug) "
    "FROM post "
    "WHERE state = 'pending' "
    "  AND rank = :rank "
    "  AND due_at <= :now "
    "ORDER BY due_at, id "
    "LIMIT :most";

static bool
copy(struct statement *s, int column, char *out, size_t size)
{
	const char *text = db_text(s, column);

	if (text == NULL || strlen(text) >= size)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

/* False: too long to be one of ours. */
static bool
read_due(struct statement *s, struct due_post *out)
{
	out->id = db_int(s, 0);
	return copy(s, 1, out->kind, sizeof out->kind) &&
	       copy(s, 2, out->key, sizeof out->key) &&
	       copy(s, 3, out->slug, sizeof out->slug);
}

bool
store_due(struct db *db, int64_t now, struct due_post *out, size_t max, size_t *count,
    struct err *e)
{
	*count = 0;
	for (int rank = 0; rank <= RANK_LAST && *count < max; rank++) {
		struct statement *s = db_prepare(db, DUE_SQL, e);
		int step;

		db_bind_int(s, ":rank", rank);
		db_bind_int(s, ":now", now);
		db_bind_int(s, ":most", (int64_t)(max - *count));
		while ((step = db_step(s, e)) == 1)
			*count += read_due(s, &out[*count]);
		if (step < 0)
			return false;
	}
	return true;
}

static const char DUE_COUNT_SQL[] =
    "SELECT count(*) "
    "FROM ( "
    "  SELECT 1 "
    "  FROM post "
    "  WHERE state = 'pending' "
    "    AND rank BETWEEN 0 AND 3 "
    "    AND due_at <= :now "
    "  ORDER BY rank, due_at "
    "  LIMIT :most) AS due";

bool
store_due_count(struct db *db, int64_t now, int64_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, DUE_COUNT_SQL, e);

	db_bind_int(s, ":now", now);
	db_bind_int(s, ":most", STORE_DUE_COUNT_MAX);
	return db_one_int(s, count, e);
}
