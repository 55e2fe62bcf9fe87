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
article_show(struct article *a, const char *kind, const char *value)
{
	struct shown *s = &a->shown[a->shown_count];
	size_t len = strlen(value);

	if (a->shown_count == ARTICLE_SHOWN_MAX || len > SHOWN_VALUE_MAX)
		return;
	s->kind = kind;
	memcpy(s->value, value, len + 1);
	a->shown_count++;
}

bool
article_fill(struct article *a, const char *key, struct buf *title, struct buf *content,
    struct buf *excerpt, struct err *e)
{
	a->key = strdup(key);
	a->title = buf_take(title);
	a->content = buf_take(content);
	a->excerpt = buf_take(excerpt);
	if (a->key == NULL || a->title == NULL || a->content == NULL ||
	    a->excerpt == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
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
