/*
 * service.h - one service that a stage uses, with one account.
 *
 * A stage has as many as it adds (stage_add_service). Each is paused and probed separately: an answer
 * says nothing about other services, nor about other accounts at the same service.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_SERVICE_H
#define POTPRESS_STAGE_SERVICE_H

#include "common/config/config.h"

struct service {
	const char *stage; /* the stage it belongs to */
	const char *name; /* as in table pause and in messages: "virustotal" */
	const char *account; /* the name of the key or login, never the key */
	const struct service_config *config;
	/* In this process: our request is the one that tests whether the pause is over ... */
	bool probing;
	/* ... and our probe was answered since the pause was last set */
	bool vouched;
};

#endif
