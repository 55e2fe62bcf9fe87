/*
 * store.c - see store.h: targets, and what waits for them. store_message.c reads and writes messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/store.h"

#define DAY_S INT64_C(86400)

/* ---- targets */

static const char NEW_TARGET_SQL[] =
    "INSERT INTO alert_target (name, since, analysis_id, settings) "
    "VALUES (:name, :now, (SELECT coalesce(max(id), 0) FROM analysis), :settings) "
    "ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, "
    "  since = CASE WHEN stopped_at IS NULL THEN since ELSE excluded.since END, "
    "  analysis_id = CASE WHEN stopped_at IS NULL THEN analysis_id "
    "    ELSE excluded.analysis_id END, "
    "  stopped_at = NULL, why = NULL "
    "WHERE settings <> excluded.settings";

bool
alert_store_target(
    struct db *db, const char *name, const char *settings, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, NEW_TARGET_SQL, e);

	db_bind_text(s, ":name", name);
	db_bind_text(s, ":settings", settings);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
}

static const char FORGIVE_SQL[] =
    "UPDATE alert_target "
    "SET stopped_at = NULL, why = NULL, since = :now, "
    "  analysis_id = (SELECT coalesce(max(id), 0) FROM analysis) "
    "WHERE stopped_at IS NOT NULL";

bool
alert_store_forgive(struct db *db, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, FORGIVE_SQL, e);

	db_bind_int(s, ":now", now);
	return db_run(s, e);
}

struct tidying {
	struct db *db;
	const char *names;
	int64_t now, before;
};

static const char GONE_PAUSE_SQL[] =
    "DELETE FROM pause "
    "WHERE service = 'alert' "
    "  AND account NOT IN (SELECT value FROM json_each(:names))";
static const char GONE_TARGET_SQL[] =
    "DELETE FROM alert_target "
    "WHERE name NOT IN (SELECT value FROM json_each(:names))";
static const char GONE_MESSAGE_SQL[] =
    "UPDATE message "
    "SET state = 'skipped', token = token + 1, owner = NULL, lease_until = NULL, "
    "  settled_at = :now, "
    "  last_error = 'by rule: its target is no longer in the configuration' "
    "WHERE state IN ('pending', 'leased') "
    "  AND target NOT IN (SELECT value FROM json_each(:names))";
static const char OLD_SQL[] =
    "DELETE FROM message "
    "WHERE state IN ('done', 'skipped') "
    "  AND settled_at < :before";

static bool
tidy_in(void *ctx, struct err *e)
{
	static const char *const STATEMENTS[] = { GONE_PAUSE_SQL, GONE_TARGET_SQL,
		GONE_MESSAGE_SQL, OLD_SQL };
	const struct tidying *t = ctx;

	for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
		struct statement *s = db_prepare(t->db, STATEMENTS[i], e);

		db_offer_text(s, ":names", t->names);
		db_offer_int(s, ":now", t->now);
		db_offer_int(s, ":before", t->before);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

bool
alert_store_tidy(struct db *db, const char *names, int64_t now, struct err *e)
{
	struct tidying t = { db, names, now, now - ALERT_KEPT_DAYS * DAY_S };

	return db_transact(db, tidy_in, &t, e);
}

static const char STATE_SQL[] =
    "SELECT since, analysis_id, sent_at, stopped_at IS NOT NULL "
    "FROM alert_target "
    "WHERE name = :name";

bool
alert_store_state(struct db *db, const char *name, struct alert_state *out, struct err *e)
{
	struct statement *s = db_prepare(db, STATE_SQL, e);
	int step;

	db_bind_text(s, ":name", name);
	step = db_step(s, e);
	*out = (struct alert_state){ .stopped = true };
	if (step == 1) {
		out->since = db_int(s, 0);
		out->analysis_id = db_int(s, 1);
		out->sent_at = db_int(s, 2);
		out->stopped = db_int(s, 3) != 0;
		db_reset(s);
	}
	return step >= 0;
}

/* ---- events */

static const char *
text_or_null(struct statement *s, int column)
{
	return db_is_null(s, column) ? NULL : db_text(s, column);
}

bool
alert_store_search(struct db *db, const struct alert_rule *rule,
    const struct alert_search *search,
    bool (*tell)(void *ctx, const struct alert_event *event, struct err *e), void *ctx,
    struct err *e)
{
	struct statement *s = db_prepare(db, rule->sql, e);
	bool good = true;
	int step;

	db_offer_text(s, ":target", search->target);
	db_offer_text(s, ":families", search->families);
	db_offer_int(s, ":after", search->after);
	db_offer_int(s, ":upto", search->upto);
	db_offer_int(s, ":since", search->since);
	db_offer_int(s, ":now", search->now);
	db_offer_int(s, ":paused_after", search->paused_after_s);
	while ((step = db_step(s, e)) == 1 && good) {
		struct alert_event event = { .key = db_text(s, 0),
			.at = db_int(s, 1),
			.link = text_or_null(s, 2 + ALERT_ARGUMENTS) };

		for (int i = 0; i < ALERT_ARGUMENTS; i++)
			event.arguments[i] = text_or_null(s, 2 + i);
		good = tell(ctx, &event, e);
	}
	if (step == 1)
		db_reset(s);
	return good && step >= 0;
}

static const char ADD_SQL[] =
    "INSERT INTO message (kind, key, target, at, body, link) "
    "VALUES (:kind, :key, :target, :at, :body, :link) "
    "ON CONFLICT (target, key) DO NOTHING";

bool
alert_store_add(struct db *db, const char *target, const struct alert_rule *rule,
    const struct alert_event *event, const char *body, struct err *e)
{
	struct statement *s = db_prepare(db, ADD_SQL, e);

	db_bind_text(s, ":kind", rule->name);
	db_bind_text(s, ":key", event->key);
	db_bind_text(s, ":target", target);
	db_bind_int(s, ":at", event->at);
	db_bind_text(s, ":body", body);
	db_bind_text(s, ":link", event->link);
	return db_run(s, e);
}

static const char UPTO_SQL[] =
    "SELECT max(id) "
    "FROM ( "
    "  SELECT id "
    "  FROM analysis "
    "  WHERE id > :after "
    "  ORDER BY id "
    "  LIMIT :most) AS next";

bool
alert_store_upto(struct db *db, int64_t after, int64_t *upto, struct err *e)
{
	struct statement *s = db_prepare(db, UPTO_SQL, e);

	*upto = after;
	db_bind_int(s, ":after", after);
	db_bind_int(s, ":most", ALERT_EVENTS_MAX);
	return db_one_int(s, upto, e);
}

static const char LOOKED_SQL[] =
    "UPDATE alert_target "
    "SET analysis_id = :upto "
    "WHERE name = :name";

bool
alert_store_looked(struct db *db, const char *target, int64_t upto, struct err *e)
{
	struct statement *s = db_prepare(db, LOOKED_SQL, e);

	db_bind_text(s, ":name", target);
	db_bind_int(s, ":upto", upto);
	return db_run(s, e);
}
