/*
 * kinds.c - see kind.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/digest/digest.h"
#include "publisher/posts/kind.h"
#include "publisher/posts/sample/sample.h"

const struct post_kind *const post_kinds[] = { &post_kind_sample, &post_kind_digest,
	NULL };

const struct post_kind *
post_kind_find(const struct post_kind *const kinds[], const char *name, struct err *e)
{
	for (; *kinds != NULL; kinds++)
		if (strcmp((*kinds)->name, name) == 0)
			return *kinds;
	err_set(e, FAULT_REJECT, "this version has no posts of kind %s", name);
	return NULL;
}
