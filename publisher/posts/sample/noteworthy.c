/*
 * noteworthy.c - see noteworthy.h: the rules.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/noteworthy.h"
#include "common/base/time.h"

#include <string.h>

#define RECENT_S (NOTEWORTHY_DAYS * DAY_S)

static bool
is_unknown(const struct noteworthy *n)
{
	return n->unknown && (n->captures > 1 || n->addresses > 1 || n->urls > 0);
}

/* By our own clock; a sensor's clock is not reliable enough. */
static bool
is_first(const struct noteworthy *n)
{
	return n->first_collected_at > 0 &&
	       n->first_submission_at > n->first_collected_at;
}

static bool
is_new_family(const struct noteworthy *n)
{
	return n->malicious && !n->family_known;
}

static bool
is_hardly_detected(const struct noteworthy *n)
{
	return n->malicious && n->detections <= NOTEWORTHY_ENGINES &&
	       n->first_submission_at > n->first_seen - RECENT_S;
}

static bool
is_wide(const struct noteworthy *n)
{
	return n->addresses >= NOTEWORTHY_ADDRESSES || n->honeypots > 1 || n->sensors > 1;
}

static bool
is_grave(const struct noteworthy *n)
{
	return n->grave && !n->grave_known;
}

static const struct {
	const char *reason;
	enum phrase sentence;
	bool (*holds)(const struct noteworthy *n);
} RULES[] = { { "unknown", PHRASE_REASON_UNKNOWN, is_unknown },
	{ "first", PHRASE_REASON_FIRST, is_first },
	{ "family", PHRASE_REASON_FAMILY, is_new_family },
	{ "hardly", PHRASE_REASON_HARDLY, is_hardly_detected },
	{ "wide", PHRASE_REASON_WIDE, is_wide },
	{ "grave", PHRASE_REASON_GRAVE, is_grave } };
#define RULE_COUNT ((int)(sizeof RULES / sizeof RULES[0]))

const char *
noteworthy_reason(const struct noteworthy *n, int *rank)
{
	for (*rank = 0; *rank < RULE_COUNT; (*rank)++)
		if (n->answered && !n->unwanted && RULES[*rank].holds(n))
			return RULES[*rank].reason;
	return NULL;
}

const char *
noteworthy_rule(int rank)
{
	return rank < RULE_COUNT ? RULES[rank].reason : NULL;
}

void
sample_put_reason(struct page *p, const char *reason)
{
	for (int i = 0; reason != NULL && i < RULE_COUNT; i++)
		if (strcmp(RULES[i].reason, reason) == 0) {
			html_text(&p->h, phrase(p->language, RULES[i].sentence));
			page_space(p);
		}
}
