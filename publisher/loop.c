/*
 * loop.c - decides what the publisher does next: search old posts, discover the site, publish a row, or
 * wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/ahead.h"
#include "publisher/publish.h"
#include "publisher/revisit.h"

#define PROGRESS_S 60 /* between lines about it */
#define PROGRESS_FROM 20 /* posts to go */

/* The site's categories; one that is missing is created, or else logged. */
static bool
find_categories(struct publisher *pb, struct err *e)
{
	const char *slugs[POST_CATEGORIES_MAX];
	size_t count = post_kind_categories(pb->kinds, &pb->options, slugs);

	for (size_t i = 0; i < count; i++) {
		int64_t id;

		if (!wp_term(&pb->wp, "categories", slugs[i], slugs[i], &id, e))
			return false;
		if (id == 0)
			log_line(&pb->st.log, LOG_WARNING, "waiting", "why",
			    "the category does not exist and this user may not create it; "
			    "posts are published without it",
			    "category", slugs[i], NULL);
	}
	return true;
}

/* Discovers the site; a fault pauses it. */
static bool
open_site(struct publisher *pb, struct err *e)
{
	struct err fault = ERR_NONE;

	if (wp_open(&pb->wp, &fault) && find_categories(pb, &fault)) {
		pb->ready = true;
		site_clock_note(&pb->site_clock, &pb->st);
		return stage_succeeded(&pb->st, pb->service, e);
	}
	if (stage_stop_asked(&pb->st))
		return true;
	if (fault.fault == FAULT_CONFIG || fault.fault == FAULT_FATAL) {
		*e = fault;
		return false;
	}
	return stage_pause(&pb->st, pb->service, &fault, 0, e);
}

/* Once a minute while there are several. */
static bool
tell_progress(struct publisher *pb, int64_t now, struct err *e)
{
	char number[32];
	int64_t count;

	if (now >= pb->told_at && now < pb->told_at + PROGRESS_S)
		return true;
	if (!store_due_count(&pb->st.db, now, &count, e))
		return false;
	pb->told_at = now;
	if (count < PROGRESS_FROM) {
		stage_doing(&pb->st, "publishing");
		return true;
	}
	BUF_FIXED(number, "%lld%s", (long long)count,
	    count == STORE_DUE_COUNT_MAX ? " or more" : "");
	stage_doing(&pb->st, "publishing, %s to go", number);
	log_line(&pb->st.log, LOG_INFO, "heartbeat", "what", "publishing", "to_go",
	    number, NULL);
	return true;
}

/* Claims the next due row and publishes it. */
static bool
publish_next(struct publisher *pb, int64_t now, struct err *e)
{
	struct job job;
	int claimed;

	if (!identities_load(&pb->st.db, pb->gate, e) || !tell_progress(pb, now, e) ||
	    !ahead_look(pb, now, e))
		return false;
	claimed = queue_claim(&pb->st.queue, now, &job, 1, e);
	return claimed >= 0 && (claimed == 0 || publish_row(pb, &job, e));
}

static void
wait_on(struct publisher *pb, const struct turn *turn, struct step *out)
{
	if (turn->until == INT64_MAX) {
		stage_doing(&pb->st, "waiting");
		pb->told_at = 0;
		return;
	}
	out->wake_at = turn->until;
	out->idle = true;
	pb->ready = false;
}

static bool
work_on(struct publisher *pb, int64_t now, struct step *out, struct err *e)
{
	struct turn turn;

	if (!queue_next_due(&pb->st.queue, &out->wake_at, e))
		return false;
	if (pb->site_clock.ask)
		out->wake_at = now;
	out->idle = out->wake_at > now;
	if (!stage_turn(&pb->st, pb->service, now, !out->idle, &turn, e))
		return false;
	if (turn.what == TURN_WAIT) {
		wait_on(pb, &turn, out);
		return true;
	}
	out->wake_at = now;
	out->idle = false;
	return turn.what == TURN_PROBE || !pb->ready || pb->site_clock.ask
		   ? open_site(pb, e)
		   : publish_next(pb, now, e);
}

/* Sends alerts, whether or not the site is reachable. */
static bool
send_alerts(
    struct publisher *pb, int64_t now, int64_t *wake_at, bool *busy, struct err *e)
{
	*wake_at = INT64_MAX;
	*busy = false;
	if (pb->st.config.alerts.count == 0)
		return true;
	return identities_load(&pb->st.db, pb->gate, e) &&
	       alerts_step(&pb->alerts, now, wake_at, busy, e);
}

/* Answers to alerts may arrive while posts are published. */
static void
wait_for_targets(const struct publisher *pb, int64_t now, struct step *out)
{
	int ms = alerts_in_flight(&pb->alerts);

	if (ms == 0)
		out->wake_at = now;
	else if (ms > 0)
		out->look_ms = ms;
	out->idle = out->idle && ms < 0;
}

bool
publisher_step(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct publisher *pb = ctx;
	int64_t plan_at, tell_at;
	bool searching, more, telling;

	if (!send_alerts(pb, now, &tell_at, &telling, e) ||
	    !way_peer_learn(&pb->peer, &pb->st.db, now, e) ||
	    !revisit_step(pb, &searching, e) || !publisher_plan(pb, now, &plan_at, e) ||
	    !publisher_judge(pb, now, &more, e))
		return false;
	if (more) {
		out->wake_at = now;
		return true;
	}
	if (!work_on(pb, now, out, e))
		return false;
	if (plan_at < out->wake_at)
		out->wake_at = plan_at;
	if (tell_at < out->wake_at)
		out->wake_at = tell_at;
	if (telling || searching)
		out->wake_at = now;
	out->idle = out->idle && !telling && !searching;
	wait_for_targets(pb, now, out);
	return true;
}

bool
publisher_stop(void *ctx, struct err *e)
{
	struct publisher *pb = ctx;

	return alerts_stop(&pb->alerts, e);
}
