/*
 * publish_find.c - finds the post of a row on the site, by its slug and its number; see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/ahead.h"
#include "publisher/publish_internal.h"

int64_t
publish_known_number(const struct work *w)
{
	return w->row.site != NULL &&
		       strcmp(w->row.site, w->pb->st.config.publisher.service.url) == 0
		   ? w->row.wp_id
		   : 0;
}

bool
publish_in_trash(const struct wp_post *p)
{
	return strcmp(p->status, "trash") == 0;
}

bool
publish_has_our_slug(const struct work *w, const struct wp_post *p)
{
	size_t len = strlen(w->row.slug);

	return strncmp(p->slug, w->row.slug, len) == 0 &&
	       (p->slug[len] == '\0' || strcmp(p->slug + len, "__trashed") == 0);
}

bool
publish_is_watched(const struct work *w)
{
	return w->row.lost_new || (w->row.write_open && w->row.sent_new);
}

/* The site may have a new address, or be a different one; then only the marker is proof. A site that was
 * restored from a backup gives the numbers of lost posts to others. */
static bool
is_the_post(const struct work *w, const struct wp_post *p)
{
	return p->id > 0 && p->id == w->row.wp_id &&
	       (p->marked || (publish_known_number(w) > 0 && !p->marked_other));
}

/* The post with the known number, if it still has our slug. */
static struct wp_post
pick(const struct work *w, const struct wp_found *f)
{
	if (is_the_post(w, &f->post))
		return f->post;
	for (size_t i = 0; i < f->copy_count; i++)
		if (is_the_post(w, &f->copies[i]))
			return f->copies[i];
	return (struct wp_post){ .id = 0 };
}

static bool
find_by_number(struct work *w, struct err *e)
{
	struct wp_post p;

	if (w->row.wp_id == 0)
		return true;
	if (!wp_get(&w->pb->wp, w->row.wp_id, w->marker, &p, e))
		return false;
	if (is_the_post(w, &p))
		w->found = p;
	return true;
}

static void
add_copy(struct work *w, const struct wp_post *p)
{
	for (size_t i = 0; i < w->copy_count; i++)
		if (w->copies[i].id == p->id)
			return;
	if (p->id != w->found.id && w->copy_count < WP_COPIES_MAX)
		w->copies[w->copy_count++] = *p;
}

/* What a lost create may have left under a slug that a plugin made. */
static bool
find_by_marker(struct work *w, struct err *e)
{
	struct wp_post marked[WP_COPIES_MAX];
	size_t count;

	if (!publish_is_watched(w) ||
	    (w->found.id > 0 ? publish_has_our_slug(w, &w->found) : w->copy_count > 0))
		return true;
	if (!wp_find_marked(&w->pb->wp, w->marker, marked, WP_COPIES_MAX, &count, e))
		return false;
	if (w->found.id == 0 && count > 0)
		w->found = marked[0];
	for (size_t i = 0; i < count; i++)
		add_copy(w, &marked[i]);
	return true;
}

/* The site has the post, but we may not read it. */
static bool
is_hidden(struct work *w, struct err *e)
{
	struct err closed = ERR_NONE;
	struct wp_user me;

	if (wp_me(&w->pb->wp, &me, &closed) && me.roles[0] != '\0' &&
	    !me.may_edit_published)
		return err_outage(e, OUTAGE_CREDENTIALS, 0,
		    "wordpress: the user may no longer edit its published posts; give it "
		    "the role Author and restart the publisher");
	return err_set(e, FAULT_REJECT,
	    "post %lld on the site belongs to another user now; make the potpress user "
	    "its author again, then set state='pending'",
	    (long long)w->row.wp_id);
}

/* The plain cases, which most are: not there yet, or the post that we know, and no other. */
static bool
was_found_ahead(struct work *w)
{
	const struct wp_post *p =
	    ahead_take(w->pb, w->row.id, clock_now(&w->pb->st.clock));

	/* Under a number of another address of the site, it may have another slug. */
	if (p == NULL || p->id != w->row.wp_id || p->id != publish_known_number(w) ||
	    w->row.write_open || publish_is_watched(w))
		return false;
	w->found = *p;
	return true;
}

/* One request finds the post and its copies, which may also stem from a time that a restored database
 * knows nothing of. */
bool
publish_find(struct work *w, struct err *e)
{
	struct wp_found f;
	bool hidden;

	if (was_found_ahead(w))
		return true;
	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &f, e))
		return false;
	w->found = pick(w, &f);
	if (w->found.id == 0 && !find_by_number(w, e))
		return false;
	hidden = w->found.hidden;
	if (w->found.id == 0 || hidden)
		w->found = f.post;
	else if (f.post.id > 0 && f.post.marked && !publish_in_trash(&f.post))
		add_copy(w, &f.post);
	for (size_t i = 0; i < f.copy_count; i++)
		add_copy(w, &f.copies[i]);
	if (hidden && w->found.id == 0)
		return is_hidden(w, e);
	return find_by_marker(w, e);
}

bool
publish_may_create(struct work *w, struct err *e)
{
	struct wp_post hidden;

	if (!w->row.write_open || !w->row.sent_new)
		return true;
	if (!wp_find_public(&w->pb->wp, w->row.slug, true, &hidden, e))
		return false;
	return hidden.id == 0 ||
	       err_doubt(e,
		   "wordpress: post %lld on the site has our slug, but the user may not "
		   "edit it: a plugin gives our posts to another author, or the user "
		   "lacks the role Author; make it the post's author (%s)",
		   (long long)hidden.id, hidden.link);
}
