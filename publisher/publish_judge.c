/*
 * publish_judge.c - checks whether the site's post is ours, unedited, and up to date; see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/text.h"
#include "publisher/publish_internal.h"

/* On a site that removes our marks or does not return raw texts: the create whose answer was lost made it,
 * and nobody has changed it since. */
static bool
is_lost_create(const struct work *w)
{
	const struct post_row *r = &w->row;
	const struct wp_post *p = &w->found;

	return r->write_open && r->sent_new && p->unrevised &&
	       publish_has_our_slug(w, p) &&
	       (p->content_hash[0] == '\0' || text_equal(p->title, r->sent_title) ||
		   text_equal(p->seal, r->sent_seal));
}

bool
publish_is_ours(struct work *w, struct err *e)
{
	bool named = publish_has_our_slug(w, &w->found);

	if (w->found.marked || is_lost_create(w) ||
	    (named && publish_known_number(w) == w->found.id))
		return true;
	if (named)
		return err_set(e, FAULT_REJECT,
		    "post %lld on the site is not ours although it has our slug; change "
		    "its slug or delete it, then set state='pending'",
		    (long long)w->found.id);
	return err_set(e, FAULT_REJECT,
	    "post %lld on the site has the id of our post but is not ours; set "
	    "state='pending' to publish ours again",
	    (long long)w->found.id);
}

static bool
is_one_of_two(const char *have, const char *a, const char *b)
{
	return text_equal(have, a) || text_equal(have, b);
}

/* What the site made of a text is known once a write of that text was confirmed. */
static bool
is_known_there(const struct post_row *r, const char *seal)
{
	return !r->write_open && text_equal(seal, r->sent_seal);
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
	return (r->write_open && text_equal(seal, r->sent_seal) &&
		   (!r->sent_new || w->found.unrevised)) ||
	       (r->lost_at > 0 && text_equal(seal, r->lost_seal) &&
		   !is_known_there(r, seal));
}

/* A post is ours if its own seal matches, or if it is what we last stored or last sent. */
static bool
is_untouched(struct work *w, struct err *e)
{
	const struct post_row *r = &w->row;

	if (r->overwrite || w->found.content_hash[0] == '\0' || w->found.sealed ||
	    is_lost_write(w) || is_lost_create(w))
		return true;
	if (is_one_of_two(w->found.content_hash, r->content_hash, r->sent_hash) &&
	    is_one_of_two(w->found.title, r->title, r->sent_title))
		return true;
	if (!publish_has_old_seal(w, &w->found.sealed, e))
		return false;
	return w->found.sealed ||
	       err_set(e, FAULT_REJECT,
		   "edited by hand on the site on %.10s; set state='pending' to "
		   "overwrite it",
		   w->found.modified);
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

	/* The number of a post that is gone belongs to somebody else's by now. */
	if (r->overwrite && !w->found.marked && !publish_has_our_slug(w, &w->found))
		w->found = (struct wp_post){ .id = 0 };
	if (w->found.id == 0) {
		if (known && !r->overwrite) {
			skip(w, "the post was deleted on the site");
			return false;
		}
		return publish_may_create(w, e);
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

/* A lost create left it in a status that we did not request. */
static bool
was_never_published(const struct work *w)
{
	const char *status = w->found.status;

	return w->row.write_open && w->row.sent_new && w->found.id > 0 &&
	       strcmp(status, w->pb->st.config.publisher.status) != 0 &&
	       strcmp(status, "publish") != 0 && strcmp(status, "private") != 0 &&
	       !publish_in_trash(&w->found);
}

bool
publish_is_kept_back(const struct work *w)
{
	return was_never_published(w) ||
	       (w->found.id > 0 && text_equal(w->found.status, w->row.moderated));
}

const char *
publish_changed_excerpt(const struct work *w, const struct wp_post *now)
{
	bool ours = w->wrote ? w->sent_excerpt : is_lost_create(w);

	return ours && !now->own_excerpt ? now->excerpt_hash : NULL;
}

bool
publish_has_our_excerpt(const struct work *w)
{
	return w->found.own_excerpt || is_lost_create(w) ||
	       text_equal(w->found.excerpt_hash, w->row.excerpt_hash);
}

bool
publish_is_scheduled(const struct work *w)
{
	return publish_is_kept_back(w) && strcmp(w->found.status, "future") == 0;
}

bool
publish_shows_older(const struct work *w, const struct wp_post *p)
{
	return !w->row.withdraw && p->sealed && strcmp(p->seal, w->seal) != 0 &&
	       (w->wrote || !text_equal(p->seal, w->row.sent_seal));
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

	return is_confirmed(w) && text_equal(w->hash, r->sent_hash) &&
	       text_equal(w->article.title, r->sent_title);
}

bool
publish_is_as_sent(const struct work *w)
{
	const struct post_row *r = &w->row;

	if (!text_equal(w->rest, r->sent_rest) || r->sent_hash == NULL ||
	    r->sent_title == NULL || r->sent_seal == NULL)
		return false;
	return shows(&w->found, r->sent_hash, r->sent_title) ||
	       (w->found.sealed && text_equal(w->found.seal, r->sent_seal)) ||
	       is_confirmed(w);
}

/* The last edit was answered with the older version that is still there. */
static bool
is_unapproved(const struct work *w)
{
	return !w->row.write_open && publish_shows_older(w, &w->found) &&
	       text_equal(w->found.content_hash, w->row.content_hash);
}

/* Where moderators are notified each time, a post is rewritten for new numbers only once a day; one that
 * the site will publish by itself not at all, because plugins then postpone it. */
static bool
may_rest(const struct work *w)
{
	const struct post_row *r = &w->row;

	return (publish_is_scheduled(w) ||
		   clock_now(&w->pb->st.clock) < r->sent_at + PUBLISH_DAY_S) &&
	       text_equal(w->article.title, r->sent_title);
}

bool
publish_is_current(const struct work *w)
{
	if (w->found.id == 0 || w->row.overwrite)
		return false;
	if (publish_is_kept_back(w) || is_unapproved(w))
		return may_rest(w);
	return shows(&w->found, w->hash, w->article.title) ||
	       (w->found.sealed && strcmp(w->found.seal, w->seal) == 0) ||
	       is_as_confirmed(w) || publish_is_as_sent(w);
}
