/*
 * status.h - what an answer of WordPress, or of a proxy before it, means.
 *
 * Only the body shows success: plugins print before the JSON, and the status may be wrong. Otherwise
 * the status is a hint.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_STATUS_H
#define POTPRESS_WORDPRESS_STATUS_H

#include "common/json/json.h"
#include "common/net/http.h"

/* WordPress's own error code ("rest_post_invalid_id") of the last answer; "" when it gave none. */
#define WP_CODE_MAX 80

struct wp_answer {
	cJSON *tree; /* an object or array without an error, else NULL */
	long status;
	char code[WP_CODE_MAX];
	int64_t term_id; /* of a term_exists error */
	bool allows_post; /* the Allow header names POST */
};

/* Reads an answer. `write`: the request may have changed something, so an unreadable answer or a server
 * error leaves an unknown outcome. Returns false with the fault; code and status are filled if known.
 * Release with wp_status_done in either case. */
bool wp_status_read(struct wp_answer *a, const struct http_reply *reply,
    const struct err *transport, bool write, int64_t now, struct err *e);
void wp_status_done(struct wp_answer *a);
/* The same for an answer that is not from WordPress: a page, a gateway's error, a redirect. Always
 * false. */
bool wp_status_foreign(
    const struct http_reply *reply, bool write, int64_t now, struct err *e);
#define auto_answer __attribute__((cleanup(wp_status_done))) struct wp_answer

#endif
