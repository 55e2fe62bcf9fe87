/*
 * pause.c - see pause.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/pause.h"

#include <string.h>

static const char *const KINDS[] = { "down", "quota", "credentials" };

static enum outage
kind_of(const char *word)
{
	if (strcmp(word, KINDS[OUTAGE_QUOTA]) == 0)
		return OUTAGE_QUOTA;
	return strcmp(word, KINDS[OUTAGE_CREDENTIALS]) == 0 ? OUTAGE_CREDENTIALS
							    : OUTAGE_DOWN;
}

static struct statement *
prepare_service(
    struct db *db, const struct service *service, const char *sql, struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);

	db_bind_text(s, ":service", service->name);
	db_bind_text(s, ":account", service->account);
	return s;
}

static const char SERVICE_SQL[] =
    "SELECT strikes, doubts, answers "
    "FROM service "
    "WHERE service = :service "
    "  AND account = :account";

static bool
read_service(
    struct db *db, const struct service *service, struct pause *out, struct err *e)
{
	struct statement *s = prepare_service(db, service, SERVICE_SQL, e);
	int step = db_step(s, e);

	if (step == 1) {
		out->strikes = (int)db_int(s, 0);
		out->doubts = (int)db_int(s, 1);
		out->answers = db_int(s, 2);
		db_reset(s);
	}
	return step >= 0;
}

static const char GET_SQL[] =
    "SELECT kind, until, by_row, why "
    "FROM pause "
    "WHERE service = :service "
    "  AND account = :account";

bool
pause_get(struct db *db, const struct service *service, struct pause *out, struct err *e)
{
	struct statement *s = prepare_service(db, service, GET_SQL, e);
	struct err why = ERR_NONE;
	int step;

	*out = (struct pause){ .paused = false };
	step = db_step(s, e);
	if (step < 0)
		return false;
	if (step == 1) {
		out->paused = true;
		out->kind = kind_of(db_text(s, 0));
		out->until = db_int(s, 1);
		out->by_row = db_int(s, 2) != 0;
		err_set(&why, FAULT_NONE, "%s", db_text(s, 3));
		memcpy(out->why, why.text, sizeof out->why);
		db_reset(s);
	}
	return read_service(db, service, out, e);
}

static const char STRIKE_SQL[] =
    "INSERT INTO service (service, account, strikes) "
    "VALUES (:service, :account, 1) "
    "ON CONFLICT (service, account) "
    "  DO UPDATE SET doubts = 0, "
    "  strikes = CASE "
    "  WHEN EXISTS ( "
    "    SELECT 1 "
    "    FROM pause p "
    "    WHERE p.service = :service "
    "      AND p.account = :account "
    "      AND p.kind = :kind) "
    "  THEN service.strikes + 1 ELSE 1 END";
static const char SET_SQL[] =
    "INSERT INTO pause (service, account, stage, kind, since, until, by_row, why) "
    "VALUES (:service, :account, :stage, :kind, :now, :until, :by_row, :why) "
    "ON CONFLICT (service, account) "
    "  DO UPDATE SET kind = excluded.kind, until = excluded.until, "
    "  by_row = excluded.by_row, why = excluded.why";

bool
pause_set(struct db *db, const struct service *service, const struct pause *p,
    int64_t now, struct err *e)
{
	struct statement *s = prepare_service(db, service, STRIKE_SQL, e);

	db_bind_text(s, ":kind", KINDS[p->kind]);
	if (!db_run(s, e))
		return false;
	s = prepare_service(db, service, SET_SQL, e);
	db_bind_text(s, ":stage", service->stage);
	db_bind_text(s, ":kind", KINDS[p->kind]);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":until", p->until);
	db_bind_int(s, ":by_row", p->by_row);
	db_bind_text(s, ":why", p->why);
	return db_run(s, e);
}

static const char DOUBT_SQL[] =
    "INSERT INTO service (service, account, doubts) "
    "VALUES (:service, :account, 1) "
    "ON CONFLICT (service, account) "
    "  DO UPDATE SET doubts = service.doubts + 1";
static const char ONCE_MORE_SQL[] =
    "UPDATE pause "
    "SET until = :now "
    "WHERE service = :service "
    "  AND account = :account";

bool
pause_doubt(struct db *db, const struct service *service, int64_t now, struct err *e)
{
	struct statement *s = prepare_service(db, service, DOUBT_SQL, e);

	if (!db_run(s, e))
		return false;
	s = prepare_service(db, service, ONCE_MORE_SQL, e);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
}

static const char ROW_OK_SQL[] =
    "INSERT INTO service (service, account, ok_at, answers) "
    "VALUES (:service, :account, :now, 1) "
    "ON CONFLICT (service, account) "
    "  DO UPDATE SET ok_at = excluded.ok_at, strikes = 0, doubts = 0, "
    "  answers = service.answers + 1";
static const char OK_SQL[] =
    "INSERT INTO service (service, account, ok_at) "
    "VALUES (:service, :account, :now) "
    "ON CONFLICT (service, account) "
    "  DO UPDATE SET ok_at = excluded.ok_at "
    "WHERE service.ok_at IS NULL "
    "OR service.ok_at <> excluded.ok_at";
/* An answer that was already on its way does not end a quota pause early. */
static const char END_SQL[] =
    "DELETE FROM pause "
    "WHERE service = :service "
    "  AND account = :account "
    "  AND (kind <> 'quota' OR until <= :now OR :probed = 1) "
    "  AND (by_row = 0 OR kind <> 'down' OR :row = 1)";
static const char ROW_NEXT_SQL[] =
    "UPDATE pause "
    "SET until = :now "
    "WHERE service = :service "
    "  AND account = :account "
    "  AND kind = 'down'";

bool
pause_success(struct db *db, const struct service *service, int64_t now, enum success how,
    bool *ended, struct err *e)
{
	bool row = how == SUCCESS_ROW;
	struct statement *s = prepare_service(db, service, row ? ROW_OK_SQL : OK_SQL, e);

	db_bind_int(s, ":now", now);
	if (!db_run(s, e))
		return false;
	s = prepare_service(db, service, END_SQL, e);
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":probed", service->probing);
	db_bind_int(s, ":row", row);
	if (!db_run(s, e))
		return false;
	*ended = db_changes(db) > 0;
	if (*ended || !service->probing)
		return true;
	s = prepare_service(db, service, ROW_NEXT_SQL, e);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
}

static const char PROBE_SQL[] =
    "UPDATE pause "
    "SET until = :until "
    "WHERE service = :service "
    "  AND account = :account "
    "  AND until <= :now";

bool
pause_take_probe(struct db *db, const struct service *service, int64_t now,
    int64_t probe_s, bool *mine, struct err *e)
{
	struct statement *s = prepare_service(db, service, PROBE_SQL, e);

	*mine = false;
	db_bind_int(s, ":now", now);
	db_bind_int(s, ":until", now + probe_s);
	if (!db_run(s, e))
		return false;
	*mine = db_changes(db) == 1;
	return true;
}

static const char PROBE_NOW_SQL[] =
    "UPDATE pause "
    "SET until = :now "
    "WHERE service = :service "
    "  AND account = :account "
    "  AND kind <> 'quota' "
    "  AND until > :now";

bool
pause_probe_now(struct db *db, const struct service *service, int64_t now, struct err *e)
{
	struct statement *s = prepare_service(db, service, PROBE_NOW_SQL, e);

	db_bind_int(s, ":now", now);
	return db_run(s, e);
}
