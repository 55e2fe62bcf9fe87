/*
 * ties.c - see ties.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/ties.h"

#include <ctype.h>
#include <string.h>

static void
put_family(const char *family, char out[SAMPLE_TIE_MAX + 1])
{
	size_t len = strlen(family);

	for (size_t i = 0; i <= len && len <= SAMPLE_TIE_MAX; i++)
		out[i] = (char)tolower((unsigned char)family[i]);
}

void
sample_ties(const struct sample_facts *f, struct sample_ties *out)
{
	*out = (struct sample_ties){ .tlsh = NULL };
	if (f->test_file)
		return;
	if (f->verdict == VERDICT_MALICIOUS && f->family != NULL)
		put_family(f->family, out->family);
	if (f->verdict != VERDICT_KNOWN_GOOD)
		out->host_count = sample_public_hosts(f, out->hosts);
	out->tlsh = f->tlsh;
}
