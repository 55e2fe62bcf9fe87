/*
 * ahead.c - stored times that no correct clock can have written.
 *
 * A clock that ran ahead for a moment (a board without a battery, before NTP) leaves times in the
 * future, and the programs would wait until then. Each stored time that a program waits for has a
 * latest plausible value; later ones are set to now. The enricher's ledger corrects its own times.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "common/stage/internal.h"

#define AHEAD_SLACK_S 60 /* tolerated while a clock is being adjusted */
#define AHEAD_MONTH_S (32 * DAY_S)
#define AHEAD_TRIED_S 60 /* two clocks of one machine may differ by this much */
#define AHEAD_POST_S DAY_S /* a post is checked again after this time at most */
#define AHEAD_SESSION_S DAY_S /* and a session */

static const char PAUSE_SQL[] =
    "UPDATE pause "
    "SET until = :now "
    "WHERE until > :latest "
    "  AND kind <> 'quota'";
static const char QUOTA_SQL[] =
    "UPDATE pause "
    "SET until = :now "
    "WHERE until > :latest";
static const char LOOKUP_LEASE_SQL[] =
    "UPDATE lookup "
    "SET lease_until = :now "
    "WHERE state = 'leased' "
    "  AND lease_until > :latest";
static const char POST_LEASE_SQL[] =
    "UPDATE post "
    "SET lease_until = :now "
    "WHERE state = 'leased' "
    "  AND lease_until > :latest";
static const char LOOKUP_DUE_SQL[] =
    "UPDATE lookup "
    "SET due_at = :now "
    "WHERE state = 'pending' "
    "  AND provider IN (SELECT name FROM provider) "
    "  AND rank IN (0, 1, 2, 3) "
    "  AND due_at > :latest";
static const char POST_DUE_SQL[] =
    "UPDATE post "
    "SET due_at = :now "
    "WHERE state = 'pending' "
    "  AND rank IN (0, 1, 2, 3) "
    "  AND due_at > :latest";
/* Put back by a clock that was ahead: due at the time it showed, which has not come yet. */
static const char LOOKUP_TRIED_SQL[] =
    "UPDATE lookup "
    "SET due_at = :now, tried_at = :now "
    "WHERE state = 'pending' "
    "  AND provider IN (SELECT name FROM provider) "
    "  AND rank IN (0, 1, 2, 3) "
    "  AND due_at > :latest "
    "  AND tried_at > :latest";
static const char POST_TRIED_SQL[] =
    "UPDATE post "
    "SET due_at = :now, tried_at = :now "
    "WHERE state = 'pending' "
    "  AND rank IN (0, 1, 2, 3) "
    "  AND due_at > :latest "
    "  AND tried_at > :latest";
/* The time of a repeated lookup may be years ahead, but not the time of its answer. */
static const char LOOKUP_WAKES_SQL[] =
    "UPDATE lookup "
    "SET due_at = :now, settled_at = :now "
    "WHERE state = 'done' "
    "  AND due_at > 0 "
    "  AND due_at > :latest "
    "  AND settled_at > :latest";
static const char LOOKUP_WAITS_SQL[] =
    "UPDATE lookup "
    "SET since = :now "
    "WHERE state = 'pending' "
    "  AND outcome IS NULL "
    "  AND provider IN (SELECT name FROM provider) "
    "  AND since > :latest";
/* A digest may be made before its period is over; it is looked at until some days after its end. */
static const char POST_WAKES_SQL[] =
    "UPDATE post "
    "SET due_at = :now, lost_at = CASE WHEN lost_at > :now THEN :now ELSE lost_at END "
    "WHERE state = 'done' "
    "  AND due_at > 0 "
    "  AND due_at > :latest "
    "  AND (to_at IS NULL OR due_at > to_at + 2764800)";
_Static_assert(AHEAD_MONTH_S == 2764800, "the limit in POST_WAKES_SQL");
static const char SENT_SQL[] =
    "UPDATE post "
    "SET sent_at = :now, lost_at = CASE WHEN lost_at > :now THEN :now ELSE lost_at END "
    "WHERE write_open = 1 "
    "  AND sent_at > :latest";
static const char MEDIA_SQL[] =
    "UPDATE media "
    "SET sent_at = CASE WHEN sent_at > :now THEN :now ELSE sent_at END, "
    "  lost_at = CASE WHEN lost_at > :now THEN :now ELSE lost_at END "
    "WHERE sent_at > :latest "
    "  OR lost_at > :latest";
static const char SESSION_SQL[] =
    "UPDATE session "
    "SET look_at = :now "
    "WHERE source IN (SELECT source FROM cursor) "
    "  AND look_at > 0 "
    "  AND look_at > :latest";
static const char ALIVE_SQL[] =
    "UPDATE stage "
    "SET alive_at = :now "
    "WHERE alive_at > :latest";
static const char SAID_SQL[] =
    "UPDATE said "
    "SET at = :now "
    "WHERE at > :latest";

static const char MESSAGE_LEASE_SQL[] =
    "UPDATE message "
    "SET lease_until = :now "
    "WHERE state = 'leased' "
    "  AND lease_until > :latest";
static const char MESSAGE_DUE_SQL[] =
    "UPDATE message "
    "SET due_at = :now "
    "WHERE state = 'pending' "
    "  AND target IN (SELECT name FROM alert_target) "
    "  AND rank IN (0, 1, 2, 3) "
    "  AND due_at > :latest";
static const char TARGET_SINCE_SQL[] =
    "UPDATE alert_target "
    "SET since = :now "
    "WHERE since > :latest";
static const char TARGET_SENT_SQL[] =
    "UPDATE alert_target "
    "SET sent_at = :now "
    "WHERE sent_at > :latest";

static const struct {
	const char *what, *sql;
	int64_t most_s; /* how far ahead a correct clock may set it */
} TIMES[] = {
	{ "pause.until", PAUSE_SQL, PAUSE_CREDENTIALS_S },
	{ "pause.until", QUOTA_SQL, AHEAD_MONTH_S },
	{ "lookup.lease_until", LOOKUP_LEASE_SQL, QUEUE_LEASE_S },
	{ "post.lease_until", POST_LEASE_SQL, QUEUE_LEASE_S },
	{ "lookup.due_at", LOOKUP_DUE_SQL, AHEAD_MONTH_S },
	{ "post.due_at", POST_DUE_SQL, AHEAD_MONTH_S },
	{ "lookup.due_at", LOOKUP_TRIED_SQL, AHEAD_TRIED_S },
	{ "post.due_at", POST_TRIED_SQL, AHEAD_TRIED_S },
	{ "lookup.due_at", LOOKUP_WAKES_SQL, 0 },
	{ "lookup.since", LOOKUP_WAITS_SQL, 0 },
	{ "post.due_at", POST_WAKES_SQL, AHEAD_POST_S },
	{ "post.sent_at", SENT_SQL, 0 },
	{ "media.sent_at", MEDIA_SQL, 0 },
	{ "session.look_at", SESSION_SQL, AHEAD_SESSION_S },
	{ "stage.alive_at", ALIVE_SQL, 0 },
	{ "said.at", SAID_SQL, 0 },
	{ "message.lease_until", MESSAGE_LEASE_SQL, QUEUE_LEASE_S },
	{ "message.due_at", MESSAGE_DUE_SQL, AHEAD_MONTH_S },
	{ "alert_target.since", TARGET_SINCE_SQL, 0 },
	{ "alert_target.sent_at", TARGET_SENT_SQL, 0 },
};

#define TIMES_COUNT (sizeof TIMES / sizeof TIMES[0])

struct pulling {
	struct stage *st;
	int64_t rows[TIMES_COUNT];
};

static bool
pull_back(void *ctx, struct err *e)
{
	struct pulling *p = ctx;
	/* Not before: another process may have worked while this one waited for its turn to write. */
	int64_t now = clock_now(&p->st->clock);

	for (size_t i = 0; i < TIMES_COUNT; i++) {
		struct statement *s = db_prepare(&p->st->db, TIMES[i].sql, e);

		db_bind_int(s, ":now", now);
		db_bind_int(s, ":latest", now + TIMES[i].most_s + AHEAD_SLACK_S);
		if (!db_run(s, e))
			return false;
		p->rows[i] = db_changes(&p->st->db);
	}
	return true;
}

bool
ahead_pull_back(struct stage *st, struct err *e)
{
	struct pulling p = { .st = st };

	if (!db_transact(&st->db, pull_back, &p, e))
		return false;
	for (size_t i = 0; i < TIMES_COUNT; i++) {
		struct log_number rows;

		if (p.rows[i] > 0)
			log_line(&st->log, LOG_WARNING, "resumed", "what", TIMES[i].what,
			    "rows", log_number(&rows, p.rows[i]), "why",
			    "implausible times in the future were set to now: the "
			    "clock of this machine was ahead",
			    NULL);
	}
	return true;
}
