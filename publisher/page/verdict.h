/*
 * verdict.h - the verdict of VirusTotal's answer in one word, as in analysis.verdict.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_VERDICT_H
#define POTPRESS_PAGE_VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_MALICIOUS,
	VERDICT_SUSPICIOUS,
	VERDICT_KNOWN_GOOD,
	VERDICT_UNDETECTED,
	VERDICT_INCONCLUSIVE,
	VERDICT_NOT_ANALYSED,
	VERDICT_UNKNOWN,
	VERDICT_COUNT
};

/* False for any other word. */
bool verdict_parse(const char *word, enum verdict *out);
const char *verdict_word(enum verdict v);

#endif
