/*
 * shown.h - table shown: what a post on the site shows, for other posts and for the search for new
 * identities.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_SHOWN_H
#define POTPRESS_PUBLISHER_SHOWN_H

#include "common/db/db.h"

#define SHOWN_VALUE_MAX 400 /* bytes */
#define SHOWN_TITLES_MAX 20
#define SHOWN_HASH 12 /* a title ends with so many digits of its file's hash */

struct shown {
	const char *kind; /* as in the table; a constant */
	char value[SHOWN_VALUE_MAX + 1];
};

/* In place of what it showed before; inside the caller's transaction. */
bool shown_replace(
    struct db *db, int64_t post_id, const struct shown *all, size_t count, struct err *e);
/* The titles of other posts that it shows. */
bool shown_titles(struct db *db, int64_t post_id, struct shown out[SHOWN_TITLES_MAX],
    size_t *count, struct err *e);
/* Whether one of them is of a file that is noise by now, whose hash may reveal an identity. */
bool shown_has_noise(struct db *db, int64_t post_id, bool *has, struct err *e);

#endif
