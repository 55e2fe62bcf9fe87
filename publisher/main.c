/*
 * potpress-publisher - publish each answer as one post on a WordPress site, and keep it up to date.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "common/outgoing/ways.h"
#include "publisher/ahead.h"
#include "publisher/posts/sample/noteworthy.h"
#include "publisher/preview.h"
#include "publisher/revisit.h"

static void
add_services(struct stage *st)
{
	stage_add_service(st, "wordpress", CONFIG_ACCOUNT, &st->config.publisher.service);
	alerts_add_services(st);
}

static const struct stage_spec SPEC = {
	.name = "publisher",
	.summary =
	    "publishes each answer as one post on a WordPress site, and keeps it up to "
	    "date",
	.queue = &queue_post,
	.single = true,
	.add_services = add_services,
	.options = publisher_options,
	.check = publisher_check,
};

static bool
open_publisher(struct publisher *pb, struct err *e)
{
	const struct publisher_config *c = &pb->st.config.publisher;

	pb->service = &pb->st.services[0];
	wp_init(&pb->wp, pb->st.http, &pb->st.clock, &c->service, c->api_url);
	pb->kinds = post_kinds;
	pb->options = publisher_settings(&pb->st.config);
	pb->gate = gate_new(e);
	return pb->gate != NULL &&
	       identities_own(
		   &pb->st.db, &c->private_words, clock_now(&pb->st.clock), e) &&
	       ways_learn(
		   &pb->st.db, c->service.connect_to, clock_now(&pb->st.clock), e) &&
	       identities_make_noise(&pb->st.db, e);
}

/* The site's own address is public; what connect_to leads to may not be. */
static void
note_peer(void *ctx, const struct service_config *config, const char *address)
{
	struct publisher *pb = ctx;

	if (config->connect_to != NULL)
		way_peer_note(&pb->peer, address);
}

static bool
open_alerts(struct publisher *pb, struct err *e)
{
	const struct alert_voice voice = { .japanese =
					       pb->options.language == LANGUAGE_JA,
		.gate = pb->gate,
		.sensor_names = pb->options.sensor_names };

	return alerts_open(&pb->alerts, &pb->st, &voice, e);
}

static bool
run(struct publisher *pb, struct err *e)
{
	struct stage_work work = {
		.ctx = pb, .step = publisher_step, .stop = publisher_stop
	};

	http_tell_peers(pb->st.http, note_peer, pb);
	return open_publisher(pb, e) && open_alerts(pb, e) &&
	       store_write_unsealed(&pb->st.db, e) &&
	       sample_judge_again(&pb->st.db, pb->options.sample_posts, e) &&
	       stage_run(&pb->st, &work, e);
}

static bool
judge_all(struct publisher *pb, struct err *e)
{
	bool more = true;

	while (more)
		if (!publisher_judge(pb, clock_now(&pb->st.clock), &more, e))
			return false;
	return true;
}

/* --preview: writes what would be published to files, without WordPress. */
static int
preview(struct publisher *pb)
{
	struct err e = ERR_NONE;
	int64_t unused, left_out = 0;
	int posts = 0;

	pb->st.log =
	    (struct log){ .stage = "publisher", .clock = &pb->st.clock, .fd = 2 };
	if (db_open(&pb->st.db, pb->st.config.database.path, &e) &&
	    open_publisher(pb, &e) && identities_load(&pb->st.db, pb->gate, &e) &&
	    publisher_plan(pb, clock_now(&pb->st.clock), &unused, &e) &&
	    judge_all(pb, &e))
		posts = preview_write(pb, pb->asked.preview_dir, &e);
	if (e.fault == FAULT_NONE)
		store_left_out(&pb->st.db, &left_out, &e);
	if (e.fault != FAULT_NONE)
		fprintf(stderr, "potpress-publisher: %s\n", e.text);
	else
		printf("%d post%s written, %lld left out by rule; open %s/index.html\n",
		    posts, posts == 1 ? "" : "s", (long long)left_out,
		    pb->asked.preview_dir);
	db_close(&pb->st.db);
	config_done(&pb->st.config);
	return e.fault == FAULT_NONE ? EXIT_OK : (int)err_exit_status(&e);
}

int
main(int argc, char **argv)
{
	struct publisher pb = { .ready = false };
	struct err e = ERR_NONE;
	int status = stage_begin(&pb.st, &SPEC, &pb.asked, argc, argv);

	if (status >= 0)
		return status;
	if (pb.asked.preview_dir != NULL) {
		status = preview(&pb);
	} else {
		if (stage_open(&pb.st, &SPEC, &e))
			run(&pb, &e);
		alerts_close(&pb.alerts);
		status = stage_close(&pb.st, &e);
	}
	revisit_done(&pb.revisit);
	ahead_free(pb.ahead);
	gate_free(pb.gate);
	return status;
}
