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

static bool
is_among(const char *const slugs[], size_t count, const char *slug)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(slugs[i], slug) == 0)
			return true;
	return false;
}

size_t
post_kind_categories(const struct post_kind *const kinds[], const struct post_options *o,
    const char *out[POST_CATEGORIES_MAX])
{
	size_t count = 0;

	for (; *kinds != NULL && count < POST_CATEGORIES_MAX; kinds++) {
		const char *slug = (*kinds)->category(o);

		/* --check goes on with values that could not be read, which are NULL. */
		if ((*kinds)->is_wanted(o) && slug != NULL && !is_among(out, count, slug))
			out[count++] = slug;
	}
	return count;
}
