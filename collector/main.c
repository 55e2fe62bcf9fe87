/*
 * potpress-collector - collect the hashes of newly captured files from T-Pot's Elasticsearch.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "collector/collector.h"
#include "common/base/calendar.h"

static void
add_services(struct stage *st)
{
	source_add_services(st, sources);
}

static void
check(struct stage *st, struct check *c)
{
	collector_check(st, sources, c);
}

static const struct stage_spec SPEC = {
	.name = "collector",
	.summary =
	    "collects the hashes of newly captured files from T-Pot's Elasticsearch",
	.single = true,
	.add_services = add_services,
	.options = collector_options,
	.check_options = collector_check_options,
	.check = check,
};

int
main(int argc, char **argv)
{
	struct collector co = { .backfill = NULL };
	struct backfill past = { .phase = BACKFILL_LIST };
	struct stage_work work_of = { .ctx = &co, .step = collector_step };
	struct err e = ERR_NONE;
	int status = stage_begin(&co.st, &SPEC, &co.asked, argc, argv);

	if (status >= 0)
		return status;
	calendar_zone(co.st.config.general.timezone);
	if (co.asked.since.given) {
		co.backfill = &past;
		co.st.single = false;
	}
	if (stage_open(&co.st, &SPEC, &e) && collector_init(&co, sources, &e))
		stage_run(&co.st, &work_of, &e);
	backfill_done(&past);
	collector_done(&co);
	return stage_close(&co.st, &e);
}
