/*
 * potpress-enricher - ask VirusTotal about each new file, within the quota, and keep the answers.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "enricher/enricher.h"

static void
add_services(struct stage *st)
{
	const struct enricher_config *c = &st->config.enricher;

	stage_add_service(st, "virustotal", c->account, &c->service);
}

static const struct stage_spec SPEC = {
	.name = "enricher",
	.summary =
	    "asks VirusTotal about each new file, within the quota, and keeps the "
	    "answers",
	.queue = &queue_lookup,
	.add_services = add_services,
	.check = enricher_check,
};

static void
prepare(struct enricher *en)
{
	const struct enricher_config *c = &en->st.config.enricher;

	en->service = &en->st.services[0];
	vt_init(&en->vt, en->st.http, &c->service);
	en->rules = (struct verdict_rules){ c->malicious_from, c->verdicts_min };
	en->ledger = (struct ledger){ .db = &en->st.db,
		.provider = "virustotal",
		.account = c->account,
		.per_minute = c->per_minute,
		.per_day = c->per_day,
		.per_month = c->per_month,
		.timeout_s = c->service.timeout_s };
}

int
main(int argc, char **argv)
{
	struct enricher *en = calloc(1, sizeof *en);
	struct stage_work work = { .ctx = en, .step = enricher_step };
	struct err e = ERR_NONE;
	int status;

	if (en == NULL)
		return EXIT_ENVIRONMENT;
	status = stage_begin(&en->st, &SPEC, argc, argv);
	if (status < 0) {
		if (stage_open(&en->st, &SPEC, &e)) {
			prepare(en);
			stage_run(&en->st, &work, &e);
		}
		status = stage_close(&en->st, &e);
	}
	free(en);
	return status;
}
