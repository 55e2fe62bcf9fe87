/*
 * service.h - one service that a stage asks, as one account of it.
 *
 * A stage has as many as it adds (stage_add_service). Each is paused and probed by itself: what one
 * answers says nothing of another, nor of another account at the same service.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_SERVICE_H
#define POTPRESS_STAGE_SERVICE_H

#include "common/config/config.h"

struct service {
	const char *stage; /* whose it is */
	const char *name; /* as in table pause, for messages too: "virustotal" */
	const char *account; /* the name of the key or login, never the key */
	const struct service_config *config;
	/* In this process: the one request that tries whether a pause is over is ours ... */
	bool probing;
	bool
	    vouched; /* ... and a look of ours was answered since the pause was last set */
};

#endif
