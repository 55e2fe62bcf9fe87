/*
 * profile.h - how each honeypot's documents are understood: data, one row per honeypot.
 *
 * The names of the fields are those of T-Pot's Logstash documents; paths are looked up as nested
 * objects and as literal dotted keys.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PROFILE_H
#define POTPRESS_PROFILE_H

#include <stddef.h>

#include "common/config.h"
#include "common/json.h"

#define PROFILE_VALUES_MAX 4

struct profile {
	const char *name; /* as in `profiles` of the configuration */
	const char *honeypot; /* T-Pot's type */
	/* What selects a document: the field holds one of the values; without values: it exists. */
	const char *select;
	const char *values[PROFILE_VALUES_MAX];
	/* of `select`: the attacker sent the file; NULL: always */
	const char *upload_value;
	const char *hash; /* a text or a list of texts */
	const char *url, *session;
	/* the first that is there and not empty */
	const char *file_names[PROFILE_VALUES_MAX];
};

extern const struct profile profiles[]; /* ended by name NULL */
extern const char *const profile_fields[]; /* every field that is read; ended by NULL */

#define PROFILES_MAX 16
/* The profiles the configuration names, all when it names none; ended by NULL. */
void profile_choose(const struct list *names, const struct profile *chosen[PROFILES_MAX]);
/* The profile that selects this document, or NULL. */
const struct profile *profile_of(
    const struct profile *const *chosen, const cJSON *source);
/* The part of a query that selects the documents of these profiles; the caller owns it. */
cJSON *profile_query(const struct profile *const *chosen);

#endif
