/*
 * potpress-collector - collect the hashes of newly captured files from T-Pot's Elasticsearch.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "collector/collector.h"
#include "common/outgoing/ways.h"

static void
add_services(struct stage *st)
{
	stage_add_service(st, "elasticsearch", "main", &st->config.collector.service);
}

static const struct stage_spec SPEC = {
	.name = "collector",
	.summary =
	    "collects the hashes of newly captured files from T-Pot's Elasticsearch",
	.single = true,
	.add_services = add_services,
	.options = collector_options,
	.check_options = collector_check_options,
	.check = collector_check,
};

static bool
prepare(struct collector *co, struct err *e)
{
	const struct collector_config *c = &co->st.config.collector;

	co->service = &co->st.services[0];
	elastic_init(&co->el, co->st.http, &co->st.clock, c);
	profile_choose(&c->profiles, co->chosen);
	co->page_size = ELASTIC_PAGE;
	co->doubtful = true;
	return ways_learn(&co->st.db, c->service.url, clock_now(&co->st.clock), e) &&
	       ways_learn(&co->st.db, c->service.connect_to, clock_now(&co->st.clock), e);
}

int
main(int argc, char **argv)
{
	struct collector co = { .poll_at = 0 };
	struct backfill past = { .phase = BACKFILL_LIST };
	struct stage_work work_of = { .ctx = &co, .step = collector_step };
	struct err e = ERR_NONE;
	int status = stage_begin(&co.st, &SPEC, &co.asked, argc, argv);

	if (status >= 0)
		return status;
	if (co.asked.since.given) {
		co.backfill = &past;
		co.st.single = false;
	}
	if (stage_open(&co.st, &SPEC, &e) && prepare(&co, &e))
		stage_run(&co.st, &work_of, &e);
	backfill_done(&past);
	return stage_close(&co.st, &e);
}
