/*
 * publish_internal.h - shared by the files that publish one row.
 *
 *      publish.c         the row from its claim to its end
 *      publish_find.c    what the site has of it
 *      publish_copies.c  second copies on the site
 *      publish_judge.c   whether it is ours, untouched, and as it should be
 *      publish_pictures.c  its pictures
 *      publish_write.c   what is sent
 *      publish_hide.c    what a held post must not show
 *      publish_moved.c   a site that has another address now
 *      publish_links.c   the addresses of other posts
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISH_INTERNAL_H
#define POTPRESS_PUBLISH_INTERNAL_H

#include "common/base/sha256.h"
#include "common/base/time.h"
#include "publisher/publisher.h"
#include "publisher/store/media.h"

#define PUBLISH_WATCH_S \
	DAY_S /* how long a lost write may still be stored; servers give up long before */
#define PUBLISH_DAY_S DAY_S /* between attempts to publish what the site made pending */

/* One row being published. */
struct work {
	struct publisher *pb;
	struct job *job;
	struct post_row row;
	struct article article;
	char hash[SHA256_HEX_MAX]; /* of the content we would send */
	char seal[WP_SEAL_MAX]; /* that it carries */
	char rest[SHA256_HEX_MAX]; /* of title and content without related posts */
	char marker[PUBLISHER_MARKER_MAX];
	struct wp_post found; /* id 0: none on the site */
	struct wp_post copies[WP_COPIES_MAX]; /* also ours */
	size_t copy_count;
	struct wp_post written;
	bool wrote;
	bool sent_excerpt; /* with it */
	bool undone; /* the announced write left nothing on the site */
	bool skip; /* the row becomes skipped; fault.text says why */
	bool moderated; /* the site gave it a different status from the one requested */
	bool lease_lost;
	struct media_row media[MEDIA_ROWS_MAX]; /* its pictures, as uploaded */
	size_t media_count;
	bool pictures_left; /* on the site, that the post does not show */
	bool cut; /* something private was removed from the article */
	bool hidden; /* a held post was made a draft */
	int64_t not_before;
	struct err fault;
};

/* The post's number on this site; 0: none. Numbers of another site do not count. */
int64_t publish_known_number(const struct work *w);
bool publish_in_trash(const struct wp_post *p);
/* A create was lost, which the site may store, or may have stored, as a second post. */
bool publish_is_watched(const struct work *w);

/* Whether the site gave the post this slug, be it in the trash. */
bool publish_has_our_slug(const struct work *w, const struct wp_post *p);

/* Fills found and copies. */
bool publish_find(struct work *w, struct err *e);
/* Before a create is sent again: what the site may have stored must not be hidden from us. */
bool publish_may_create(struct work *w, struct err *e);

/* Removes the copies that a lost create left. */
bool publish_remove_copies(struct work *w, struct err *e);
/* Removes our post from a slug that belongs to another post. Always false: the row is held. */
bool publish_slug_is_taken(struct work *w, const struct wp_post *ours, struct err *e);

/* Whether we may change the post. */
bool publish_is_ours(struct work *w, struct err *e);
/* True if there is something to write; false with a fault, or with `skip` set. */
bool publish_judge(struct work *w, struct err *e);
/* Whether the post is as we sent it, but for the address of the site in its links. */
bool publish_has_old_seal(struct work *w, bool *has, struct err *e);
/* Whether the post was found under the number that the site gave it at another address. */
bool publish_is_moved(const struct work *w);
/* If `url` is another now, all posts follow, in the transaction that confirms this one. */
bool publish_follow_site(const struct work *w, int64_t now, struct err *e);
/* Whether the site already has what we would send. */
bool publish_is_current(const struct work *w);
/* Whether it has what we last sent, which differs from it in related posts at most. */
bool publish_is_as_sent(const struct work *w);
/* Whether the site still keeps the post from being public, as after the last write. */
bool publish_is_kept_back(const struct work *w);
/* The hash of what the site made of our excerpt; NULL: it did not change it, or this is not known. */
const char *publish_changed_excerpt(const struct work *w, const struct wp_post *now);
/* Whether the found post has our excerpt, or what the site made of it. */
bool publish_has_our_excerpt(const struct work *w);
/* Whether the site will publish it by itself. */
bool publish_is_scheduled(const struct work *w);
/* Whether the site still shows an older version of ours, as plugins do that hold edits for approval. */
bool publish_shows_older(const struct work *w, const struct wp_post *p);

/* Loads `media`, and moves *until behind the minute in which an upload without an answer is not looked up. */
bool publish_pictures_wait(struct work *w, int64_t *until, struct err *e);
/* Uploads the pictures that the site lacks. *changed: the article has to be rendered again. */
bool publish_pictures(struct work *w, bool *changed, struct err *e);
/* Removes the pictures from the site that the article does not have, or all of them. */
bool publish_drop_pictures(struct work *w, bool all, struct err *e);
/* When the last upload was sent that the site may still store; 0: there is none. */
int64_t publish_pictures_lost_at(const struct work *w);

/* Creates the post, or updates the found one. */
bool publish_write(struct work *w, struct err *e);
/* If the row is held: makes a public post that shows something private a draft, and says so in fault. */
void publish_hide(struct work *w);
/* Makes the found post a draft. */
bool publish_withdraw(struct work *w, struct err *e);
/* After a new post was confirmed, in that transaction. */
bool publish_follow_links(
    const struct work *w, const struct wp_post *p, int64_t now, struct err *e);

#endif
