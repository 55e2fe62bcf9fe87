/*
 * post_sensor.h - the public name of a sensor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POST_SENSOR_H
#define POTPRESS_POST_SENSOR_H

#include "common/config/config.h"

/* The public name of a sensor in "host: Public name", owned by the caller; NULL: it has none. */
char *post_sensor_name(const struct list *names, const char *sensor);

#endif
