/*
 * ties.h - by what a file may be related to others.
 *
 * A test file has none. A family counts if the verdict is malicious, since a name that few engines give is
 * no ground; hosts count unless the file is known software, which everybody may fetch anywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_TIES_H
#define POTPRESS_SAMPLE_TIES_H

#include "publisher/posts/sample/host.h"

#define SAMPLE_TIE_MAX 64 /* bytes of a family */

struct sample_ties {
	char family[SAMPLE_TIE_MAX + 1]; /* in lower case; "": none */
	struct sample_host hosts[SAMPLE_ROWS_MAX];
	size_t host_count;
	const char *tlsh; /* of the facts; NULL: none */
};

void sample_ties(const struct sample_facts *f, struct sample_ties *out);

#endif
