/*
 * rules.h - the events that are worth an alert: one table of rules, each with its condition and its
 * sentence.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_RULES_H
#define POTPRESS_ALERTS_RULES_H

#include "common/config/config.h"
#include "common/db/db.h"
#include "common/outgoing/gate.h"

#define ALERT_ARGUMENTS 4
#define ALERT_ARGUMENT_MAX 160 /* bytes of each */
#define ALERT_BODY_TEXT_MAX 700 /* bytes of one sentence */
#define ALERT_EVENTS_MAX 500 /* of one rule and search; the next search finds the rest */

struct alert_rule {
	const char *name; /* as in the key `events` */
	bool trouble; /* about potpress itself */
	bool by_answer; /* examines only new answers of VirusTotal */
	const char *sql; /* NULL: found otherwise (watch.c) */
	/* bits: arguments that are our own words, hashes or dates, which are not guarded; after the
	 * word "sensor" comes a sensor's host, of which only the public name is shown */
	unsigned own;
	/* In English and Japanese. %1 is the first argument of the sentence; {...} is omitted if an
	 * argument in it is missing. */
	const char *title[2], *sentence[2];
};

/* Ended by name NULL. */
extern const struct alert_rule alert_rules[];
/* NULL: no such rule. */
const struct alert_rule *alert_rule_of(const char *name);

/* One event. Missing texts are NULL. */
struct alert_event {
	const char *key; /* unique: rule, subject, for some rules the day */
	int64_t at;
	const char *arguments[ALERT_ARGUMENTS];
	const char *link; /* of our own post */
};

/* The language, and what must not be published. */
struct alert_voice {
	bool japanese;
	struct gate *gate;
	const struct list *sensor_names; /* "host: Public name" */
};
/* Appends the sentence of an event: one line of guarded, defanged text. */
void alert_rule_put(struct buf *out, const struct alert_rule *rule,
    const struct alert_event *event, const struct alert_voice *voice);
/* Whether the target gets events of this rule. */
bool alert_rule_is_wanted(const struct alert_rule *rule, const struct alert_config *c);

#endif
