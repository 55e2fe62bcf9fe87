/*
 * store_message.c - see store.h: messages and their attempts.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "publisher/alerts/store.h"

static const char NEXT_SQL[] =
    "SELECT sealed_at IS NOT NULL, due_at "
    "FROM message "
    "WHERE target = :target "
    "  AND state = 'pending' "
    "ORDER BY sealed_at DESC "
    "LIMIT 1";

bool
alert_store_next(struct db *db, const char *target, const struct alert_state *state,
    int64_t *at, bool *sealed, struct err *e)
{
	struct statement *s = db_prepare(db, NEXT_SQL, e);
	int step;

	db_bind_text(s, ":target", target);
	step = db_step(s, e);
	*at = INT64_MAX;
	*sealed = false;
	if (step == 1) {
		*sealed = db_int(s, 0) != 0;
		*at = *sealed ? db_int(s, 1) : state->sent_at + ALERT_GATHER_S;
		db_reset(s);
	}
	return step >= 0;
}

struct sealing {
	struct db *db;
	const char *target;
	int64_t now;
};

static const char SEAL_SQL[] =
    "UPDATE message "
    "SET sealed_at = :now "
    "WHERE id = ( "
    "  SELECT id FROM message "
    "  WHERE target = :target AND state = 'pending' AND sealed_at IS NULL "
    "  ORDER BY id LIMIT 1)";
static const char PARTS_SQL[] =
    "UPDATE message "
    "SET state = 'skipped', token = token + 1, settled_at = :now, "
    "  part_of = (SELECT id FROM message "
    "    WHERE target = :target AND state = 'pending' AND sealed_at IS NOT NULL), "
    "  last_error = 'by rule: part of another message' "
    "WHERE target = :target "
    "  AND state = 'pending' "
    "  AND sealed_at IS NULL";

static bool
seal_in(void *ctx, struct err *e)
{
	static const char *const STATEMENTS[] = { SEAL_SQL, PARTS_SQL };
	const struct sealing *x = ctx;

	for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
		struct statement *s = db_prepare(x->db, STATEMENTS[i], e);

		db_bind_text(s, ":target", x->target);
		db_bind_int(s, ":now", x->now);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

bool
alert_store_seal(struct db *db, const char *target, int64_t now, struct err *e)
{
	struct sealing x = { db, target, now };

	return db_transact(db, seal_in, &x, e);
}

static const char MESSAGE_SQL[] =
    "SELECT kind, key, at, link, lost, "
    "  1 + (SELECT count(*) FROM message WHERE part_of = :id), body "
    "FROM message "
    "WHERE id = :id";
static const char LINES_SQL[] =
    "SELECT body "
    "FROM message "
    "WHERE part_of = :id "
    "ORDER BY id "
    "LIMIT :most";

/* After the event of the row itself, which is the oldest. */
static bool
read_lines(struct db *db, int64_t id, struct alert_message *out, struct err *e)
{
	struct statement *s = db_prepare(db, LINES_SQL, e);
	int step, n = 1;

	db_bind_int(s, ":id", id);
	db_bind_int(s, ":most", ALERT_LINES_MAX - 1);
	while ((step = db_step(s, e)) == 1)
		out->lines[n++] = db_text_dup(s, 0);
	return step >= 0;
}

bool
alert_store_message(struct db *db, int64_t id, struct alert_message *out, struct err *e)
{
	struct statement *s = db_prepare(db, MESSAGE_SQL, e);
	int step;

	*out = (struct alert_message){ .at = 0 };
	db_bind_int(s, ":id", id);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	out->rule = db_text_dup(s, 0);
	out->key = db_text_dup(s, 1);
	out->at = db_int(s, 2);
	out->link = db_text_dup(s, 3);
	out->lost = db_int(s, 4);
	out->count = db_int(s, 5);
	out->lines[0] = db_text_dup(s, 6);
	db_reset(s);
	return read_lines(db, id, out, e);
}

void
alert_message_done(struct alert_message *m)
{
	free(m->rule);
	free(m->key);
	free(m->link);
	for (int i = 0; i < ALERT_LINES_MAX; i++)
		free(m->lines[i]);
	*m = (struct alert_message){ .at = 0 };
}

/* ---- attempts */

struct sending {
	struct db *db;
	const char *target;
	int64_t id, now;
};

static const char TRIED_SQL[] =
    "UPDATE message "
    "SET lost = lost + 1, sent_at = :now "
    "WHERE id = :id";
static const char TARGET_TRIED_SQL[] =
    "UPDATE alert_target "
    "SET sent_at = :now "
    "WHERE name = :target";

static bool
sending_in(void *ctx, struct err *e)
{
	const struct sending *x = ctx;
	struct statement *s = db_prepare(x->db, TRIED_SQL, e);

	db_bind_int(s, ":id", x->id);
	db_bind_int(s, ":now", x->now);
	if (!db_run(s, e))
		return false;
	s = db_prepare(x->db, TARGET_TRIED_SQL, e);
	db_bind_text(s, ":target", x->target);
	db_bind_int(s, ":now", x->now);
	return db_run(s, e);
}

bool
alert_store_sending(
    struct db *db, int64_t id, const char *target, int64_t now, struct err *e)
{
	struct sending x = { db, target, id, now };

	return db_transact(db, sending_in, &x, e);
}

static const char ANSWERED_SQL[] =
    "UPDATE message "
    "SET lost = lost - 1 "
    "WHERE id = :id "
    "  AND lost > 0";

bool
alert_store_answered(struct db *db, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, ANSWERED_SQL, e);

	db_bind_int(s, ":id", id);
	return db_run(s, e);
}

static const char STOP_SQL[] =
    "UPDATE alert_target "
    "SET stopped_at = :now, why = :why "
    "WHERE name = :target";
static const char STOPPED_SQL[] =
    "UPDATE message "
    "SET state = 'skipped', token = token + 1, settled_at = :now, "
    "  last_error = 'by rule: its target refuses us' "
    "WHERE target = :target "
    "  AND state = 'pending'";

bool
alert_store_refused(
    struct db *db, const char *target, const char *why, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, STOP_SQL, e);

	db_bind_text(s, ":target", target);
	db_bind_text(s, ":why", why);
	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	s = db_prepare(db, STOPPED_SQL, e);
	db_bind_text(s, ":target", target);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
}
