/*
 * by_hand.c - see by_hand.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/by_hand.h"

#include <string.h>

#define TEXT_MAX 1000

static const char DECIDES_SQL[] =
    "SELECT count(*) "
    "FROM provider "
    "WHERE name = :provider "
    "  AND kind = 'file' "
    "  AND verdict = 1";

bool
store_decides(struct db *db, const char *provider, bool *decides, struct err *e)
{
	struct statement *s = db_prepare(db, DECIDES_SQL, e);
	int64_t rows = 0;

	db_bind_text(s, ":provider", provider);
	if (!db_one_int(s, &rows, e))
		return false;
	*decides = rows > 0;
	return true;
}

static const char SAMPLE_SQL[] =
    "SELECT min(id) "
    "FROM sample "
    "WHERE sha256 = :hash OR sha1 = :hash OR md5 = :hash";

static bool
find_sample(struct db *db, const struct hash *hash, int64_t *id, struct err *e)
{
	struct statement *s = db_prepare(db, SAMPLE_SQL, e);

	*id = 0;
	db_bind_text(s, ":hash", hash->hex);
	return db_one_int(s, id, e);
}

static const char NEW_SQL[] =
    "INSERT INTO sample (sha256, sha1, md5) "
    "VALUES (:sha256, :sha1, :md5)";

static bool
add_sample(struct db *db, const struct hash *hash, struct err *e)
{
	struct statement *s = db_prepare(db, NEW_SQL, e);

	db_bind_text(s, ":sha256", hash->kind == HASH_SHA256 ? hash->hex : NULL);
	db_bind_text(s, ":sha1", hash->kind == HASH_SHA1 ? hash->hex : NULL);
	db_bind_text(s, ":md5", hash->kind == HASH_MD5 ? hash->hex : NULL);
	return db_run(s, e);
}

/* The token stays as it is: the trigger for manual changes does the rest. */
static const char ASK_SQL[] =
    "UPDATE lookup "
    "SET state = 'pending' "
    "WHERE sample_id = :sample_id "
    "  AND state <> 'leased' "
    "  AND EXISTS ( "
    "    SELECT 1 "
    "    FROM provider p "
    "    WHERE p.name = lookup.provider "
    "      AND p.kind = lookup.kind "
    "      AND p.verdict = 1)";

bool
store_ask(struct db *db, const struct hash *hash, struct err *e)
{
	struct statement *s;
	int64_t id;

	if (!find_sample(db, hash, &id, e))
		return false;
	if (id == 0)
		return add_sample(db, hash, e);
	s = db_prepare(db, ASK_SQL, e);
	db_bind_int(s, ":sample_id", id);
	return db_run(s, e);
}

/* ---- what became of it */

static const char STATE_SQL[] =
    "SELECT l.state, l.due_at, coalesce(l.last_error, ''), coalesce(a.outcome, ''), "
    "  coalesce(a.verdict, ''), coalesce(a.label, ''), coalesce(s.sha256, ''), "
    "  a.malicious, a.malicious + a.suspicious + a.undetected + a.harmless, "
    "  coalesce(a.last_analysis_at, a.fetched_at, 0), l.id "
    "FROM sample s "
    "JOIN lookup l ON l.sample_id = s.id "
    "JOIN provider p ON p.name = l.provider AND p.kind = l.kind AND p.verdict = 1 "
    "LEFT JOIN analysis a ON a.id = ( "
    "  SELECT max(n.id) "
    "  FROM analysis n "
    "  WHERE n.lookup_id = l.id) "
    "WHERE s.id = :sample_id";

static void
read_answer(struct statement *s, struct asked_state *out)
{
	out->found = strcmp(db_text(s, 3), "found") == 0;
	buf_puts(&out->verdict, db_text(s, 4));
	buf_puts(&out->text, db_text(s, 5));
	buf_puts(&out->sha256, db_text(s, 6));
	out->malicious = db_int(s, 7);
	out->total = db_int(s, 8);
	out->as_of = db_int(s, 9);
}

static void
read_state(struct statement *s, int64_t now, struct asked_state *out)
{
	const char *state = db_text(s, 0);

	if (strcmp(state, "pending") == 0 || strcmp(state, "leased") == 0) {
		out->due = state[0] == 'p' && db_int(s, 1) <= now;
		out->lookup_id = db_int(s, 10);
	} else if (strcmp(state, "done") == 0) {
		out->what = ASKED_ANSWERED;
		read_answer(s, out);
	} else {
		out->what = ASKED_REFUSED;
		buf_printf(&out->text, "%s: %s", state, db_text(s, 2));
	}
}

static const char NOISE_SQL[] =
    "SELECT reason "
    "FROM noise "
    "WHERE hash = :hash";

/* A file without a lookup. */
static bool
read_reason(
    struct db *db, const struct hash *hash, struct asked_state *out, struct err *e)
{
	struct statement *s = db_prepare(db, NOISE_SQL, e);
	int step;

	out->what = ASKED_REFUSED;
	db_bind_text(s, ":hash", hash->hex);
	step = db_step(s, e);
	if (step == 1) {
		buf_printf(&out->text, "noise: %s", db_text(s, 0));
		db_reset(s);
	} else {
		buf_puts(&out->text, "no longer in the database");
	}
	return step >= 0;
}

bool
store_asked(struct db *db, const struct hash *hash, int64_t now, struct asked_state *out,
    struct err *e)
{
	struct statement *s;
	int64_t id;
	int step;

	*out = (struct asked_state){ .what = ASKED_WAITS,
		.text = BUF_CUT(TEXT_MAX),
		.verdict = BUF_CUT(TEXT_MAX),
		.sha256 = BUF_CUT(TEXT_MAX) };
	if (!find_sample(db, hash, &id, e))
		return false;
	s = db_prepare(db, STATE_SQL, e);
	db_bind_int(s, ":sample_id", id);
	step = db_step(s, e);
	if (step == 0)
		return read_reason(db, hash, out, e);
	if (step == 1) {
		read_state(s, now, out);
		db_reset(s);
	}
	return step == 1;
}

void
store_asked_done(struct asked_state *s)
{
	buf_done(&s->text);
	buf_done(&s->verdict);
	buf_done(&s->sha256);
}
