/*
 * article.c - see article.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/article.h"

#include <stdlib.h>
#include <string.h>

const struct picture *
article_picture(const struct article *a, const char *role)
{
	for (size_t i = 0; i < a->picture_count; i++)
		if (strcmp(a->pictures[i].role, role) == 0 &&
		    a->pictures[i].url[0] != '\0')
			return &a->pictures[i];
	return NULL;
}

void
article_done(struct article *a)
{
	free(a->key);
	free(a->title);
	free(a->content);
	free(a->excerpt);
	for (size_t i = 0; i < a->picture_count; i++)
		buf_done(&a->pictures[i].png);
	*a = (struct article){ .title = NULL };
}
