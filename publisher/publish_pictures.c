/*
 * publish_pictures.c - stores the pictures of a post on the site, each exactly once; see publish.h.
 *
 * An upload is announced in table media before it is sent. One without an answer is looked up a minute
 * later by its slug, which holds the hash of the picture; so a picture that has not changed is not sent
 * again. The site may store an upload later still: pictures with a number behind our slug are removed.
 * An upload that the site refuses costs the post its picture only.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/time.h"
#include "publisher/publish_internal.h"

#define SLUG_DIGITS 12 /* of the hash in a slug */
#define SLUG_MAX 128 /* bytes of the post's own slug in it */
#define TRIES_MAX 3 /* uploads without an answer; then the post appears without it */
#define AGAIN_S DAY_S /* until a refused picture is sent again */

static const char *
our_site(const struct work *w)
{
	return w->pb->st.config.publisher.service.url;
}

static const char *
slug_of(const struct work *w, const struct picture *p, char out[MEDIA_SLUG_MAX])
{
	return buf_fixed(out, MEDIA_SLUG_MAX, "potpress-%.*s-%s-%.*s", SLUG_MAX,
	    w->row.slug, p->role, SLUG_DIGITS, p->sha256);
}

static bool
load_rows(struct work *w, struct err *e)
{
	return store_media(
	    &w->pb->st.db, w->row.id, our_site(w), w->media, &w->media_count, e);
}

bool
publish_pictures_wait(struct work *w, int64_t *until, struct err *e)
{
	if (!load_rows(w, e))
		return false;
	for (size_t i = 0; i < w->media_count; i++) {
		const struct media_row *m = &w->media[i];

		if (m->write_open && m->sent_at + PUBLISH_LOOK_UP_S > *until)
			*until = m->sent_at + PUBLISH_LOOK_UP_S;
	}
	return true;
}

/* ---- what the site has */

/* Our slug, or our slug with a number behind it. */
static bool
has_slug(const struct wp_media *m, const char *slug)
{
	size_t len = strlen(slug);

	return strncmp(m->slug, slug, len) == 0 &&
	       (m->slug[len] == '\0' || m->slug[len] == '-');
}

/* The known one, else the one with exactly our slug, else any. */
static const struct wp_media *
best_of(const struct wp_media *found, size_t count, const struct media_row *row)
{
	const struct wp_media *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!has_slug(&found[i], row->slug))
			continue;
		if (found[i].id == row->wp_id)
			return &found[i];
		if (best == NULL || strcmp(found[i].slug, row->slug) == 0)
			best = &found[i];
	}
	return best;
}

static bool
remove_others(struct work *w, const struct wp_media *found, size_t count,
    const struct wp_media *kept, const char *slug, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (&found[i] != kept && has_slug(&found[i], slug) &&
		    !wp_media_remove(&w->pb->wp, found[i].id, e))
			return false;
	return true;
}

static bool
is_watch_over(const struct work *w, const struct media_row *m)
{
	return m->lost_at > 0 &&
	       clock_now(&w->pb->st.clock) >= m->lost_at + PUBLISH_WATCH_S;
}

/* The picture of this row, if the site gave it another slug. Its address shows that the number is still its
 * own. */
static bool
find_by_number(
    struct work *w, const struct media_row *m, struct wp_media *out, struct err *e)
{
	*out = (struct wp_media){ .id = 0 };
	if (m->wp_id == 0 || m->elsewhere || m->url[0] == '\0')
		return true;
	if (!wp_media_get(&w->pb->wp, m->wp_id, out, e))
		return false;
	if (strcmp(out->url, m->url) != 0)
		out->id = 0;
	return true;
}

/* Brings one row up to date with what the site has of its picture. */
static bool
settle_row(struct work *w, const struct media_row *m, const struct wp_media *found,
    size_t count, struct err *e)
{
	const struct wp_media *kept = best_of(found, count, m);
	struct wp_media renamed;
	struct db *db = &w->pb->st.db;

	if (kept == NULL && !find_by_number(w, m, &renamed, e))
		return false;
	if (kept == NULL && renamed.id > 0)
		kept = &renamed;
	if (kept != NULL && !remove_others(w, found, count, kept, m->slug, e))
		return false;
	if (is_watch_over(w, m) && !store_media_watched(db, m->id, e))
		return false;
	if (kept != NULL)
		return store_media_placed(db, m->id, our_site(w), kept->id, kept->url, e);
	/* The picture may be stored late, even if the numbers have changed meanwhile and it is no
	 * longer needed. */
	if (m->write_open)
		return store_media_unplaced(db, m->id, NULL, true, e);
	return m->url[0] == '\0' || store_media_placed(db, m->id, NULL, 0, NULL, e);
}

static bool
look_up(struct work *w, struct err *e)
{
	const char *slugs[MEDIA_ROWS_MAX];
	struct wp_media found[WP_MEDIA_FOUND_MAX];
	size_t count;

	for (size_t i = 0; i < w->media_count; i++)
		slugs[i] = w->media[i].slug;
	if (!wp_media_find(&w->pb->wp, slugs, w->media_count, found, &count, e))
		return false;
	for (size_t i = 0; i < w->media_count; i++)
		if (!settle_row(w, &w->media[i], found, count, e))
			return false;
	return load_rows(w, e);
}

/* ---- what it lacks */

static const struct media_row *
row_of(const struct work *w, const struct picture *p)
{
	for (size_t i = 0; i < w->media_count; i++)
		if (strcmp(w->media[i].sha256, p->sha256) == 0)
			return &w->media[i];
	return NULL;
}

static bool
is_wanted(const struct work *w, const struct media_row *m)
{
	for (size_t i = 0; i < w->article.picture_count; i++)
		if (strcmp(w->article.pictures[i].sha256, m->sha256) == 0)
			return true;
	return false;
}

/* Whether the site must be searched: an upload has no answer or was lost, the site may have got another
 * address, or all pictures were requested again by hand. */
static bool
is_look_needed(const struct work *w)
{
	bool needed = (w->row.overwrite || publish_is_moved(w)) && w->media_count > 0;

	for (size_t i = 0; i < w->media_count; i++)
		needed = needed || w->media[i].write_open || w->media[i].lost_at > 0 ||
			 w->media[i].elsewhere;
	return needed;
}

static void
say_refused(struct work *w, const char *why)
{
	err_set(&w->fault, FAULT_NONE, "without picture: %s", why);
	if (!w->pb->pictures_refused)
		log_line(&w->pb->st.log, LOG_WARNING, "waiting", "what", w->row.key,
		    "why", w->fault.text, NULL);
	w->pb->pictures_refused = true;
}

static bool
refuse(struct work *w, int64_t id, const struct err *why, struct err *e)
{
	say_refused(w, why->text);
	return store_media_unplaced(
	    &w->pb->st.db, id, why->text, why->unknown_outcome, e);
}

/* The upload failed, for a reason that concerns the whole site. */
static bool
wait_for_site(struct work *w, int64_t id, const struct err *fault, struct err *e)
{
	if (fault->unknown_outcome)
		w->not_before = clock_now(&w->pb->st.clock) + PUBLISH_LOOK_UP_S;
	else if (!store_media_unplaced(&w->pb->st.db, id, NULL, false, e))
		return false;
	*e = *fault;
	return false;
}

static bool
upload(struct work *w, const struct picture *p, struct err *e)
{
	char slug[MEDIA_SLUG_MAX];
	struct media_upload u = { .post_id = w->row.id,
		.now = clock_now(&w->pb->st.clock),
		.role = p->role,
		.sha256 = p->sha256,
		.slug = slug_of(w, p, slug) };
	struct err fault = ERR_NONE;
	struct wp_media stored;
	bool refused;
	int64_t id;

	if (!store_media_opens(&w->pb->st.db, &u, &id, e))
		return false;
	stage_crash_point("before-upload");
	if (!wp_media_upload(&w->pb->wp, slug, &p->png, &stored, &refused, &fault))
		return refused ? refuse(w, id, &fault, e)
			       : wait_for_site(w, id, &fault, e);
	stage_crash_point("after-upload");
	w->pb->pictures_refused = false;
	return store_media_placed(
	    &w->pb->st.db, id, our_site(w), stored.id, stored.url, e);
}

/* Whether it was refused a short while ago, or its uploads have no answer again and again. */
static bool
is_given_up(struct work *w, const struct media_row *m)
{
	int64_t now = clock_now(&w->pb->st.clock);

	return !w->row.overwrite && (m->refused || m->tries >= TRIES_MAX) &&
	       now < m->sent_at + AGAIN_S;
}

static bool
upload_missing(struct work *w, struct err *e)
{
	for (size_t i = 0; i < w->article.picture_count; i++) {
		const struct picture *p = &w->article.pictures[i];
		const struct media_row *m = row_of(w, p);

		if (m != NULL && m->url[0] != '\0')
			continue;
		if (m != NULL && is_given_up(w, m))
			say_refused(w, "the site refused it, or did not answer");
		else if (!upload(w, p, e))
			return false;
	}
	return true;
}

/* Whether a picture is elsewhere than the article says. */
static bool
has_moved(const struct work *w)
{
	for (size_t i = 0; i < w->article.picture_count; i++) {
		const struct picture *p = &w->article.pictures[i];
		const struct media_row *m = row_of(w, p);

		if (strcmp(p->url, m != NULL ? m->url : "") != 0)
			return true;
	}
	return false;
}

bool
publish_pictures(struct work *w, bool *changed, struct err *e)
{
	if ((is_look_needed(w) && !look_up(w, e)) || !upload_missing(w, e) ||
	    !load_rows(w, e))
		return false;
	*changed = has_moved(w);
	return true;
}

/* ---- what it has too much */

/* If the site does not remove a picture, this is retried later. */
static bool
drop(struct work *w, const struct media_row *m, struct err *e)
{
	struct err refused = ERR_NONE;

	if (m->wp_id > 0 && !wp_media_remove(&w->pb->wp, m->wp_id, &refused)) {
		w->pictures_left = true;
		return true;
	}
	return m->lost_at > 0 || store_media_removed(&w->pb->st.db, m->id, e);
}

bool
publish_drop_pictures(struct work *w, bool all, struct err *e)
{
	for (size_t i = 0; i < w->media_count; i++)
		if ((all || !is_wanted(w, &w->media[i])) && !drop(w, &w->media[i], e))
			return false;
	return true;
}

int64_t
publish_pictures_lost_at(const struct work *w)
{
	int64_t last = 0;

	for (size_t i = 0; i < w->media_count; i++)
		if (w->media[i].lost_at > last)
			last = w->media[i].lost_at;
	return last;
}
