/*
 * potpress-enricher - looks up each new file at the providers, within their quota, and stores the
 * answers.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "common/outgoing/identities.h"
#include "enricher/enricher.h"

static void
add_services(struct stage *st)
{
	for (int i = 0; providers[i] != NULL; i++) {
		struct account account = providers[i]->account(&st->config);

		stage_add_service(st, providers[i]->name, account.name, account.service);
	}
}

static const struct option_row OPTIONS[] = {
	{ "reparse", 0, OPTION_FLAG, offsetof(struct enricher_options, reparse), NULL,
	    "read all stored reports again, then exit; VirusTotal is not asked", true },
	{ 0 },
};

static const struct stage_spec SPEC = {
	.name = "enricher",
	.summary =
	    "asks VirusTotal about each new file, within the quota, and keeps the "
	    "answers",
	.queue = &queue_lookup,
	.add_services = add_services,
	.options = OPTIONS,
	.check = enricher_check,
};

int
main(int argc, char **argv)
{
	struct enricher *en = calloc(1, sizeof *en);
	struct stage_work work = {
		.ctx = en, .step = enricher_step, .stop = enricher_stop
	};
	struct err e = ERR_NONE;
	int status;

	if (en == NULL)
		return EXIT_ENVIRONMENT;
	status = stage_begin(&en->st, &SPEC, &en->asked, argc, argv);
	if (en->asked.reparse)
		work.step = enricher_reparse;
	if (status < 0) {
		if (stage_open(&en->st, &SPEC, &e) &&
		    identities_make_noise(&en->st.db, &e) &&
		    enricher_open_desks(en, providers, &e))
			stage_run(&en->st, &work, &e);
		enricher_close_desks(en);
		status = stage_close(&en->st, &e);
	}
	free(en);
	return status;
}
