/*
 * door.h - requests of --check without a login: what a visitor sees, and who answers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_DOOR_H
#define POTPRESS_WORDPRESS_DOOR_H

#include "publisher/wordpress/status.h"
#include "publisher/wordpress/wp.h"

/* The front page of the REST API for a visitor without a login. */
struct wp_door {
	bool open; /* it answered with the list of what it offers */
	bool passwords; /* which includes application passwords */
	/* the site's address if it is in another folder than `url` says, else "" */
	char home[WP_LINK_MAX];
	/* WordPress's own words for why it is not open, "" none */
	char code[WP_CODE_MAX];
};
/* False when the answer is not WordPress's. */
bool wp_door_look(struct wp *wp, struct wp_door *out, struct err *e);

/* The same lookup as a visitor and then with our login: *cached if the second answer is a cached copy,
 * because its headers say so or because it is the visitor's answer (without the right to write). */
bool wp_door_is_cached(struct wp *wp, bool may_publish, bool *cached, struct err *e);

#endif
