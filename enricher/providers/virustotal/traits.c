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

struct agreement {
	int labels, agree;
};

/* How many engines used one of the words in their label, and how many could have; that is not counted if
 * none did. */
static struct agreement
engines_with(const struct report *r, const char *const *words, size_t n)
{
	struct agreement a = { 0, 0 };
	const char *label;

	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;)
		a.agree += label_has_any(label, words, n);
	if (a.agree == 0)
		return a;
	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;)
		a.labels += label_has_any(label, words, n) ||
			    (label[0] != '\0' && !label_is_guess(label));
	return a;
}

#define COUNT(r, words) engines_with(r, words, sizeof(words) / sizeof(words)[0])

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

bool
traits_is_unwanted(const struct report *r)
{
	static const char *const WORDS[] = { "adware", "appl", "application",
		"applicunsaf", "applicunwnt", "bundler", "grayware", "greyware",
		"nettool", "optional", "potentially", "potunwan", "ptua", "pua",
		"puaadvertising", "puabundler", "puadlmanager", "puamson", "puatorrent",
		"puf", "pup", "pus", "puw", "remoteadmin", "risktool", "riskware",
		"riskwaretool", "softwarebundler", "spr", "tool", "unwaders", "unwanted",
		"unwnt" };
	struct agreement a = COUNT(r, WORDS);

	return is_unwanted_category(r->category) || 2 * a.agree > a.labels;
}

bool
traits_is_test_file(const struct report *r)
{
	static const char *const WORDS[] = { "amtso", "eicar", "eicartest",
		"eicartestfile", "gtube", "testfile", "testvirus", "wicar" };
	struct agreement a = COUNT(r, WORDS);

	/* A larger file may only contain the text that a few engines look for anywhere. */
	if (r->size > TEST_FILE_MAX && a.agree < TEST_ENGINES_MIN)
		return false;
	return a.agree > 0 && 2 * a.agree >= a.labels;
}
