/*
 * article.h - a post as sent to the site: title, content, excerpt, tags.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POSTS_ARTICLE_H
#define POTPRESS_POSTS_ARTICLE_H

#include <stddef.h>
#include <stdint.h>

#define ARTICLE_CONTENT_MAX (512 << 10) /* bytes; servers commonly accept 1 MB */
#define ARTICLE_TITLE_MAX 400
#define ARTICLE_EXCERPT_MAX 1200
#define ARTICLE_TAGS_MAX 6

struct article_tag {
	char slug[64], name[64];
};

struct article {
	char *key, *title, *content, *excerpt; /* owned */
	struct article_tag tags[ARTICLE_TAGS_MAX];
	size_t tag_count;
	int64_t captures; /* as printed */
};
/* Accepts a half-built article. */
void article_done(struct article *a);

#endif
