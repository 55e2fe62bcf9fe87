/*
 * targets.c - the types of targets.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/alerts/targets.h"

static const struct alert_target *const TARGETS[] = {
	&alert_slack,
	&alert_discord,
	&alert_mattermost,
	&alert_teams,
	&alert_ntfy,
	&alert_gotify,
	&alert_telegram,
	&alert_matrix,
	&alert_email,
	&alert_webhook,
	&alert_command,
	NULL,
};

const struct alert_target *
alert_target_of(const char *type)
{
	for (size_t i = 0; TARGETS[i] != NULL; i++)
		if (strcmp(TARGETS[i]->type, type) == 0)
			return TARGETS[i];
	return NULL;
}
