/*
 * wp.h - speaks WordPress's REST API: discovery, posts, pictures, terms; one table of what answers mean.
 *
 * Knows no curl, no queue, no post layout. The facts behind it were measured on WordPress 6.1 to
 * 7.1; https://developer.wordpress.org/rest-api/ describes the rest.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_WP_H
#define POTPRESS_WORDPRESS_WP_H

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/time.h"
#include "common/json/json.h"
#include "common/net/http.h"
#include "publisher/wordpress/seal.h"

#define WP_REPLY_MAX (2 << 20) /* bytes of one answer, which contains our own content */
#define WP_URL_MAX 7800 /* servers commonly accept 8 kB */
#define WP_MANY_REPLY_MAX (16 << 20) /* bytes of an answer with many posts */
#define WP_LINK_MAX 1024
#define WP_TITLE_MAX 1024
#define WP_SLUG_MAX 256
#define WP_TAGS_MAX 12 /* of ours */
#define WP_KEPT_TAGS_MAX 512 /* of a post, ours or not, that are read */
#define WP_TERMS_MAX 128 /* terms whose numbers are cached */
#define WP_TERM_AGAIN_S HOUR_S /* until a term that cannot be created is tried again */

/* The number of a category or tag, so that a post does not ask for it again. */
struct wp_known_term {
	char taxonomy[16], slug[WP_SLUG_MAX];
	int64_t id; /* 0: it does not exist, and may not be created */
	int64_t asked_at; /* unix seconds; 0: the entry is empty */
};

struct wp {
	struct http *http;
	const struct clock *clock;
	struct http_service service;
	const char *api_url; /* the configured REST base; NULL: it is discovered */
	char base[WP_LINK_MAX]; /* REST base, "" until discovered */
	bool plain; /* base contains "?rest_route=/": queries are joined by & */
	/* the site's own URL has http while `url` has https, or the reverse */
	bool other_scheme;
	unsigned lookups; /* makes each look-up's URL unique, for page caches */
	struct wp_known_term terms[WP_TERMS_MAX];
	size_t next_term; /* where the next one is cached, in turn */
	/* Called before each request; if it returns false with a fault, nothing is sent. NULL: none. */
	bool (*may_ask)(void *ctx, struct err *e);
	void *may_ask_ctx;
	/* Called while the answer to a write is on its way; see struct http_request. NULL: none. */
	void (*meanwhile)(void *ctx);
	void *meanwhile_ctx;
};

struct wp_post {
	int64_t id; /* 0: there is none */
	char slug[WP_SLUG_MAX], status[32], link[WP_LINK_MAX], modified[40];
	char title[WP_TITLE_MAX]; /* raw */
	/* of the raw content; "" if the site did not return it */
	char content_hash[65];
	bool marked; /* the content has the requested marker */
	bool marked_other; /* ... or that of another post of ours */
	char seal[WP_SEAL_MAX]; /* the content's seal; "" none */
	bool sealed; /* ... and it matches: title and content are ours */
	bool own_excerpt; /* it is ours, as far as the site tells */
	char excerpt_hash[65]; /* "" if the site did not return it */
	bool unrevised; /* not changed since it was created */
	bool hidden; /* it exists, but we may not read it: only id is set */
	bool terms_lost; /* in the answer to a write: the site ignored a term's number */
	int64_t tags[WP_KEPT_TAGS_MAX];
	size_t tag_count;
	bool more_tags; /* it has more tags than these */
};

struct wp_draft { /* fields to send; NULL members are left out */
	const char *title, *content, *excerpt, *slug, *status;
	const int64_t *tags;
	size_t tag_count;
	int64_t category_id; /* 0: left out */
	bool close_talk; /* comments and pings */
};

/* api_url: by reference, or NULL. */
void wp_init(struct wp *wp, struct http *http, const struct clock *clock,
    const struct service_config *config, const char *api_url);

/* Finds the REST base, tries our login and forgets what was known of the categories and tags. */
bool wp_open(struct wp *wp, struct err *e);
/* Finds the REST base: from the front page, in a header or in its text; else at its usual places on the
 * same host. */
bool wp_discover(struct wp *wp, struct err *e);
/* False with OUTAGE_CREDENTIALS when the site refuses our password. *may_create: we may create posts. */
bool wp_login(struct wp *wp, bool *may_create, struct err *e);
#define WP_OTHER_SCHEME                                                            \
	"the site's own address (Settings, General) and `url` differ in http and " \
	"https: "                                                                  \
	"behind a proxy WordPress must be told that it is reached by https "       \
	"(X-Forwarded-Proto)"

/* Reads our account. Many sites block this request; publishing does not need it. */
struct wp_user {
	int64_t id;
	bool may_publish, may_edit_published, may_make_terms;
	const char *excess; /* a right that an author does not need; NULL: none */
	char roles[128];
};
bool wp_me(struct wp *wp, struct wp_user *out, struct err *e);

/* The post with this number; out->id 0 if it was deleted permanently, out->hidden if it is another
 * user's. */
bool wp_get(
    struct wp *wp, int64_t id, const char *marker, struct wp_post *out, struct err *e);
/* Appends title and content of the post to `page`, and its excerpt to `excerpt`, as they are stored. */
bool wp_texts(
    struct wp *wp, int64_t id, struct buf *page, struct buf *excerpt, struct err *e);
#define WP_COPIES_MAX 8 /* more than writes can be lost in a day, one at a time */
struct wp_found {
	struct wp_post post; /* id 0: none */
	/* Further live posts with our marker, with this slug or with a number appended to it, which
	 * WordPress does if a slug is taken. */
	struct wp_post copies[WP_COPIES_MAX];
	size_t copy_count;
};
/* The post with exactly this slug, in any status or in the trash, and its copies. Other users' posts
 * are invisible unless the account may edit them. */
bool wp_find(struct wp *wp, const char *slug, const char *marker, struct wp_found *out,
    struct err *e);
/* The same for many posts, for which a few requests are enough. */
#define WP_FIND_MANY_MAX 50
struct wp_wanted {
	const char *slug, *marker;
	struct wp_post *post; /* is filled */
	bool unclear; /* there is more than one, or one in the trash: use wp_find */
};
bool wp_find_many(struct wp *wp, struct wp_wanted *wanted, size_t count, struct err *e);
/* Number and link of the published post with this slug, of any user; out->id 0: none. `numbered`: or
 * with a number appended to it. */
bool wp_find_public(
    struct wp *wp, const char *slug, bool numbered, struct wp_post *out, struct err *e);
/* Our live posts with this marker, oldest first, whatever slug a plugin gave them. Slow on large sites. */
bool wp_find_marked(struct wp *wp, const char *marker, struct wp_post *out, size_t max,
    size_t *count, struct err *e);
/* Writes. A false return with e->unknown_outcome means that the write may have happened. id 0
 * creates. */
bool wp_write(struct wp *wp, int64_t id, const struct wp_draft *draft, const char *marker,
    struct wp_post *out, struct err *e);
/* Deletes permanently; if the site refuses, makes it a draft (*drafted). Used only for a copy that we
 * made ourselves. */
bool wp_remove(struct wp *wp, const struct wp_post *post, bool *drafted, struct err *e);

/* A picture in the site's media library. */
struct wp_media {
	int64_t id;
	char slug[WP_SLUG_MAX], url[WP_LINK_MAX];
};
#define WP_MEDIA_SLUGS_MAX 8 /* of one look-up */
#define WP_MEDIA_COPIES_MAX 4 /* of one, that are found */
#define WP_MEDIA_FOUND_MAX (WP_MEDIA_SLUGS_MAX * (1 + WP_MEDIA_COPIES_MAX))
/* Our pictures with these slugs, or with a number appended, which WordPress does if a slug is taken. */
bool wp_media_find(struct wp *wp, const char *const *slugs, size_t count,
    struct wp_media out[WP_MEDIA_FOUND_MAX], size_t *found, struct err *e);
/* The picture with this number; out->id 0: there is none. */
bool wp_media_get(struct wp *wp, int64_t id, struct wp_media *out, struct err *e);
/* Stores a PNG picture. On a false return, *refused: it is only about this picture, or about pictures; and
 * with e->unknown_outcome it may have been stored. */
bool wp_media_upload(struct wp *wp, const char *slug, const struct buf *png,
    struct wp_media *out, bool *refused, struct err *e);
/* Deletes it permanently; false also when the site refuses. */
bool wp_media_remove(struct wp *wp, int64_t id, struct err *e);

/* Number of the term with this slug, created if missing and permitted; 0 if neither. taxonomy is "tags"
 * or "categories". Answers are cached. */
bool wp_term(struct wp *wp, const char *taxonomy, const char *slug, const char *name,
    int64_t *id, struct err *e);
/* Clears the cache of terms, as the numbers may be stale. */
void wp_forget_terms(struct wp *wp);
/* Only looks it up, and never creates it. */
bool wp_has_term(
    struct wp *wp, const char *taxonomy, const char *slug, bool *found, struct err *e);

#endif
