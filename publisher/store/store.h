/*
 * store.h - the rows of table post; each kind of post reads its own facts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_STORE_H
#define POTPRESS_PUBLISHER_STORE_H

#include "common/config/config.h"
#include "common/db/db.h"
#include "common/db/queue.h"
#include "publisher/store/shown.h"

/* A row of table post; see there. Texts are owned, NULL if the row has none. */
struct post_row {
	/* 0: none */
	int64_t id, sample_id, wp_id, sent_at, lost_at, published_at, first_seen;
	int64_t from_at, to_at; /* of a digest */
	char *reason; /* why the file has its own post */
	char *kind, *key, *slug, *site, *title, *sent_title, *content_hash, *sent_hash;
	char *sent_seal, *sent_rest, *lost_seal, *excerpt_hash, *moderated, *link;
	bool withdraw, write_open, overwrite, sent_new, lost_new;
};
/* out->key is NULL when the row is gone. */
bool store_post(struct db *db, int64_t id, struct post_row *out, struct err *e);
void store_post_done(struct post_row *row);

/* The posts whose turn comes next, in this order. */
struct due_post {
	int64_t id;
	char kind[32], key[96], slug[128];
};
bool store_due(struct db *db, int64_t now, struct due_post *out, size_t max,
    size_t *count, struct err *e);
/* How many are due; counting ends at this number. */
#define STORE_DUE_COUNT_MAX 100000
bool store_due_count(struct db *db, int64_t now, int64_t *count, struct err *e);

/* Ids of all posts that are wanted and not skipped, oldest first, for the preview; the caller frees. */
bool store_wanted(struct db *db, int64_t **ids, size_t *count, struct err *e);
/* How many posts the rules left out. */
bool store_left_out(struct db *db, int64_t *count, struct err *e);

/* The next posts on the site, by id. */
struct written_post {
	int64_t id;
	/* not as it would be written now: there are new captures, or it is held */
	bool stale;
};
bool store_written(struct db *db, int64_t after_id, struct written_post *out, size_t max,
    size_t *count, struct err *e);
/* Makes the post pending; one edited by hand stays protected, and one that is held is held again if it
 * cannot be written. */
bool store_write_again(struct db *db, int64_t id, struct err *e);
/* All posts in the markup of version 1 are made pending: the site's own editor brings its brackets to life.
 * At the start, since a publisher of version 1 may have written some after the database was upgraded. */
bool store_write_unsealed(struct db *db, struct err *e);
/* Announces a write before it is sent. Own transaction, fenced by the token; renews the lease. An
 * earlier write that is still open was not found on the site: from now on it is the lost write. */
struct announcement {
	const char *hash, *title, *seal; /* of what is sent; NULL: not these */
	const char *rest; /* the hash without related posts */
	const struct shown *shown; /* what it shows; NULL: as before */
	size_t shown_count;
	bool creates; /* the post */
	const char *seen_hash, *seen_title; /* what the site has now; NULL: nothing */
};
enum settled store_write_opens(struct db *db, struct job *job, int64_t now,
    const struct announcement *a, struct err *e);

/* What the site has now. The following run inside the caller's transaction. */
struct confirmation {
	const char *site, *link, *title, *content_hash;
	const char *seal; /* of what we would send */
	const char
	    *excerpt_hash; /* of what the site made of our excerpt; NULL: as before */
	/* the status it has instead of the wanted one; NULL: as wanted */
	const char *moderated;
	const char *note; /* for last_error; NULL: none */
	int64_t now, wp_id, captures;
	bool watched; /* the lost write cannot be stored any more */
};
bool store_confirmed(
    struct db *db, int64_t id, const struct confirmation *c, struct err *e);
/* The address and slug of the last published post of this kind besides the row's; NULL: there is none. The
 * caller frees both. */
bool store_link_before(struct db *db, const struct post_row *r, const char *site,
    char **link, char **slug, struct err *e);
/* All posts of the site `from` are on `site` now. */
bool store_site_moved(struct db *db, const char *from, const char *site, struct err *e);
/* All published posts of the site but this one are looked up again. */
bool store_links_again(
    struct db *db, int64_t id, const char *site, int64_t now, struct err *e);
/* Records that the announced write left nothing on the site. */
bool store_write_undone(struct db *db, int64_t id, struct err *e);
/* Records that the post is a draft now, or not on the site. lost: an open write was not found, but may
 * still be stored. watched: the lost write cannot be stored any more. */
bool store_withdrawn(struct db *db, int64_t id, bool lost, bool watched, struct err *e);

#endif
