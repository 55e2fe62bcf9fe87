/*
 * deliver.c - sends the message that is due to one target, and settles its row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/internal.h"

/* After this many lost answers a message is not sent again to a target that would show it twice. */
#define LOST_MAX 2
#define WHAT_MAX 300

struct delivery {
	struct alerts *al;
	const char *target;
	struct service *service;
	struct alert_line line;
	const struct alert_target *kind;
	struct job job;
	struct alert_message message;
	struct alert_answer answer;
	bool skip;
};

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct delivery *d = ctx;
	struct db *db = &d->al->st->db;

	if (d->skip)
		return true;
	if (!d->answer.e.unknown_outcome && !alert_store_answered(db, d->job.id, e))
		return false;
	return !d->answer.gone ||
	       alert_store_refused(db, d->target, d->answer.e.text, now, e);
}

static bool
settle(struct delivery *d, int64_t took_ms, struct err *e)
{
	auto_buf what = BUF_CUT(WHAT_MAX);
	struct err why = d->answer.e;
	struct settlement s = { .queue = &d->al->queue,
		.service = d->skip || d->answer.gone ? NULL : d->service,
		.e = &why,
		.save = save,
		.save_faults = true,
		.ctx = d,
		.took_ms = took_ms,
		.skip = d->skip };

	buf_printf(&what, "%s: %s", d->target, d->message.key);
	s.what = buf_text(&what);
	if (d->answer.gone)
		err_set(&why, FAULT_REJECT,
		    "%s; nothing more is sent to %s until you requeue this row or "
		    "change its section",
		    d->answer.e.text, d->target);
	return stage_settle(d->al->st, &d->job, &s, e);
}

static void
give_up_on(struct delivery *d)
{
	d->skip = true;
	err_set(&d->answer.e, FAULT_NONE,
	    "%s: no answer twice; it may have been delivered and is not sent again",
	    d->kind->type);
}

static bool
attempt(struct delivery *d, int64_t now, struct err *e)
{
	struct stage *st = d->al->st;
	struct alert_composed c;
	int64_t began_ms = clock_monotonic_ms();

	if (!alert_store_sending(&st->db, d->job.id, d->target, now, e))
		return false;
	stage_crash_point("before-alert");
	alert_compose(&c, &d->message, d->target, d->job.id, &d->al->voice);
	alert_send(&d->line, d->kind, &c.alert, &d->answer);
	alert_composed_done(&c);
	stage_crash_point("after-alert");
	if (d->answer.e.unknown_outcome && !d->kind->idempotent &&
	    d->message.lost + 1 >= LOST_MAX)
		give_up_on(d);
	return settle(d, clock_monotonic_ms() - began_ms, e);
}

static bool
deliver(struct delivery *d, int64_t now, struct err *e)
{
	bool ok;

	if (!alert_store_message(&d->al->st->db, d->job.id, &d->message, e))
		return false;
	if (d->message.rule == NULL) /* deleted since it was claimed */
		return true;
	if (!d->kind->idempotent && d->message.lost >= LOST_MAX) {
		give_up_on(d);
		ok = settle(d, -1, e);
	} else {
		ok = attempt(d, now, e);
	}
	alert_message_done(&d->message);
	return ok;
}

/* Whether a message may be sent to the target now; else *at is when. */
static bool
has_turn(struct delivery *d, int64_t now, int64_t *at, struct err *e)
{
	struct turn turn;

	if (*at > now)
		return true;
	if (!stage_turn(d->al->st, d->service, now, true, &turn, e))
		return false;
	/* Only a message shows whether a target works. */
	if (turn.what == TURN_WAIT)
		*at = turn.until;
	return true;
}

bool
alerts_deliver(
    struct alerts *al, size_t i, int64_t now, int64_t *at, bool *sent, struct err *e)
{
	struct stage *st = al->st;
	struct delivery d = { .al = al,
		.target = st->config.alerts.names[i],
		.service = alerts_service(al, i),
		.kind = alert_target_of(alerts_config(st, i)->type) };
	struct alert_state state;
	bool sealed;
	int claimed;

	*sent = false;
	d.line = (struct alert_line){ d.target, alerts_config(st, i), st->http,
		&st->clock, &st->log };
	if (!alert_store_state(&st->db, d.target, &state, e))
		return false;
	if (!alert_store_next(&st->db, d.target, &state, at, &sealed, e) ||
	    !has_turn(&d, now, at, e))
		return false;
	if (*at > now || d.kind == NULL)
		return true;
	if (!sealed && !alert_store_seal(&st->db, d.target, now, e))
		return false;
	al->queue.provider = d.target;
	claimed = queue_claim(&al->queue, now, &d.job, 1, e);
	*sent = claimed > 0;
	return claimed >= 0 && (claimed == 0 || deliver(&d, now, e));
}
