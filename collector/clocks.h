/*
 * clocks.h - names the sensors whose clock is wrong, once a day: view clocks.
 *
 * How long after its own time a document was read shows it, by the rules in schema.sql, view clock_day.
 * Names go to the log and to the database; a post has them only by sensor_names.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_CLOCKS_H
#define POTPRESS_COLLECTOR_CLOCKS_H

#include "collector/source.h"

/* A document that comes up to so much later than `interval` says nothing about a clock. */
#define CLOCKS_USUAL_S 600

/* Logs the sensors of a source, if that was not done within a day. */
bool clocks_look(struct source *src, struct stage *st, int64_t now, struct err *e);

#endif
