/*
 * monitors.c - see monitors.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/monitors.h"

static bool
is_monitor(const struct list *monitors, const struct origin *o)
{
	if (o->src_ip[0] == '\0' || o->claimed)
		return false;
	for (size_t i = 0; i < monitors->count; i++)
		if (ip_is_in(o->src_ip, monitors->items[i]))
			return true;
	return false;
}

void
monitors_mark(const struct list *monitors, struct hit_list *hits)
{
	for (size_t i = 0; i < hits->count; i++)
		hits->items[i].own = is_monitor(monitors, &hits->items[i].origin);
}
