/*
 * media.h - table media: the pictures of posts on the site; see there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_STORE_MEDIA_H
#define POTPRESS_PUBLISHER_STORE_MEDIA_H

#include "common/base/sha256.h"
#include "common/db/db.h"

#define MEDIA_ROWS_MAX \
	8 /* of a post; older ones that are not on the site wait until these are gone */
#define MEDIA_SLUG_MAX 256
#define MEDIA_URL_MAX 1024

struct media_row {
	int64_t id, wp_id, sent_at, lost_at, tries;
	char sha256[SHA256_HEX_MAX], slug[MEDIA_SLUG_MAX];
	char url[MEDIA_URL_MAX]; /* "": not on the site */
	bool write_open, refused;
	bool elsewhere; /* last seen at another address of the site, or on another site */
};
/* The pictures of a post. site: where they count. */
bool store_media(struct db *db, int64_t post_id, const char *site,
    struct media_row out[MEDIA_ROWS_MAX], size_t *count, struct err *e);

/* Announces an upload before it is sent. An earlier one that is still open was not found: it is lost. */
struct media_upload {
	int64_t post_id, now;
	const char *role, *sha256, *slug;
};
bool store_media_opens(
    struct db *db, const struct media_upload *u, int64_t *id, struct err *e);
/* The end of an upload: the picture is on the site, ... */
bool store_media_placed(struct db *db, int64_t id, const char *site, int64_t wp_id,
    const char *url, struct err *e);
/* ... or it is not; may_come: it may still be stored. why: it was refused; NULL: it was not. */
bool store_media_unplaced(
    struct db *db, int64_t id, const char *why, bool may_come, struct err *e);
/* What was lost cannot be stored any more. */
bool store_media_watched(struct db *db, int64_t id, struct err *e);
/* The picture was removed from the site. */
bool store_media_removed(struct db *db, int64_t id, struct err *e);

#endif
