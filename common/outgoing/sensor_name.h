/*
 * sensor_name.h - the public name of a sensor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_SENSOR_NAME_H
#define POTPRESS_OUTGOING_SENSOR_NAME_H

#include "common/config/config.h"

/* The public name of the sensor in `names` ("host: Public name"), which own it; NULL: it has none. */
const char *sensor_name(const struct list *names, const char *sensor);

#endif
