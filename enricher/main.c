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
		struct account account;

		if (!provider_is_wanted(providers[i], &st->config))
			continue;
		account = providers[i]->account(&st->config);
		stage_add_service(st, providers[i]->name, account.name, account.service);
	}
}

static const struct stage_spec SPEC = {
	.name = "enricher",
	.summary =
	    "asks VirusTotal about each new file, within the quota, and keeps the "
	    "answers",
	.queue = &queue_lookup,
	.add_services = add_services,
	.options = enricher_options,
	.check_options = enricher_check_options,
	.check = enricher_check,
};

static void
choose_work(const struct enricher *en, struct stage_work *work)
{
	if (en->asked.reparse)
		work->step = enricher_reparse;
	if (en->asked.import.given)
		work->step = enricher_import;
	if (!en->asked.ask.given)
		return;
	work->step = enricher_ask;
	work->stop = enricher_ask_stop;
}

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
	choose_work(en, &work);
	if (status < 0) {
		if (stage_open(&en->st, &SPEC, &e) &&
		    identities_make_noise(&en->st.db, &e) &&
		    enricher_set_optional(en, providers, &e) &&
		    enricher_open_desks(en, providers, &e))
			stage_run(&en->st, &work, &e);
		enricher_close_desks(en);
		status = stage_close(&en->st, &e);
		enricher_ask_done(en);
		if (en->asked.import.given)
			status = enricher_import_done(en, status);
	}
	free(en);
	return status;
}
