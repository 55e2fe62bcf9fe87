/*
 * alerts.h - tells people what happened: rules become rows of table message, and rows become messages.
 *
 * The publisher calls alerts_step in each round. Everything waits in the database, so that a kill at any
 * instruction loses nothing. A lost answer is tried again where the target knows repeated messages; elsewhere
 * once, so that a message comes twice at most.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_ALERTS_H
#define POTPRESS_ALERTS_ALERTS_H

#include "common/outgoing/gate.h"
#include "common/stage/stage.h"
#include "publisher/alerts/rules.h"

struct alerts {
	struct stage *st;
	struct alert_voice voice;
	struct queue queue; /* table message */
	int64_t looked_at; /* when it was last looked for events; 0: not yet */
};

/* Adds a service for each target of the configuration; part of add_services. */
void alerts_add_services(struct stage *st);
/* Begins: new targets are told nothing of the past. gate and sensor_names are kept by reference. */
bool alerts_open(
    struct alerts *al, struct stage *st, const struct alert_voice *voice, struct err *e);
/* Looks for events at most every few seconds, and sends at most one message. *wake_at is when to call it again
 * at the latest; *busy: at once. */
bool alerts_step(
    struct alerts *al, int64_t now, int64_t *wake_at, bool *busy, struct err *e);
/* --check: are the targets reachable? send: each also gets a message for a test. */
void alerts_check(struct stage *st, struct check *c, bool send);

#endif
