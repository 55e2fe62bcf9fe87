/*
 * sensor_name.c - see sensor_name.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/sensor_name.h"

#include <string.h>

const char *
sensor_name(const struct list *names, const char *sensor)
{
	size_t len = strlen(sensor);

	for (size_t i = 0; names != NULL && i < names->count; i++) {
		const char *item = names->items[i];

		if (strncmp(item, sensor, len) == 0 && item[len] == ':')
			return item + len + 1 + strspn(item + len + 1, " ");
	}
	return NULL;
}
