/* internal.h - what the parts of the WordPress client share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_WORDPRESS_INTERNAL_H
#define POTPRESS_WORDPRESS_INTERNAL_H

#include "publisher/wordpress/status.h"
#include "publisher/wordpress/wp.h"

/* One request to a route below the REST base; a body makes it a POST, a write. */
struct wp_call {
	const char *route, *query, *body, *override;
};
bool wp_call(struct wp *wp, const struct wp_call *c, struct wp_answer *a, struct err *e);

/* Takes the target of the front page's Link header as the REST base; "" : there was none. Refused
 * when it does not lie on the configured site (scheme, host, port). */
bool wp_take_base(struct wp *wp, const char *link, struct err *e);

#endif
