/*
 * alerts.h - sends alerts about events: rules find events and make rows of table message, which are
 * sent as messages.
 *
 * The publisher calls alerts_step in each round. Everything waits in the database, so that a kill at
 * any instruction loses nothing. If an answer is lost, the message is sent again: until it is answered
 * to targets that recognise repeated messages, once to others, where it may appear twice.
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
	int64_t looked_at; /* when events were last searched for; 0: not yet */
	struct delivery *deliveries; /* one for each target, owned; NULL: not open */
};

/* Adds a service for each target of the configuration; part of add_services. */
void alerts_add_services(struct stage *st);
/* To be called at the start: new targets get no events from before. gate and sensor_names are kept by
 * reference. */
bool alerts_open(
    struct alerts *al, struct stage *st, const struct alert_voice *voice, struct err *e);
/* Searches for events at most every few seconds, starts to send due messages and settles answered ones,
 * without waiting for a target. *wake_at: call it again then at the latest; *busy: at once. */
bool alerts_step(
    struct alerts *al, int64_t now, int64_t *wake_at, bool *busy, struct err *e);
/* Milliseconds within which alerts_step must be called again, as messages are in flight; -1: none is. */
int alerts_in_flight(const struct alerts *al);
/* After a request to stop, and after each wait for messages in flight: settles answered ones. */
bool alerts_stop(struct alerts *al, struct err *e);
/* Drops messages in flight; their rows are freed at the next start. */
void alerts_close(struct alerts *al);
/* --check: whether the targets are reachable. send: each also gets a test message. */
void alerts_check(struct stage *st, struct check *c, bool send);

#endif
