/*
 * plan.c - see publisher.h: makes the rows that no trigger makes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "publisher/publisher.h"

#define PLAN_EVERY_S \
	HOUR_S /* at the latest; a clock may step, and the first capture may come */

#define AHEAD_S HOUR_S /* a clock that is further ahead of the site's is wrong */

void
publisher_note_site_clock(struct publisher *pb)
{
	const struct clock *c = &pb->st.clock;
	int64_t date = http_newest_date(pb->st.http);

	pb->ask_site_clock = false;
	if (!c->lone && date > 0)
		pb->site_apart_s = date - clock_steady_ms(c) / 1000;
}

/* Otherwise digests would be published of days that are still to come. The steady clock stands still while a
 * virtual machine is halted, so the site is asked before this is believed, and every hour while it is true. */
static bool
is_ahead(struct publisher *pb, int64_t now)
{
	int64_t steady_s = clock_steady_ms(&pb->st.clock) / 1000;

	if (pb->site_apart_s == 0 || now <= steady_s + pb->site_apart_s + AHEAD_S) {
		pb->said_ahead = false;
		pb->ask_site_clock_at = 0;
		return false;
	}
	if (steady_s >= pb->ask_site_clock_at) {
		pb->ask_site_clock = true;
		pb->ask_site_clock_at = steady_s + PLAN_EVERY_S;
	} else if (!pb->ask_site_clock && !pb->said_ahead) {
		log_line(&pb->st.log, LOG_WARNING, "waiting", "why",
		    "the clock of this machine is ahead of the site's by more than an "
		    "hour: no digests are planned until it is right",
		    NULL);
		pb->said_ahead = true;
	}
	return true;
}

static bool
is_planned(const struct publisher *pb, int64_t now)
{
	return pb->plan_at > now && pb->plan_at <= now + PLAN_EVERY_S;
}

bool
publisher_plan(struct publisher *pb, int64_t now, int64_t *next_at, struct err *e)
{
	const struct post_kind *const *kind = pb->kinds;
	int64_t next = now + PLAN_EVERY_S;

	*next_at = next;
	if (is_ahead(pb, now))
		return true;
	for (; !is_planned(pb, now) && *kind != NULL; kind++) {
		int64_t at = INT64_MAX;

		if ((*kind)->plan != NULL &&
		    !(*kind)->plan(&pb->st.db, &pb->options, now, &at, e))
			return false;
		if (at < next)
			next = at;
	}
	if (!is_planned(pb, now))
		pb->plan_at = next;
	*next_at = pb->plan_at;
	return true;
}

bool
publisher_judge(struct publisher *pb, int64_t now, bool *more, struct err *e)
{
	const struct post_kind *const *kind = pb->kinds;

	for (*more = false; *kind != NULL && !*more; kind++)
		if ((*kind)->judge != NULL &&
		    !(*kind)->judge(&pb->st.db, &pb->options, now, more, e))
			return false;
	return true;
}

bool
publisher_is_judged(struct publisher *pb, const struct post_row *row)
{
	struct err ignored = ERR_NONE;
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, &ignored);

	return kind == NULL || kind->is_judged == NULL ||
	       kind->is_judged(row, &pb->options);
}
