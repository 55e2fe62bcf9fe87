/*
 * article.c - see article.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/article.h"

#include <stdlib.h>

void
article_done(struct article *a)
{
	free(a->key);
	free(a->title);
	free(a->content);
	free(a->excerpt);
	*a = (struct article){ .title = NULL };
}
