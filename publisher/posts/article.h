/*
 * article.h - a post as sent to the site: title, content, excerpt, tags, pictures.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POSTS_ARTICLE_H
#define POTPRESS_POSTS_ARTICLE_H

#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/sha256.h"
#include "publisher/store/shown.h"

#define ARTICLE_CONTENT_MAX (512 << 10) /* bytes; servers commonly accept 1 MB */
#define ARTICLE_TITLE_MAX 400
#define ARTICLE_EXCERPT_MAX 1200
#define ARTICLE_TAGS_MAX 6

/* Of a file: family, TLSH, hosts, titles of related posts; of a digest: titles. */
#define ARTICLE_SHOWN_MAX SHOWN_TITLES_MAX

struct article_tag {
	char slug[64], name[64];
};

/* A PNG picture. The same numbers give the same bytes, so it is known by their hash. */
#define ARTICLE_PICTURES_MAX 2
#define ARTICLE_URL_MAX 1024
struct picture {
	const char *role; /* which of the post's pictures: bars, map */
	struct buf png; /* owned */
	char sha256[SHA256_HEX_MAX];
	char url[ARTICLE_URL_MAX]; /* where it is; "": nowhere, so the page lacks it */
};

struct article {
	char *key, *title, *content, *excerpt; /* owned */
	struct article_tag tags[ARTICLE_TAGS_MAX];
	size_t tag_count;
	int64_t captures; /* as printed */
	struct picture pictures[ARTICLE_PICTURES_MAX];
	size_t picture_count;
	struct shown shown[ARTICLE_SHOWN_MAX];
	size_t shown_count;
	size_t related_at, related_len; /* where its content links to related posts */
};
/* The picture with this role that the page may show; NULL: there is none. */
const struct picture *article_picture(const struct article *a, const char *role);
/* Notes what the page shows; a value that is too long is left out. */
void article_show(struct article *a, const char *kind, const char *value);
/* Takes the texts of the buffers; out of memory is FAULT_FATAL. */
bool article_fill(struct article *a, const char *key, struct buf *title,
    struct buf *content, struct buf *excerpt, struct err *e);
/* Accepts a half-built article. */
void article_done(struct article *a);

#endif
