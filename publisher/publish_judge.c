/*
 * publish_judge.c - checks whether the site's post is ours, unedited, and up to date; see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

static bool
has_our_slug(const struct work *w)
{
	size_t len = strlen(w->row.slug);

	return strncmp(w->found.slug, w->row.slug, len) == 0 &&
	       (w->found.slug[len] == '\0' ||
		   strcmp(w->found.slug + len, "__trashed") == 0);
}

bool
publish_is_ours(struct work *w, struct err *e)
{
	if (w->found.marked ||
	    (has_our_slug(w) && publish_known_number(w) == w->found.id))
		return true;
	return err_set(e, FAULT_REJECT,
	    "post %lld on the site is not ours although it has %s; change its slug or "
	    "delete it, then set state='pending'",
	    (long long)w->found.id, has_our_slug(w) ? "our slug" : "the id of our post");
}

static bool
is_one_of_two(const char *have, const char *a, const char *b)
{
	return (a != NULL && strcmp(have, a) == 0) || (b != NULL && strcmp(have, b) == 0);
}

static bool
is_seal(const char *seal, const char *of)
{
	return of != NULL && strcmp(seal, of) == 0;
}

/* What the site made of a text is known once a write of that text was confirmed. */
static bool
is_known_there(const struct post_row *r, const char *seal)
{
	return !r->write_open && is_seal(seal, r->sent_seal);
}

/* On a site that changes what it stores: the seal is from a write whose answer was lost. Edits in that
 * time cannot be detected, except after a create: nobody has changed the post since. */
static bool
is_lost_write(const struct work *w)
{
	const struct post_row *r = &w->row;
	const char *seal = w->found.seal;

	if (seal[0] == '\0')
		return false;
	return (r->write_open && is_seal(seal, r->sent_seal) &&
		   (!r->sent_new || w->found.unrevised)) ||
	       (r->lost_at > 0 && is_seal(seal, r->lost_seal) &&
		   !is_known_there(r, seal));
}

/* A post is ours if its own seal matches, or if it is what we last stored or last sent. */
static bool
is_untouched(struct work *w, struct err *e)
{
	const struct post_row *r = &w->row;

	if (r->overwrite || w->found.content_hash[0] == '\0' || w->found.sealed ||
	    is_lost_write(w))
		return true;
	if (!is_one_of_two(w->found.content_hash, r->content_hash, r->sent_hash) ||
	    !is_one_of_two(w->found.title, r->title, r->sent_title))
		return err_set(e, FAULT_REJECT,
		    "edited by hand on the site on %.10s; set state='pending' to "
		    "overwrite it",
		    w->found.modified);
	return true;
}

static void
skip(struct work *w, const char *why)
{
	w->skip = true;
	err_set(&w->fault, FAULT_NONE, "%s", why);
}

bool
publish_judge(struct work *w, struct err *e)
{
	const struct post_row *r = &w->row;
	bool known = publish_known_number(w) > 0;

	if (w->found.id == 0) {
		if (known && !r->overwrite) {
			skip(w, "the post was deleted on the site");
			return false;
		}
		return true;
	}
	if (!publish_is_ours(w, e))
		return false;
	if (publish_in_trash(&w->found) && !r->overwrite) {
		skip(w, "the post is in the site's trash");
		return false;
	}
	return is_untouched(w, e);
}

static bool
shows(const struct wp_post *p, const char *hash, const char *title)
{
	return strcmp(p->content_hash, hash) == 0 && strcmp(p->title, title) == 0;
}

bool
publish_is_kept_back(const struct work *w)
{
	const struct post_row *r = &w->row;

	return r->moderated != NULL && w->found.id > 0 &&
	       strcmp(r->moderated, w->found.status) == 0;
}

/* On a site that changes what it stores: its version of the last text was confirmed, and is still there. */
static bool
is_confirmed(const struct work *w)
{
	const struct post_row *r = &w->row;

	return !r->write_open && (w->found.content_hash[0] == '\0' ||
				     (r->content_hash != NULL && r->title != NULL &&
					 shows(&w->found, r->content_hash, r->title)));
}

static bool
is_as_confirmed(const struct work *w)
{
	const struct post_row *r = &w->row;

	return is_confirmed(w) && r->sent_hash != NULL &&
	       strcmp(r->sent_hash, w->hash) == 0 && r->sent_title != NULL &&
	       strcmp(r->sent_title, w->article.title) == 0;
}

bool
publish_is_as_sent(const struct work *w)
{
	const struct post_row *r = &w->row;

	if (r->sent_rest == NULL || strcmp(r->sent_rest, w->rest) != 0 ||
	    r->sent_hash == NULL || r->sent_title == NULL || r->sent_seal == NULL)
		return false;
	return shows(&w->found, r->sent_hash, r->sent_title) ||
	       (w->found.sealed && strcmp(w->found.seal, r->sent_seal) == 0) ||
	       is_confirmed(w);
}

/* A post that nobody can see is rewritten for new numbers only once a day, because moderators are
 * notified each time. */
static bool
may_rest(const struct work *w)
{
	const struct post_row *r = &w->row;

	return clock_now(&w->pb->st.clock) < r->sent_at + PUBLISH_DAY_S &&
	       r->sent_title != NULL && strcmp(r->sent_title, w->article.title) == 0;
}

bool
publish_is_current(const struct work *w)
{
	if (w->found.id == 0 || w->row.overwrite)
		return false;
	if (publish_is_kept_back(w))
		return may_rest(w);
	return shows(&w->found, w->hash, w->article.title) ||
	       (w->found.sealed && strcmp(w->found.seal, w->seal) == 0) ||
	       is_as_confirmed(w) || publish_is_as_sent(w);
}
