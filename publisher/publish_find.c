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
publish_is_watched(const struct work *w)
{
	return w->row.lost_new || (w->row.write_open && w->row.sent_new);
}

/* The site may have a new address, or be a different one; then only the marker is proof. */
static bool
is_the_post(const struct work *w, const struct wp_post *p)
{
	return p->id > 0 && p->id == w->row.wp_id &&
	       (publish_known_number(w) > 0 || p->marked);
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
	if (p->id != w->found.id && w->copy_count < WP_COPIES_MAX)
		w->copies[w->copy_count++] = *p;
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
	return !hidden || w->found.id > 0 ||
	       err_set(e, FAULT_REJECT,
		   "post %lld on the site belongs to another user now; make the potpress "
		   "user its author again, then set state='pending'",
		   (long long)w->row.wp_id);
}
