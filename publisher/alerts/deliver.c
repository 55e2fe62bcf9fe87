/*
 * deliver.c - sends the message that is due to one target, and settles its row once it is answered.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "publisher/alerts/internal.h"

/* After this many lost answers a message is not sent again to a target that would show it twice. */
#define LOST_MAX 2
#define WHAT_MAX 300
#define REPORTED_MS 1000 /* longest wait; an answer ends it */

/* One target, and its message in flight, if any. */
struct delivery {
	struct alerts *al;
	struct service *service;
	struct alert_flight flight;
	struct job job;
	struct alert_message message;
	int64_t began_ms;
	bool flying, skip;
};

bool
alerts_open_deliveries(struct alerts *al, struct err *e)
{
	struct stage *st = al->st;
	size_t count = st->config.alerts.count;

	al->deliveries = calloc(count + 1, sizeof *al->deliveries);
	if (al->deliveries == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct delivery *d = &al->deliveries[i];

		d->al = al;
		d->service = alerts_service(al, i);
		d->flight.line = (struct alert_line){ st->config.alerts.names[i],
			alerts_config(st, i), st->http, &st->clock, &st->log };
		d->flight.kind = alert_target_of(alerts_config(st, i)->type);
	}
	return true;
}

/* ---- landing */

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct delivery *d = ctx;
	struct db *db = &d->al->st->db;
	const struct alert_answer *answer = &d->flight.answer;

	if (d->skip)
		return true;
	if (!answer->e.unknown_outcome && !alert_store_answered(db, d->job.id, e))
		return false;
	return !answer->gone ||
	       alert_store_refused(db, d->flight.line.name, answer->e.text, now, e);
}

static bool
settle(struct delivery *d, int64_t took_ms, struct err *e)
{
	const struct alert_answer *answer = &d->flight.answer;
	const char *target = d->flight.line.name;
	auto_buf what = BUF_CUT(WHAT_MAX);
	struct err why = answer->e;
	struct settlement s = { .queue = &d->al->queue,
		.service = d->skip || answer->gone ? NULL : d->service,
		.e = &why,
		.save = save,
		.save_faults = true,
		.ctx = d,
		.took_ms = took_ms,
		.skip = d->skip };

	buf_printf(&what, "%s: %s", target, d->message.key);
	s.what = buf_text(&what);
	if (answer->gone)
		err_set(&why, FAULT_REJECT,
		    "%s; nothing more is sent to %s until you requeue this row or "
		    "change its section",
		    answer->e.text, target);
	if (!stage_settle(d->al->st, &d->job, &s, e))
		return false;
	d->flying = false;
	alert_message_done(&d->message);
	return true;
}

static void
give_up_on(struct delivery *d)
{
	d->skip = true;
	err_set(&d->flight.answer.e, FAULT_NONE,
	    "%s: no answer twice; it may have been delivered and is not sent again",
	    d->flight.kind->type);
}

static bool
land(struct delivery *d, struct err *e)
{
	stage_crash_point("after-alert");
	if (d->flight.answer.e.unknown_outcome && !d->flight.kind->idempotent &&
	    d->message.lost + 1 >= LOST_MAX)
		give_up_on(d);
	return settle(d, clock_monotonic_ms() - d->began_ms, e);
}

bool
alerts_land(struct alerts *al, bool stop, bool *any, struct err *e)
{
	for (size_t i = 0; i < al->st->config.alerts.count; i++) {
		struct delivery *d = &al->deliveries[i];

		if (!d->flying || !alert_look(&d->flight, stop))
			continue;
		if (!land(d, e))
			return false;
		*any = true;
	}
	return true;
}

/* ---- departure */

static bool
send_off(struct delivery *d, int64_t now, struct err *e)
{
	struct stage *st = d->al->st;
	const char *target = d->flight.line.name;
	struct alert_composed c;

	if (!alert_store_sending(&st->db, d->job.id, target, now, e))
		return false;
	stage_crash_point("before-alert");
	d->began_ms = clock_monotonic_ms();
	alert_compose(&c, &d->message, target, d->job.id, &d->al->voice);
	alert_begin(&d->flight, &c.alert);
	alert_composed_done(&c);
	d->flying = true;
	return true;
}

static bool
depart(struct delivery *d, int64_t now, struct err *e)
{
	bool ok;

	d->skip = false;
	d->flight.answer = (struct alert_answer){ .gone = false };
	if (!alert_store_message(&d->al->st->db, d->job.id, &d->message, e))
		return false;
	if (d->message.rule == NULL) /* deleted since it was claimed */
		return true;
	if (!d->flight.kind->idempotent && d->message.lost >= LOST_MAX) {
		give_up_on(d);
		ok = settle(d, -1, e);
	} else {
		ok = send_off(d, now, e);
	}
	if (!ok)
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

static bool
send_next(struct delivery *d, int64_t now, int64_t *at, bool *begun, struct err *e)
{
	struct alerts *al = d->al;
	struct db *db = &al->st->db;
	const char *target = d->flight.line.name;
	struct alert_state state;
	bool sealed;
	int claimed;

	if (!alert_store_state(db, target, &state, e) ||
	    !alert_store_next(db, target, &state, at, &sealed, e) ||
	    !has_turn(d, now, at, e))
		return false;
	if (*at > now || d->flight.kind == NULL)
		return true;
	if (!sealed && !alert_store_seal(db, target, now, e))
		return false;
	al->queue.provider = target;
	claimed = queue_claim(&al->queue, now, &d->job, 1, e);
	*begun = *begun || claimed > 0;
	return claimed >= 0 && (claimed == 0 || depart(d, now, e));
}

bool
alerts_deliver(
    struct alerts *al, size_t i, int64_t now, int64_t *at, bool *begun, struct err *e)
{
	*at = INT64_MAX;
	return al->deliveries[i].flying ||
	       send_next(&al->deliveries[i], now, at, begun, e);
}

int
alerts_in_flight(const struct alerts *al)
{
	int ms = -1;

	for (size_t i = 0; i < al->st->config.alerts.count; i++) {
		const struct delivery *d = &al->deliveries[i];

		if (d->flying && d->flight.done)
			return 0;
		if (d->flying && ms != ALERT_LOOK_MS)
			ms = d->flight.kind->look != NULL ? ALERT_LOOK_MS : REPORTED_MS;
	}
	return ms;
}

/* ---- the end */

bool
alerts_stop(struct alerts *al, struct err *e)
{
	bool any = false;

	return alerts_land(al, true, &any, e);
}

void
alerts_close(struct alerts *al)
{
	if (al->deliveries == NULL)
		return;
	if (alerts_in_flight(al) >= 0)
		http_give_up(al->st->http, "the publisher stops");
	for (size_t i = 0; i < al->st->config.alerts.count; i++) {
		struct delivery *d = &al->deliveries[i];

		if (d->flying)
			alert_look(&d->flight, true);
		alert_message_done(&d->message);
	}
	free(al->deliveries);
	al->deliveries = NULL;
}
