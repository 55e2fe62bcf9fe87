/* internal.h - shared by the files of the WordPress client. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_WORDPRESS_INTERNAL_H
#define POTPRESS_WORDPRESS_INTERNAL_H

#include "publisher/wordpress/status.h"
#include "publisher/wordpress/wp.h"

#define WP_ROUTE_MAX 64 /* wp/v2/posts/ and a number */

/* One request to a route below the REST base; a body makes it a POST, a write. */
struct wp_call {
	const char *route, *query, *body;
	const struct buf *form; /* instead of a body: the parts of a form ... */
	const char *form_type; /* ... and its "Content-Type: ..." */
	size_t reply_max; /* bytes; 0: WP_REPLY_MAX */
};
bool wp_call(struct wp *wp, const struct wp_call *c, struct wp_answer *a, struct err *e);

/* The fields of a post that are read, of a list of posts or of one. */
#define WP_POST_FIELDS                                                             \
	"_fields=id,slug,status,link,date_gmt,modified_gmt,title.raw,content.raw," \
	"excerpt.raw,categories,tags"
/* Includes those of plugins. */
#define WP_ANY_STATUS "status=any,trash"
/* A list of posts. */
bool wp_search(struct wp *wp, const struct buf *query, size_t reply_max,
    struct wp_answer *a, struct err *e);
void wp_read_post(const cJSON *post, const char *marker, struct wp_post *out);

/* Deletes the post or picture at this route permanently. */
bool wp_delete(struct wp *wp, const char *route, struct err *e);

/* Uses the site's own URL of its REST API as the base of all requests. Refused if its host or port
 * differs from `url`. Only its path is used, so our password is sent only to `url`. */
bool wp_take_base(struct wp *wp, const char *link, struct err *e);
/* The target of <link rel="https://api.w.org/"> in an HTML page; empty: there is none. */
void wp_link_in_page(const char *html, struct buf *out);

#endif
