/*
 * potpress-publisher - publish each answer as one post on a WordPress site, and keep it up to date.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "publisher/preview.h"
#include "publisher/publish.h"
#include "publisher/revisit.h"

static const struct stage_spec SPEC = {
	.name = "publisher",
	.service = "wordpress",
	.summary =
	    "publishes each answer as one post on a WordPress site, and keeps it up to "
	    "date",
	.queue = &queue_post,
	.single = true,
	.check = publisher_check,
};

static bool
prepare(struct publisher *pb, struct err *e)
{
	const struct publisher_config *c = &pb->st.config.publisher;

	wp_init(&pb->wp, pb->st.http, &pb->st.clock, &c->service);
	pb->kinds = post_kinds;
	pb->options = (struct post_options){
		.language = strcmp(c->language, "ja") == 0 ? LANGUAGE_JA : LANGUAGE_EN,
		.timezone = c->timezone,
		.engine_names = strcmp(c->engine_names, "folded") == 0,
		.sensor_names = &c->sensor_names,
		.publish_after_s = c->publish_after_s,
	};
	pb->guard = guard_new(e);
	return pb->guard != NULL;
}

/* Discovers the site; a fault pauses it. */
static bool
open_site(struct publisher *pb, struct err *e)
{
	const char *category = pb->st.config.publisher.category;
	struct err fault = ERR_NONE;
	bool missing = false;

	if (wp_open(&pb->wp, category, &missing, &fault)) {
		pb->ready = true;
		if (missing)
			log_line(&pb->st.log, LOG_WARNING, "waiting", "why",
			    "the category is not on the site and this account may not "
			    "create it; "
			    "posts go out without it",
			    "category", category, NULL);
		return stage_succeeded(&pb->st, e);
	}
	if (stage_stop_asked(&pb->st))
		return true;
	if (fault.fault == FAULT_CONFIG || fault.fault == FAULT_FATAL) {
		*e = fault;
		return false;
	}
	if (fault.fault != FAULT_OUTAGE)
		fault.outage = OUTAGE_DOWN;
	return stage_pause(&pb->st, &fault, 0, e);
}

static bool
step(void *ctx, int64_t now, int64_t *wake_at, bool *idle, struct err *e)
{
	struct publisher *pb = ctx;
	struct job job;
	int claimed;
	bool probe, busy;

	if (!revisit_step(pb, &busy, e))
		return false;
	if (busy) {
		*wake_at = now;
		return true;
	}
	if (!stage_may_ask(&pb->st, now, &probe, wake_at, e))
		return false;
	if (*wake_at > now) {
		*idle = true;
		pb->ready = false;
		return true;
	}
	if (!queue_next_due(&pb->st.queue, wake_at, e))
		return false;
	*idle = *wake_at > now;
	if (probe)
		pb->ready = false;
	if (!pb->ready && (probe || !*idle)) {
		*wake_at = now;
		return open_site(pb, e);
	}
	if (*idle) {
		stage_doing(&pb->st, "waiting");
		return true;
	}
	if (!store_identities(
		&pb->st.db, &pb->st.config.publisher.private_words, pb->guard, e))
		return false;
	claimed = queue_claim(&pb->st.queue, now, &job, 1, e);
	stage_doing(&pb->st, "publishing");
	*wake_at = now;
	return claimed >= 0 && (claimed == 0 || publish_row(pb, &job, e));
}

static bool
run(struct publisher *pb, struct err *e)
{
	struct stage_work work = { .ctx = pb, .step = step };

	return prepare(pb, e) && stage_run(&pb->st, &work, e);
}

/* --preview: what would be published, as files; no WordPress. */
static int
preview(struct publisher *pb)
{
	struct err e = ERR_NONE;
	int posts = 0;

	pb->st.log =
	    (struct log){ .stage = "publisher", .clock = &pb->st.clock, .fd = 2 };
	if (db_open(&pb->st.db, pb->st.config.database.path, &e) && prepare(pb, &e) &&
	    store_identities(
		&pb->st.db, &pb->st.config.publisher.private_words, pb->guard, &e))
		posts = preview_write(pb, pb->st.options.preview_dir, &e);
	if (e.fault != FAULT_NONE)
		fprintf(stderr, "potpress-publisher: %s\n", e.text);
	else
		printf("%d posts written; open %s/index.html\n", posts,
		    pb->st.options.preview_dir);
	db_close(&pb->st.db);
	config_done(&pb->st.config);
	return e.fault == FAULT_NONE ? EXIT_OK : (int)err_exit_status(&e);
}

int
main(int argc, char **argv)
{
	struct publisher pb = { .ready = false };
	struct err e = ERR_NONE;
	int status = stage_begin(&pb.st, &SPEC, argc, argv);

	if (status >= 0)
		return status;
	if (pb.st.options.preview_dir != NULL) {
		status = preview(&pb);
	} else {
		if (stage_open(&pb.st, &SPEC, &e))
			run(&pb, &e);
		status = stage_close(&pb.st, &e);
	}
	revisit_done(&pb.revisit);
	guard_free(pb.guard);
	return status;
}
