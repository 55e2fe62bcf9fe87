/*
 * targets.c - the types of targets.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/alerts/target.h"

static const struct alert_target *const TARGETS[] = {
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
