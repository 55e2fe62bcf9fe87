/*
 * survey.h - checks that each profile finds documents if its honeypot writes any.
 *
 * Without this, a profile whose fields have other names in this T-Pot looks like a quiet honeypot.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SURVEY_H
#define POTPRESS_SURVEY_H

#include "collector/elastic/elastic.h"

#define SURVEY_SENTENCE_MAX 400

struct survey {
	const struct profile *profile; /* NULL ends a list */
	int64_t documents; /* of the honeypot, in all indices of the pattern */
	/* that the profile selects; of a rare one: that it could */
	int64_t selected;
};

/* One search. If a shard does not answer it is an outage, as the counts are not known. */
bool survey_profiles(struct elastic *el, const struct profile *const *chosen,
    struct survey out[PROFILES_MAX], struct err *e);
/* True if the honeypot writes but its profile finds nothing; `sentence` then says so, with the fix. */
bool survey_is_silent(const struct survey *s, struct buf *sentence);

/* Parts of it: the body of the search (caller frees; NULL with the fault), and its answer. */
char *survey_body(const struct profile *const *chosen, struct err *e);
bool survey_answer(const struct profile *const *chosen, const cJSON *answer,
    struct survey out[PROFILES_MAX], struct err *e);

#endif
