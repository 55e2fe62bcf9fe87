/* wp_internal.h - what the parts of the WordPress client share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_WP_INTERNAL_H
#define POTPRESS_WP_INTERNAL_H

#include "publisher/wordpress.h"
#include "publisher/wp_answer.h"

/* One request to a route below the REST base; a body makes it a POST, a write. */
struct wp_call {
	const char *route, *query, *body, *override;
};
bool wp_call(
    struct wordpress *wp, const struct wp_call *c, struct wp_answer *a, struct err *e);

/* Takes the target of the front page's Link header as the REST base; "" : there was none. Refused
 * when it does not lie on the configured site (scheme, host, port). */
bool wp_take_base(struct wordpress *wp, const char *link, struct err *e);

#endif
