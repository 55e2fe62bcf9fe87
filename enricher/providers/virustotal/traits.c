/*
 * traits.c - see traits.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/traits.h"

#include <string.h>
#include <strings.h>

#include "enricher/providers/report.h"
#include "enricher/providers/virustotal/labels.h"

#define TEST_FILE_MAX 1024 /* bytes; EICAR's has 68, and at most 128 with blanks */
#define TEST_ENGINES_MIN 5

/* How many engines say it in their label, and how many could have. */
struct agreement {
	int agree, labels;
};

static void
count(struct agreement *a, bool says, bool could_say)
{
	a->agree += says;
	a->labels += says || could_say;
}

static bool
is_unwanted_category(const char *category)
{
	static const char *const WORDS[] = { "pua", "pup", "adware", "riskware",
		"grayware" };

	for (size_t i = 0; category != NULL && i < sizeof WORDS / sizeof WORDS[0]; i++)
		if (strcasecmp(category, WORDS[i]) == 0)
			return true;
	return false;
}

static bool
is_test_file(const struct report *r, const struct agreement *a)
{
	/* A larger file may only contain the text that a few engines look for anywhere. */
	if (r->size > TEST_FILE_MAX && a->agree < TEST_ENGINES_MIN)
		return false;
	return a->agree > 0 && 2 * a->agree >= a->labels;
}

void
traits_find(struct report *r)
{
	struct agreement unwanted = { 0, 0 }, test = { 0, 0 };
	const char *label;

	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;) {
		unsigned senses = label_senses(label);
		bool names = label[0] != '\0' && (senses & LABEL_GUESS) == 0;

		count(&unwanted, (senses & LABEL_UNWANTED) != 0, names);
		count(&test, (senses & LABEL_TEST) != 0, names);
	}
	r->pua =
	    is_unwanted_category(r->category) || 2 * unwanted.agree > unwanted.labels;
	r->test_file = is_test_file(r, &test);
}
