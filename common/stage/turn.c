/*
 * turn.c - decides whether a service may be asked now, and how failures and answers change that.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/backoff.h"
#include "common/base/time.h"
#include "common/stage/internal.h"

#define QUOTA_PAUSE_S 60 /* where neither the service nor the ledger says how long */
/* of a service that is down; the quota has its own ladder */
#define RETRY_AFTER_MAX_S HOUR_S

/* ---- pauses */

static int64_t
pause_end(const struct stage *st, const struct err *why, const struct pause *p,
    int64_t now, int64_t quota_until)
{
	int64_t asked = why->retry_after_s, wait;

	switch (why->outage) {
	case OUTAGE_CREDENTIALS:
		return now + PAUSE_CREDENTIALS_S;
	case OUTAGE_QUOTA:
		if (quota_until > now)
			return quota_until;
		return now + (asked > 0 ? asked : QUOTA_PAUSE_S);
	case OUTAGE_DOWN:
		break;
	}
	wait = backoff_outage(pause_strike(p, OUTAGE_DOWN), &st->clock);
	if (asked > RETRY_AFTER_MAX_S)
		asked = RETRY_AFTER_MAX_S;
	return now + (asked > wait ? asked : wait);
}

/* Requests in flight that fail together are one outage; and a request that got no answer does not
 * shorten the pause for a spent quota or a refused key. */
bool
turn_is_known(const struct service *service, const struct pause *p, const struct err *why,
    int64_t now)
{
	return !service->probing && p->paused && p->until > now &&
	       (p->kind == why->outage || why->outage == OUTAGE_DOWN);
}

struct pause
turn_pause(const struct stage *st, const struct pause *before, const struct err *why,
    int64_t now, int64_t quota_until)
{
	struct pause p = { .paused = true,
		.kind = why->outage,
		.until = pause_end(st, why, before, now, quota_until),
		.by_row = before->paused && before->by_row };

	memcpy(p.why, why->text, sizeof p.why);
	return p;
}

/* Logged where there may be several. */
static const char *
account(const struct service *service)
{
	return strcmp(service->account, CONFIG_ACCOUNT) == 0 ? NULL : service->account;
}

void
turn_say_paused(struct stage *st, struct service *service, const struct pause *p)
{
	char until[TIME_TEXT_MAX];

	service->probing = service->vouched = false;
	time_format_iso(p->until, until);
	log_line(&st->log, LOG_WARNING, "paused", "service", service->name, "account",
	    account(service), "until", until, "why", p->why, NULL);
	notify_status(&st->events.notify, p->why);
}

void
turn_say_answered(const struct stage *st, struct service *service, bool resumed)
{
	service->probing = false;
	if (resumed)
		log_line(&st->log, LOG_INFO, "resumed", "service", service->name,
		    "account", account(service), NULL);
}

struct pausing {
	struct stage *st;
	struct service *service;
	const struct err *why;
	int64_t now, quota_until;
	struct pause set;
	bool known;
};

static bool
pause_now(void *ctx, struct err *e)
{
	struct pausing *x = ctx;
	struct pause before;

	if (!pause_get(&x->st->db, x->service, &before, e))
		return false;
	x->known = turn_is_known(x->service, &before, x->why, x->now);
	x->set = turn_pause(x->st, &before, x->why, x->now, x->quota_until);
	return x->known || pause_set(&x->st->db, x->service, &x->set, x->now, e);
}

bool
stage_pause(struct stage *st, struct service *service, const struct err *why,
    int64_t quota_until, struct err *e)
{
	struct pausing x = { .st = st,
		.service = service,
		.why = why,
		.now = clock_now(&st->clock),
		.quota_until = quota_until };

	if (stage_stop_asked(st))
		return true;
	if (!db_transact(&st->db, pause_now, &x, e))
		return false;
	if (!x.known)
		turn_say_paused(st, service, &x.set);
	return true;
}

/* ---- answers without a row */

struct answering {
	struct stage *st;
	struct service *service;
	int64_t now;
	bool ended;
};

static bool
note_answer(void *ctx, struct err *e)
{
	struct answering *x = ctx;

	return pause_success(&x->st->db, x->service, x->now, SUCCESS_ASIDE, &x->ended, e);
}

bool
stage_succeeded(struct stage *st, struct service *service, struct err *e)
{
	struct answering x = {
		.st = st, .service = service, .now = clock_now(&st->clock)
	};

	if (!db_transact(&st->db, note_answer, &x, e))
		return false;
	service->vouched = true;
	turn_say_answered(st, service, x.ended);
	return true;
}

/* ---- whose turn it is */

bool
stage_turn(struct stage *st, struct service *service, int64_t now, bool row_due,
    struct turn *out, struct err *e)
{
	struct pause p;
	bool aside, mine = false;

	*out = (struct turn){ .what = TURN_WAIT, .until = INT64_MAX };
	if (!pause_get(&st->db, service, &p, e))
		return false;
	if (!p.paused) {
		out->what = row_due ? TURN_ROWS : TURN_WAIT;
		return true;
	}
	if (p.until > now) {
		out->until = p.until;
		return true;
	}
	aside = p.kind != OUTAGE_QUOTA && !(p.by_row && service->vouched);
	if (!aside && !row_due)
		return true;
	if (!pause_take_probe(&st->db, service, now, QUEUE_LEASE_S, &mine, e))
		return false;
	service->probing = mine;
	out->until = now + 1;
	if (mine)
		out->what = aside ? TURN_PROBE : TURN_ROW;
	return true;
}

bool
stage_probe_now(struct stage *st, int64_t now, struct err *e)
{
	for (size_t i = 0; i < st->service_count; i++)
		if (!pause_probe_now(&st->db, &st->services[i], now, e))
			return false;
	return true;
}
