/*
 * publish_copies.c - removes the second post that a lost create leaves on the site; see publish.h.
 *
 * A create whose answer was lost may be stored long after it was searched for and sent again; then the
 * later of the two posts has the slug with a number or, as a draft, the same slug. A database that was
 * restored from a backup does not know of such a create, so at each contact a public copy that is as we
 * sent it is removed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/text.h"
#include "publisher/publish_internal.h"

#define END_MAX 160 /* bytes of a part of a sentence */

/* Nobody has changed it since we sent it. Even a site that changes what it stores keeps the seal. */
static bool
is_as_sent(const struct work *w, const struct wp_post *copy)
{
	const struct post_row *r = &w->row;

	return copy->sealed ||
	       (text_equal(copy->content_hash, r->sent_hash) &&
		   text_equal(copy->title, r->sent_title)) ||
	       (copy->unrevised && (text_equal(copy->seal, r->sent_seal) ||
				       text_equal(copy->seal, r->lost_seal)));
}

bool
publish_slug_is_taken(struct work *w, const struct wp_post *ours, struct err *e)
{
	auto_buf end = BUF_CUT(END_MAX);
	struct wp_post taker;
	bool drafted;

	if (!wp_remove(&w->pb->wp, ours, &drafted, e))
		return false;
	if (drafted)
		buf_printf(&end,
		    "a copy of ours, post %lld, is now a draft because the site does not "
		    "delete it",
		    (long long)ours->id);
	else
		buf_puts(&end, "a copy of ours was deleted");
	w->undone = true;
	if (!wp_find_public(&w->pb->wp, w->row.slug, false, &taker, e))
		return false;
	if (taker.id == 0)
		return err_set(e, FAULT_REJECT,
		    "the site does not give our post the slug %s: another user's "
		    "unpublished post has it, or a plugin hides the post that has it; %s",
		    w->row.slug, buf_text(&end));
	return err_set(e, FAULT_REJECT,
	    "another user's post %lld has the slug %s; delete it or make the potpress "
	    "user its author, then set state='pending'; %s (%s)",
	    (long long)taker.id, w->row.slug, buf_text(&end), taker.link);
}

/* The post itself exists: removes the copy and records in the row what is left of it. */
static bool
remove_copy(struct work *w, const struct wp_post *copy, struct err *e)
{
	bool drafted;

	if (!is_as_sent(w, copy)) {
		err_set(&w->fault, FAULT_NONE,
		    "post %lld on the site is an edited copy of this one; delete it",
		    (long long)copy->id);
		return true;
	}
	if (!wp_remove(&w->pb->wp, copy, &drafted, e))
		return false;
	if (drafted)
		err_set(&w->fault, FAULT_NONE,
		    "post %lld on the site is a copy of this one, now a draft because "
		    "the site does not delete it; delete it by hand",
		    (long long)copy->id);
	return true;
}

/* A copy that a lost create unknown to us may have left; copies made by people begin as drafts. */
static bool
is_stray(const struct work *w, const struct wp_post *copy)
{
	return w->found.id > 0 && strcmp(copy->status, "publish") == 0 &&
	       is_as_sent(w, copy);
}

bool
publish_remove_copies(struct work *w, struct err *e)
{
	/* A post that had its slug and is gone was deleted by somebody. */
	bool gone = publish_known_number(w) > 0;
	bool watched = publish_is_watched(w) || w->row.write_open;

	/* The post under our number is not ours; what has our slug may be the only one. */
	if (w->found.id > 0 && !w->found.marked)
		return true;
	for (size_t i = 0; i < w->copy_count; i++) {
		const struct wp_post *copy = &w->copies[i];

		if (!watched && !is_stray(w, copy))
			continue;
		if (w->found.id == 0 && !gone && is_as_sent(w, copy))
			return publish_slug_is_taken(w, copy, e);
		if (w->found.id == 0 && !gone)
			return err_set(e, FAULT_REJECT,
			    "post %lld on the site is a copy of ours with the slug %s; "
			    "delete it or change its slug to %s, then set state='pending'",
			    (long long)copy->id, copy->slug, w->row.slug);
		if (!remove_copy(w, copy, e))
			return false;
	}
	return true;
}
