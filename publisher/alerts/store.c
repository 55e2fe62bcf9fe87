/*
 * store.c - see store.h: targets and their waiting events. store_message.c reads and writes messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/store.h"
#include "common/base/time.h"

#include <stdlib.h>
#include <string.h>

#define ALERT_GONE_MAX 64 /* targets forgotten at one start */

/* ---- targets */

static const char NEW_TARGET_SQL[] =
    "INSERT INTO alert_target (name, since, analysis_id, settings) "
    "VALUES (:name, :now, (SELECT coalesce(max(id), 0) FROM analysis), :settings) "
    "ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, "
    "  since = CASE WHEN alert_target.stopped_at IS NULL THEN alert_target.since "
    "    ELSE excluded.since END, "
    "  analysis_id = CASE WHEN alert_target.stopped_at IS NULL "
    "    THEN alert_target.analysis_id ELSE excluded.analysis_id END, "
    "  stopped_at = NULL, why = NULL "
    "WHERE alert_target.settings <> excluded.settings";

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
	const struct named *targets;
	int64_t now;
	char *gone[ALERT_GONE_MAX]; /* owned */
	size_t gone_count;
};

static bool
is_configured(const struct named *targets, const char *name)
{
	for (size_t i = 0; i < targets->count; i++)
		if (strcmp(targets->names[i], name) == 0)
			return true;
	return false;
}

static const char NAMES_SQL[] =
    "SELECT name "
    "FROM alert_target";

static bool
find_gone(struct tidying *t, struct err *e)
{
	struct statement *s = db_prepare(t->db, NAMES_SQL, e);
	int step;

	while ((step = db_step(s, e)) == 1 && t->gone_count < ALERT_GONE_MAX)
		if (!is_configured(t->targets, db_text(s, 0)))
			t->gone[t->gone_count++] = db_text_dup(s, 0);
	if (step == 1)
		db_reset(s);
	return step >= 0;
}

static const char GONE_PAUSE_SQL[] =
    "DELETE FROM pause "
    "WHERE service = 'alert' "
    "  AND account = :name";
static const char GONE_TARGET_SQL[] =
    "DELETE FROM alert_target "
    "WHERE name = :name";
static const char GONE_MESSAGE_SQL[] =
    "UPDATE message "
    "SET state = 'skipped', token = token + 1, owner = NULL, lease_until = NULL, "
    "  settled_at = :now, "
    "  last_error = 'by rule: its target is no longer in the configuration' "
    "WHERE target = :name "
    "  AND state = 'pending'";
static const char OLD_SQL[] =
    "DELETE FROM message "
    "WHERE state IN ('done', 'skipped') "
    "  AND settled_at < :before";

static bool
forget(struct tidying *t, const char *name, struct err *e)
{
	static const char *const STATEMENTS[] = { GONE_PAUSE_SQL, GONE_MESSAGE_SQL,
		GONE_TARGET_SQL };

	for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
		struct statement *s = db_prepare(t->db, STATEMENTS[i], e);

		db_bind_text(s, ":name", name);
		db_offer_int(s, ":now", t->now);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

static bool
tidy_in(void *ctx, struct err *e)
{
	struct tidying *t = ctx;
	struct statement *s;

	for (size_t i = 0; i < t->gone_count; i++)
		if (!forget(t, t->gone[i], e))
			return false;
	s = db_prepare(t->db, OLD_SQL, e);
	db_bind_int(s, ":before", t->now - ALERT_KEPT_DAYS * DAY_S);
	return db_run(s, e);
}

bool
alert_store_tidy(struct db *db, const struct named *targets, int64_t now, struct err *e)
{
	struct tidying t = { .db = db, .targets = targets, .now = now };
	bool ok = find_gone(&t, e) && db_transact(db, tidy_in, &t, e);

	while (t.gone_count > 0)
		free(t.gone[--t.gone_count]);
	return ok;
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
