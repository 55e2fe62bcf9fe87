/*
 * monitors.h - recognises captures made by the operator's own monitoring, which are not stored.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_MONITORS_H
#define POTPRESS_COLLECTOR_MONITORS_H

#include "collector/documents/hit.h"

/* Marks the hits from these addresses and networks. A source that a client only claims proves nothing: an
 * attacker who knows the monitoring could hide behind it. */
void monitors_mark(const struct list *monitors, struct hit_list *hits);

#endif
