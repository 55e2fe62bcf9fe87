/*
 * days.c - see days.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days.h"

#include <string.h>

#include "collector/collector.h"
#include "collector/day_indices.h"
#include "collector/days/body.h"
#include "collector/elastic/index_day.h"
#include "common/base/time.h"

#define REPLY_MAX (4 << 20) /* a usual answer has 60 kB */
#define AHEAD_S HOUR_S /* a day that begins later was begun by a wrong clock */
/* A failed request is sent again after this long, then after twice the time each. */
#define RETRY_S 900
#define RETRY_MAX_S (6 * HOUR_S)
/* How long after the day unreadable indices are waited for, and how long after a later count was due. */
#define UNREAD_S DAY_S
#define UNREAD_AGAIN_S HOUR_S

/* ---- which days there are */

static bool
newest(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct day *out, struct err *e)
{
	int64_t since = now - PLAN_BACK_DAYS * (int64_t)INDEX_DAY_S;
	struct day none = { .date = "" };
	bool found;

	*out = none;
	if (!store_days_not_begun(&co->st.db, src->name, now + AHEAD_S, e) ||
	    !store_day_newest(&co->st.db, src->name, out, &found, e))
		return false;
	/* After a long time without the collector, counting begins again. */
	if (found && out->to_at > now - PLAN_GIVE_UP_S)
		return true;
	plan_first(out, list->polled_at > since ? list->polled_at : since);
	return store_day_begin(&co->st.db, src->name, src->general->timezone, out, e);
}

/* Each day up to now gets its row, the current one too. */
static bool
begin_days(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e)
{
	struct days_state *d = &src->days;
	struct day last;

	if (now < d->begun_until && d->begun_until <= now + 3 * (int64_t)INDEX_DAY_S)
		return true;
	if (!newest(co, src, list, now, &last, e))
		return false;
	while (last.to_at <= now) {
		struct day next;

		plan_next(&next, &last);
		if (!store_day_begin(
			&co->st.db, src->name, src->general->timezone, &next, e))
			return false;
		last = next;
	}
	d->begun_until = last.to_at;
	d->known = false;
	return true;
}

static bool
know_due(struct collector *co, struct source *src, struct err *e)
{
	struct days_state *d = &src->days;

	if (d->known)
		return true;
	d->confirmed_by = 0;
	d->waits = false;
	d->known = store_day_due(&co->st.db, src->name, &d->due, &d->any, e);
	return d->known;
}

/* ---- the answer */

/* Without numbers: the next look is planned. */
static bool
pass(struct collector *co, struct source *src, const struct day *day, const char *why,
    struct err *e)
{
	const struct day_next next = { plan_look(day, day->looks + 1), day->looks + 1,
		why };

	src->days.known = false;
	return store_day_later(&co->st.db, day, &next, e);
}

/* The engine did not answer. */
static bool
retry(struct collector *co, struct source *src, const struct err *fault, int64_t now,
    struct err *e)
{
	struct days_state *d = &src->days;
	int64_t wait = RETRY_S << (d->failures < 6 ? d->failures : 6);
	struct day_next next = { now + (wait < RETRY_MAX_S ? wait : RETRY_MAX_S),
		d->asked.looks, fault->text };
	struct log_number again;

	d->failures++;
	d->known = false;
	if (next.look_at > d->asked.to_at + PLAN_GIVE_UP_S)
		next.look_at = 0;
	log_line(&src->log, LOG_WARNING, "retry", "day", d->asked.date, "why",
	    fault->text, "again_in_s", log_number(&again, next.look_at - now), NULL);
	return store_day_later(&co->st.db, &d->asked, &next, e);
}

static bool
say_unknown(struct collector *co, const struct source *src, const struct day_counts *c,
    int64_t now, struct err *e)
{
	auto_buf types = BUF_CUT(ERR_TEXT_MAX);
	bool due;

	if (c->unknown_count == 0)
		return true;
	if (!source_daily(src, &co->st.db, "types", now, &due, e))
		return false;
	for (int i = 0; i < c->unknown_count; i++)
		buf_printf(&types, i > 0 ? ", %s" : "%s", c->unknown[i]);
	if (due)
		log_line(&src->log, LOG_WARNING, "waiting", "types", buf_text(&types),
		    "why",
		    "T-Pot has documents of types that this version does not know: they "
		    "are not counted as attacks",
		    NULL);
	return true;
}

static bool
store_numbers(struct collector *co, struct source *src, const struct day_counts *c,
    int64_t now, struct err *e)
{
	struct days_state *d = &src->days;
	const struct day_next next = { plan_look(&d->asked, d->asked.looks + 1),
		d->asked.looks + 1,
		c->shards < d->shards ? "an index of this day is closed or deleted"
		: d->why[0] != '\0'   ? d->why
				      : NULL };
	struct log_number events, addresses, took;
	bool changed;

	/* Numbers that were counted while the indices existed are better. */
	if (c->shards < d->shards && d->asked.counted_at > 0)
		return pass(co, src, &d->asked, NULL, e);
	if (!store_day_counted(
		&co->st.db, &d->asked, c, &next, d->checkpoint, now, &changed, e))
		return false;
	d->known = false;
	if (changed)
		log_line(&src->log, LOG_INFO, "done", "day", d->asked.date, "events",
		    log_number(&events, c->events), "sources",
		    log_number(&addresses, c->sources), "took_ms",
		    log_number(&took, d->question.took_ms), NULL);
	return say_unknown(co, src, c, now, e);
}

static bool
take_counts(struct collector *co, struct source *src, const char *answer, size_t len,
    int64_t now, struct err *e)
{
	struct days_state *d = &src->days;
	struct err fault = ERR_NONE;
	struct day_counts counts;
	bool ok = counts_read(&counts, answer, len, d->asked.from_at, &fault);

	if (!ok && fault.fault == FAULT_RETRY)
		ok = retry(co, src, &fault, now, e);
	else if (!ok && fault.fault == FAULT_REJECT)
		ok = pass(co, src, &d->asked, fault.text, e);
	else if (!ok)
		*e = fault;
	else if (counts.shards == 0)
		ok = pass(co, src, &d->asked, DAY_WITHOUT_INDEX, e);
	else
		ok = store_numbers(co, src, &counts, now, e);
	counts_done(&counts);
	return ok;
}

static bool
take_answer(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct days_state *d = &src->days;
	struct err fault = ERR_NONE;
	size_t len;
	const char *answer = question_answer(&d->question, &len, &fault);
	bool ok;

	if (answer != NULL) {
		d->failures = 0;
		ok = take_counts(co, src, answer, len, now, e);
	} else if (fault.fault == FAULT_REJECT) {
		log_line(&src->log, LOG_WARNING, "rejected", "day", d->asked.date, "why",
		    fault.text, NULL);
		ok = pass(co, src, &d->asked, fault.text, e);
	} else {
		ok = retry(co, src, &fault, now, e);
	}
	question_done(&d->question);
	return ok;
}

/* ---- the question */

static bool
ask_about_day(
    struct collector *co, struct source *src, const struct day_indices *in, struct err *e)
{
	struct days_state *d = &src->days;
	struct list own;
	struct day_question q = { .from_at = d->due.from_at,
		.to_at = d->due.to_at,
		.own = &own,
		.monitors = &src->general->monitors };
	struct search s = { .index =
				buf_ok(&in->names) ? buf_text(&in->names) : src->el.index,
		.filter = "aggregations",
		.reply_max = REPLY_MAX };
	bool ok = store_own_addresses(&co->st.db, &own, e);
	auto_free char *body = ok ? body_of_day(&q, e) : NULL;

	store_own_done(&own);
	if (body == NULL)
		return false;
	s.body = body;
	d->asked = d->due;
	d->checkpoint = in->checkpoint;
	d->shards = in->shards;
	BUF_FIXED(d->why, "%s",
	    !in->whole  ? "T-Pot has no index for a part of this day"
	    : !in->read ? "an index of this day cannot be read to its end"
			: "");
	return question_ask(&d->question, &src->el, &s, e);
}

/* How long a count waits for indices that are not read yet. */
static int64_t
unread_until(const struct day *day)
{
	int64_t first = day->to_at + UNREAD_S, later = day->look_at + UNREAD_AGAIN_S;

	return first > later ? first : later;
}

/* Everything in the day's indices was read, then the shards were listed, and what had arrived until then
 * was read too. The first poll of --once takes the place of the second. */
static bool
is_ready(const struct collector *co, struct source *src, const struct day_indices *in,
    int64_t now)
{
	struct days_state *d = &src->days;

	d->waits = true;
	if (!src->polled || (!in->read && now < unread_until(&d->due)))
		return false;
	if (co->st.options.once || (d->confirmed_by > 0 && src->polls >= d->confirmed_by))
		return true;
	if (d->confirmed_by == 0) {
		d->confirmed_by = src->polls + 1;
		src->poll_at = now;
	}
	return false;
}

static bool
look_at_day(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e)
{
	const struct day *day = &src->days.due;
	struct day_indices in;
	bool ok = true;

	day_indices_find(&in, day, list);
	if (!is_ready(co, src, &in, now))
		ok = true;
	else if (in.shards == 0)
		ok = pass(co, src, day, DAY_WITHOUT_INDEX, e);
	else if (day->counted_at > 0 && day->checkpoint == in.checkpoint)
		ok = pass(co, src, day, NULL, e);
	else
		ok = ask_about_day(co, src, &in, e);
	buf_done(&in.names);
	return ok;
}

bool
days_work(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e)
{
	struct days_state *d = &src->days;

	if (!src->config->count_attacks || !list->polled)
		return true;
	if (d->question.state == QUESTION_ANSWERED && !take_answer(co, src, now, e))
		return false;
	if (d->question.state == QUESTION_ASKED)
		return true;
	if (!begin_days(co, src, list, now, e) || !know_due(co, src, e))
		return false;
	if (d->any && now >= d->due.look_at && !look_at_day(co, src, list, now, e))
		return false;
	return know_due(co, src, e);
}

int64_t
days_wake_at(const struct source *src)
{
	const struct days_state *d = &src->days;

	if (d->question.state == QUESTION_ANSWERED)
		return 0;
	if (d->question.state == QUESTION_ASKED || !d->known || d->waits)
		return INT64_MAX;
	if (!d->any || d->due.look_at > d->begun_until)
		return d->begun_until > 0 ? d->begun_until : INT64_MAX;
	return d->due.look_at;
}
