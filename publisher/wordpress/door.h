/*
 * door.h - what --check asks at the site's door: what a visitor is told, and who answers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_DOOR_H
#define POTPRESS_WORDPRESS_DOOR_H

#include "publisher/wordpress/status.h"
#include "publisher/wordpress/wp.h"

/* The REST API's front page as a visitor without a login sees it. */
struct wp_door {
	bool open; /* it answered with what it offers */
	bool passwords; /* among it application passwords */
	char
	    code[WP_CODE_MAX]; /* WordPress's own words for why it is not open, "" none */
};
/* False when the answer is not WordPress's. */
bool wp_door_look(struct wp *wp, struct wp_door *out, struct err *e);

/* The same look-up as a visitor and then as ourselves: *cached when the second answer is a stored copy,
 * by its own words or since it is the visitor's (who may not write). */
bool wp_door_is_cached(struct wp *wp, bool may_publish, bool *cached, struct err *e);

#endif
