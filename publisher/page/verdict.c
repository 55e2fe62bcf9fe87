/*
 * verdict.c - see verdict.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/verdict.h"

#include <string.h>

static const char *const WORDS[VERDICT_COUNT] = {
	[VERDICT_MALICIOUS] = "malicious",
	[VERDICT_SUSPICIOUS] = "suspicious",
	[VERDICT_KNOWN_GOOD] = "known_good",
	[VERDICT_UNDETECTED] = "undetected",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_NOT_ANALYSED] = "not_analysed",
	[VERDICT_UNKNOWN] = "unknown",
};

bool
verdict_parse(const char *word, enum verdict *out)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (strcmp(WORDS[v], word) == 0) {
			*out = (enum verdict)v;
			return true;
		}
	return false;
}

const char *
verdict_word(enum verdict v)
{
	return WORDS[v];
}
