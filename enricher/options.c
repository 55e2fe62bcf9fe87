/*
 * options.c - the enricher's own options: what is done by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "enricher/enricher.h"

#define TO(member) offsetof(struct enricher_options, member)

const struct option_row enricher_options[] = {
	{ "ask", 0, OPTION_OPERANDS, TO(ask), "HASH...",
	    "look these files up first, print each answer, then exit", OPTION_MODE,
	    NULL },
	{ "import", 0, OPTION_OPERANDS, TO(import), "FILE...",
	    "take in saved reports (JSON), then exit; no provider is asked",
	    OPTION_MODE_OFFLINE, NULL },
	{ "reparse", 0, OPTION_FLAG, TO(reparse), NULL,
	    "read all stored reports again, then exit; no provider is asked",
	    OPTION_MODE_OFFLINE, NULL },
	{ 0 },
};

static void
name_what_is_no_hash(const struct option_operands *o, struct buf *wrong)
{
	const char *before = "not an MD5, SHA-1 or SHA-256: ";

	for (int i = 0; i < o->count; i++) {
		struct hash hash;

		if (hash_parse(&hash, o->items[i], strlen(o->items[i])))
			continue;
		buf_printf(wrong, "%s'%s'", before, o->items[i]);
		before = ", ";
	}
}

void
enricher_check_options(const void *own, struct buf *wrong)
{
	const struct enricher_options *o = own;

	name_what_is_no_hash(&o->ask, wrong);
}
