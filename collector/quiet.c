/*
 * quiet.c - see quiet.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/quiet.h"

#include <string.h>

#include "collector/clocks.h"
#include "collector/days/rankings.h"
#include "collector/store/silence.h"
#include "common/base/time.h"

#define LOOK_S HOUR_S
#define HISTORY_S (60 * DAY_S)
/* a silence is unusual from this multiple of the longest usual gap */
#define USUAL_TIMES 4
#define DAYS_MIN 7 /* days with events; fewer do not show what is usual */

/* number of names in one line of the log */
struct names {
	struct buf begun, ended;
};

/* A day with this number of values may lack some. */
static int64_t
size_of(const char *dimension)
{
	for (const struct top_values *r = groups[0].rankings; r->dimension != NULL; r++)
		if (strcmp(r->dimension, dimension) == 0)
			return r->size;
	return 0;
}

static bool
is_silent(const struct voice *v, int64_t after_s)
{
	return v->days >= DAYS_MIN && v->quiet_s > 0 && v->quiet_s >= after_s &&
	       v->quiet_s >= USUAL_TIMES * v->gap_s;
}

static void
add(struct buf *to, const char *name)
{
	buf_printf(to, to->len > 0 ? ", %s" : "%s", name);
}

static bool
judge_voice(struct db *db, const struct silence_scope *scope, const struct voice *v,
    int64_t after_s, int64_t now, struct names *names, struct err *e)
{
	bool begun = false, ended = false;

	if (v->again && !silence_end(db, scope, v, now, &ended, e))
		return false;
	if (ended)
		add(&names->ended, v->name);
	if (!v->said && is_silent(v, after_s) &&
	    !silence_begin(db, scope, v, now, &begun, e))
		return false;
	if (begun)
		add(&names->begun, v->name);
	return true;
}

static void
log_names(const struct log *log, const struct silence_scope *scope, struct names *names)
{
	if (names->begun.len > 0)
		log_line(log, LOG_WARNING, "waiting", "source", scope->source,
		    scope->kind, buf_text(&names->begun), "why",
		    "no events for unusually long: view quiet", NULL);
	if (names->ended.len > 0)
		log_line(log, LOG_WARNING, "resumed", "source", scope->source,
		    scope->kind, buf_text(&names->ended), "why",
		    "events again after a silence", NULL);
}

static bool
look_for_silences(struct source *src, struct stage *st, const struct silence_scope *scope,
    int64_t now, struct err *e)
{
	struct names names = { BUF_CUT(ERR_TEXT_MAX), BUF_CUT(ERR_TEXT_MAX) };
	struct voices voices;
	bool ok = silence_read(&st->db, scope, &voices, e);

	for (size_t i = 0; ok && i < voices.count; i++)
		ok = judge_voice(&st->db, scope, &voices.items[i],
		    src->config->quiet_after_s, now, &names, e);
	silence_done(&voices);
	log_names(&st->log, scope, &names);
	buf_done(&names.begun);
	buf_done(&names.ended);
	return ok && silence_forget(&st->db, scope, e);
}

/* If silences are no longer reported, the recorded ones are deleted. */
static bool
look_at_kind(
    struct source *src, struct stage *st, const char *kind, int64_t now, struct err *e)
{
	struct silence_scope scope = { .source = src->name,
		.kind = kind,
		.most = size_of(kind),
		.since = now - HISTORY_S };

	if (src->config->quiet_after_s > 0 && src->config->count_attacks)
		return look_for_silences(src, st, &scope, now, e);
	scope.since = INT64_MAX;
	return silence_forget(&st->db, &scope, e);
}

static bool
look_hourly(struct source *src, struct stage *st, int64_t now, struct err *e)
{
	/* Also if the clock went back. */
	if (now < src->quiet_at && src->quiet_at <= now + LOOK_S)
		return true;
	if (!look_at_kind(src, st, "sensor", now, e) ||
	    !look_at_kind(src, st, "honeypot", now, e) || !clocks_look(src, st, now, e))
		return false;
	src->quiet_at = now + LOOK_S;
	return true;
}

bool
quiet_step(struct collector *co, int64_t now, struct step *out, struct err *e)
{
	for (size_t i = 0; i < co->source_count; i++) {
		struct source *src = &co->sources[i];

		if (!look_hourly(src, &co->st, now, e))
			return false;
		if (src->quiet_at < out->wake_at)
			out->wake_at = src->quiet_at;
	}
	return true;
}
