/*
 * publish_find.c - finds the post of a row on the site, by its number or its slug; see publish.h.
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
publish_is_watched(const struct work *w)
{
	return w->row.lost_new || (w->row.write_open && w->row.sent_new);
}

static bool
find_by_number(struct work *w, struct err *e)
{
	if (w->row.wp_id == 0)
		return true;
	if (!wp_get(&w->pb->wp, w->row.wp_id, w->marker, &w->found, e))
		return false;
	/* The site may have a new address, or be a different site, so only the marker is proof. */
	if (publish_known_number(w) == 0 && !w->found.marked)
		w->found = (struct wp_post){ .id = 0 };
	return true;
}

static void
add_copy(struct work *w, const struct wp_post *p)
{
	if (p->id != w->found.id && w->copy_count < WP_COPIES_MAX)
		w->copies[w->copy_count++] = *p;
}

/* The post with the known number is the post; any other of ours is a copy. */
static bool
find_by_slug(struct work *w, bool known, struct err *e)
{
	struct wp_found f;

	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &f, e))
		return false;
	if (!known)
		w->found = f.post;
	else if (f.post.id > 0 && f.post.marked && !publish_in_trash(&f.post))
		add_copy(w, &f.post);
	for (size_t i = 0; i < f.copy_count; i++)
		add_copy(w, &f.copies[i]);
	return true;
}

/* The plain cases, which most are: not there yet, or the post that we know, and no other. */
static bool
was_found_ahead(struct work *w)
{
	const struct wp_post *p =
	    ahead_take(w->pb, w->row.id, clock_now(&w->pb->st.clock));

	if (p == NULL || p->id != publish_known_number(w) || w->row.write_open ||
	    publish_is_watched(w))
		return false;
	w->found = *p;
	return true;
}

bool
publish_find(struct work *w, struct err *e)
{
	bool known, hidden;

	if (was_found_ahead(w))
		return true;
	if (!find_by_number(w, e))
		return false;
	hidden = w->found.hidden;
	known = w->found.id > 0 && !hidden;
	if (known && !publish_is_watched(w))
		return true;
	if (!find_by_slug(w, known, e))
		return false;
	return !hidden || w->found.id > 0 ||
	       err_set(e, FAULT_REJECT,
		   "post %lld on the site belongs to another user now; make the potpress "
		   "user its author again, then set state='pending'",
		   (long long)w->row.wp_id);
}
