/*
 * post_sensor.c - see post_sensor.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/post_sensor.h"

#include <string.h>

char *
post_sensor_name(const struct list *names, const char *sensor)
{
	size_t len = strlen(sensor);

	for (size_t i = 0; names != NULL && i < names->count; i++) {
		const char *item = names->items[i];

		if (strncmp(item, sensor, len) == 0 && item[len] == ':')
			return strdup(item + len + 1 + strspn(item + len + 1, " "));
	}
	return NULL;
}
