/*
 * shown.c - see shown.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/store/shown.h"

#include <string.h>

static const char FORGET_SQL[] =
    "DELETE FROM shown "
    "WHERE post_id = :post_id";

static const char SHOW_SQL[] =
    "INSERT INTO shown (post_id, kind, value) "
    "VALUES (:post_id, :kind, :value) "
    "ON CONFLICT DO NOTHING";

bool
shown_replace(
    struct db *db, int64_t post_id, const struct shown *all, size_t count, struct err *e)
{
	struct statement *s = db_prepare(db, FORGET_SQL, e);

	db_bind_int(s, ":post_id", post_id);
	if (!db_run(s, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		s = db_prepare(db, SHOW_SQL, e);
		db_bind_int(s, ":post_id", post_id);
		db_bind_text(s, ":kind", all[i].kind);
		db_bind_text(s, ":value", all[i].value);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

static const char TITLES_SQL[] =
    "SELECT value "
    "FROM shown "
    "WHERE post_id = :post_id "
    "  AND kind = 'title'";

bool
shown_titles(struct db *db, int64_t post_id, struct shown out[SHOWN_TITLES_MAX],
    size_t *count, struct err *e)
{
	struct statement *s = db_prepare(db, TITLES_SQL, e);
	int step = 0;

	*count = 0;
	db_bind_int(s, ":post_id", post_id);
	while (*count < SHOWN_TITLES_MAX && (step = db_step(s, e)) == 1) {
		const char *title = db_text(s, 0);
		size_t len = strnlen(title, SHOWN_VALUE_MAX);

		out[*count].kind = "title";
		memcpy(out[*count].value, title, len);
		out[(*count)++].value[len] = '\0';
	}
	if (step == 1)
		db_reset(s);
	return step >= 0;
}

static const char NOISE_SQL[] =
    "SELECT count(*) "
    "FROM shown t "
    "JOIN noise n ON n.hash >= substr(t.value, -12) "
    "  AND n.hash < substr(t.value, -12) || 'g' "
    "WHERE t.post_id = :post_id "
    "  AND t.kind = 'title'";

_Static_assert(SHOWN_HASH == 12, "the digits in NOISE_SQL");

bool
shown_has_noise(struct db *db, int64_t post_id, bool *has, struct err *e)
{
	struct statement *s = db_prepare(db, NOISE_SQL, e);
	int64_t n = 0;

	db_bind_int(s, ":post_id", post_id);
	if (!db_one_int(s, &n, e))
		return false;
	*has = n > 0;
	return true;
}
