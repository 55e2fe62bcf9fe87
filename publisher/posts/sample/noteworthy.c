/*
 * noteworthy.c - see noteworthy.h: the rules.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/noteworthy.h"
#include "common/base/time.h"

#include <string.h>

#define WIDTHS_TEXT_MAX 300
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

/* What can make a file wide, as bits of an index into WIDE. */
static const enum phrase WIDTHS[] = { PHRASE_WIDE_ADDRESSES, PHRASE_WIDE_HONEYPOTS,
	PHRASE_WIDE_SENSORS };
#define WIDTH_COUNT ((int)(sizeof WIDTHS / sizeof WIDTHS[0]))

static const char *const WIDE[1 << WIDTH_COUNT] = { NULL, "wide: addresses",
	"wide: honeypots", "wide: addresses, honeypots", "wide: sensors",
	"wide: addresses, sensors", "wide: honeypots, sensors",
	"wide: addresses, honeypots, sensors" };

static unsigned
widths(const struct noteworthy *n)
{
	return (n->addresses >= NOTEWORTHY_ADDRESSES ? 1U : 0) |
	       (n->honeypots > 1 ? 2U : 0) | (n->sensors > 1 ? 4U : 0);
}

static bool
is_wide(const struct noteworthy *n)
{
	return widths(n) != 0;
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
			return RULES[*rank].holds == is_wide ? WIDE[widths(n)]
							     : RULES[*rank].reason;
	return NULL;
}

const char *
noteworthy_rule(int rank)
{
	return rank < RULE_COUNT ? RULES[rank].reason : NULL;
}

static void
say(struct page *p, enum phrase sentence, const char *what)
{
	page_say(p, sentence, what, NULL);
	page_space(p);
}

static void
say_wide(struct page *p, unsigned all)
{
	auto_buf list = BUF_CUT(WIDTHS_TEXT_MAX);
	size_t count = (size_t)__builtin_popcount(all), at = 0;

	for (int i = 0; i < WIDTH_COUNT; i++)
		if ((all & 1U << i) != 0) {
			buf_puts(&list, page_before_member(p, at++, count));
			buf_puts(&list, phrase(p->language, WIDTHS[i]));
		}
	say(p, PHRASE_REASON_WIDE, buf_text(&list));
}

void
sample_put_reason(struct page *p, const char *reason)
{
	if (reason == NULL)
		return;
	for (int i = 0; i < RULE_COUNT; i++)
		if (RULES[i].holds != is_wide && strcmp(RULES[i].reason, reason) == 0)
			say(p, RULES[i].sentence, NULL);
	for (unsigned all = 1; all < 1U << WIDTH_COUNT; all++)
		if (strcmp(WIDE[all], reason) == 0)
			say_wide(p, all);
}
