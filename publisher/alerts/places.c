/*
 * places.c - the configured targets, and the service of each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/internal.h"

const struct alert_config *
alerts_config(const struct stage *st, size_t i)
{
	return st->config.alerts.values[i];
}

/* They are the last services of the stage, in the order of the configuration. */
struct service *
alerts_service(const struct alerts *al, size_t i)
{
	struct stage *st = al->st;

	return &st->services[st->service_count - st->config.alerts.count + i];
}

void
alerts_add_services(struct stage *st)
{
	for (size_t i = 0; i < st->config.alerts.count; i++)
		stage_add_service(st, "alert", st->config.alerts.names[i],
		    &alerts_config(st, i)->service);
}
