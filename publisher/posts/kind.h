/*
 * kind.h - the kinds of posts, as named in table post, and how a row of each becomes an article.
 *
 * A new kind is a folder beside sample/ that defines one struct post_kind, and a line in publisher/kinds.c. A
 * trigger or `plan` creates the rows of the kind, with their slugs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POSTS_KIND_H
#define POTPRESS_POSTS_KIND_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/config/config.h"
#include "common/db/db.h"
#include "common/outgoing/gate.h"
#include "publisher/page/phrases.h"
#include "publisher/page/span.h"
#include "publisher/posts/article.h"
#include "publisher/store/store.h"

/* Which files get a post of their own. */
enum sample_posts { SAMPLE_POSTS_ALL, SAMPLE_POSTS_NOTEWORTHY, SAMPLE_POSTS_NONE };

/* Settings that all posts of a site share. */
struct post_options {
	enum language language;
	const char *timezone;
	bool engine_names;
	const struct list *sensor_names; /* "host: Public name" */
	int64_t publish_after_s; /* after the first capture */
	enum sample_posts sample_posts;
	int64_t posts_per_day; /* about noteworthy files */
	const char *category, *digest_category; /* slugs */
	bool digests[SPAN_COUNT]; /* which of them are published */
	bool charts, map; /* pictures in digests */
	int64_t digest_after_s; /* the end of the period */
	int64_t digest_catch_up; /* days: older periods get none */
};

struct post_kind {
	const char *name; /* post.kind */
	const char
	    *marker; /* prefix of the id of the first block; the row's key follows */
	/* Makes the rows that are due; *next_at: when there may be more. NULL: triggers make them. */
	bool (*plan)(struct db *db, const struct post_options *o, int64_t now,
	    int64_t *next_at, struct err *e);
	/* Decides which of the pending rows are published at all; *more: there are further ones. NULL:
	 * all of them. */
	bool (*judge)(struct db *db, const struct post_options *o, int64_t now,
	    bool *more, struct err *e);
	/* Whether the row has passed `judge`. NULL: there is none. */
	bool (*is_judged)(const struct post_row *row, const struct post_options *o);
	/* The slug of the category of its posts. */
	const char *(*category)(const struct post_options *o);
	/* When a published row is rendered again; 0: never. NULL: triggers say so. */
	int64_t (*next_look)(
	    const struct post_row *row, const struct post_options *o, int64_t now);
	/* The earliest time to publish the row; 0: at once. */
	int64_t (*not_before)(const struct post_row *row, const struct post_options *o);
	/* The facts for the post; released by `release`; NULL with a fault. FAULT_REJECT if there is
	 * nothing to publish. */
	void *(*load)(struct db *db, const struct post_row *row,
	    const struct post_options *o, int64_t now, struct err *e);
	void (*release)(void *facts);
	/* Adds the post's pictures to the article; NULL: posts of this kind have none. */
	bool (*draw)(const void *facts, const struct post_options *o, struct article *out,
	    struct err *e);
	/* A pure function of the facts and of where the article's pictures are. FAULT_REJECT when the page
	 * cannot be written within its limits. The caller releases the article in either case. */
	bool (*render)(const void *facts, const struct post_options *o, struct gate *gate,
	    struct article *out, struct err *e);
};

/* All kinds, ended by NULL. */
extern const struct post_kind *const post_kinds[];
/* The kind of this name; NULL with FAULT_REJECT if there is none. */
const struct post_kind *post_kind_find(
    const struct post_kind *const kinds[], const char *name, struct err *e);

#endif
