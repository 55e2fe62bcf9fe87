/*
 * types.h - which documents are attacks: T-Pot's types of honeypots, as data.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_TYPES_H
#define POTPRESS_DAYS_TYPES_H

#include <stdbool.h>

/* A honeypot whose documents T-Pot's own dashboard counts as attacks. */
struct attack_type {
	const char *name; /* as in `type`; NULL ends the table */
	/* What is in exactly one document of a visit; NULL: nothing is. */
	const char *visit_field, *visit;
};
extern const struct attack_type attack_types[];

/* An attack, or one of T-Pot's other types: alerts, fingerprints, its own web server. */
bool types_is_known(const char *type);

#endif
