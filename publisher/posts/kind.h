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

/* Which files get their own post. */
enum sample_posts { SAMPLE_POSTS_ALL, SAMPLE_POSTS_NOTEWORTHY, SAMPLE_POSTS_NONE };

/* Settings that all posts of a site share. */
struct post_options {
	enum language language;
	const char *timezone;
	const char *site; /* its address, as in post.site; NULL: no related posts */
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

/* Order: `plan` at its time, then `judge`, until there are no further rows. Of each row that is due:
 * `not_before`, `is_judged`, `category`, then load, draw and render, and release after load in any
 * case. Only load, draw and render are called for --preview (there `is_judged` as well), for the search
 * for new identities and ahead of a row's turn. `next_look` after a row was published. All are asked with
 * the same options. NULL only where it says so. */
struct post_kind {
	const char *name; /* post.kind */
	/* prefix of the id of the first block; the row's key follows */
	const char *marker;
	/* Whether the settings ask for posts of this kind; rows that are there already are kept up to
	 * date in either case. */
	bool (*is_wanted)(const struct post_options *o);
	/* The slug of the category of its posts. */
	const char *(*category)(const struct post_options *o);
	/* Makes the rows that are due; *next_at: when there may be more. Own transactions. NULL: triggers
	 * make them. */
	bool (*plan)(struct db *db, const struct post_options *o, int64_t now,
	    int64_t *next_at, struct err *e);
	/* Decides which of the pending rows are published at all; *more: there are further ones. Own
	 * transactions. NULL: all of them. */
	bool (*judge)(struct db *db, const struct post_options *o, int64_t now,
	    bool *more, struct err *e);
	/* Whether the row has passed `judge`. NULL exactly if there is none. */
	bool (*is_judged)(const struct post_row *row, const struct post_options *o);
	/* The earliest time to publish the row; 0: at once. */
	int64_t (*not_before)(const struct post_row *row, const struct post_options *o);
	/* The facts for the post; released by `release`; NULL with a fault. FAULT_REJECT if there is
	 * nothing to publish. Reads only. */
	void *(*load)(struct db *db, const struct post_row *row,
	    const struct post_options *o, int64_t now, struct err *e);
	void (*release)(void *facts);
	/* Adds the post's pictures to the article; NULL: posts of this kind have none. */
	bool (*draw)(const void *facts, const struct post_options *o, struct article *out,
	    struct err *e);
	/* A pure function of the facts and of where the article's pictures are, which the site may have
	 * told between draw and render. FAULT_REJECT when the page cannot be written within its limits.
	 * The caller releases the article in either case. */
	bool (*render)(const void *facts, const struct post_options *o, struct gate *gate,
	    struct article *out, struct err *e);
	/* When a published row is rendered again; 0: never. NULL: triggers say so. */
	int64_t (*next_look)(
	    const struct post_row *row, const struct post_options *o, int64_t now);
};

/* All kinds, ended by NULL. */
extern const struct post_kind *const post_kinds[];
/* The kind of this name; NULL with FAULT_REJECT if there is none. */
const struct post_kind *post_kind_find(
    const struct post_kind *const kinds[], const char *name, struct err *e);
/* The slugs of the categories of the kinds that are wanted, each once; returns how many. */
#define POST_CATEGORIES_MAX 8
size_t post_kind_categories(const struct post_kind *const kinds[],
    const struct post_options *o, const char *out[POST_CATEGORIES_MAX]);

#endif
