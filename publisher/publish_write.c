/*
 * publish_write.c - what is sent to the site for one row; see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

#define END_MAX 160 /* bytes of a part of a sentence */

/* ---- categories and tags */

struct terms {
	int64_t category, tags[WP_KEPT_TAGS_MAX + WP_TAGS_MAX];
	size_t tag_count;
	bool leave_tags; /* the post has more than we read */
};

_Static_assert(
    ARTICLE_TAGS_MAX <= WP_TAGS_MAX, "an article has no more tags than a post");

static void
add_tag(struct terms *t, int64_t id)
{
	for (size_t i = 0; i < t->tag_count; i++)
		if (t->tags[i] == id)
			return;
	t->tags[t->tag_count++] = id;
}

/* `keep`: the post has what people gave it, and ours is added. */
static bool
find_terms(struct work *w, bool keep, struct terms *t, struct err *e)
{
	struct wp *wp = &w->pb->wp;
	const char *category = w->pb->st.config.publisher.category;

	*t = (struct terms){ .leave_tags = keep && w->found.more_tags };
	for (size_t i = 0; keep && i < w->found.tag_count; i++)
		add_tag(t, w->found.tags[i]);
	for (size_t i = 0; i < w->article.tag_count; i++) {
		const struct article_tag *tag = &w->article.tags[i];
		int64_t id = 0;

		if (!wp_term(wp, "tags", tag->slug, tag->name, &id, e))
			return false;
		if (id > 0)
			add_tag(t, id);
	}
	return keep || wp_term(wp, "categories", category, category, &t->category, e);
}

static bool
same_terms(const struct terms *a, const struct terms *b)
{
	return a->category == b->category && a->tag_count == b->tag_count &&
	       memcmp(a->tags, b->tags, a->tag_count * sizeof a->tags[0]) == 0;
}

/* ---- one write */

/* NULL: as it is. A person's requeue brings back what lies in the trash or waits as a draft, and
 * neither shows what was made private nor hides what is public. */
static const char *
wanted_status(const struct work *w)
{
	const struct wp_post *p = &w->found;
	const char *wanted = w->pb->st.config.publisher.status;

	if (p->id == 0 || publish_in_trash(p))
		return wanted;
	return w->row.overwrite && strcmp(p->status, "draft") == 0 ? wanted : NULL;
}

static bool
announce(struct work *w, const struct wp_draft *d, struct err *e)
{
	bool seen = w->found.id > 0 && w->found.content_hash[0] != '\0';
	struct announcement a = { .hash = d->content != NULL ? w->hash : NULL,
		.title = d->title,
		.seen_hash = seen ? w->found.content_hash : NULL,
		.seen_title = seen ? w->found.title : NULL };
	enum settled how =
	    store_write_opens(&w->pb->st.db, w->job, clock_now(&w->pb->st.clock), &a, e);

	w->lease_lost = how == SETTLED_LEASE_LOST;
	return how == SETTLED;
}

/* Announces and sends; a write without an answer is looked up later. */
static bool
send_draft(struct work *w, const struct wp_draft *d, struct err *e)
{
	if (!announce(w, d, e))
		return false;
	stage_crash_point("before-write");
	if (!wp_write(&w->pb->wp, w->found.id, d, w->marker, &w->written, e)) {
		if (e->unknown_outcome)
			w->not_before = clock_now(&w->pb->st.clock) + PUBLISH_LOOK_UP_S;
		w->undone = !e->unknown_outcome;
		return false;
	}
	stage_crash_point("after-write");
	w->wrote = true;
	return true;
}

static bool
send_post(struct work *w, const struct terms *t, struct err *e)
{
	bool create = w->found.id == 0;
	struct wp_draft d = { .title = w->article.title,
		.content = w->article.content,
		.excerpt = w->article.excerpt,
		.slug = create ? w->row.slug : NULL,
		.status = wanted_status(w),
		.tags = t->leave_tags ? NULL : t->tags,
		.tag_count = t->leave_tags ? 0 : t->tag_count,
		.category_id = t->category,
		.close_talk = create };

	if (!send_draft(w, &d, e))
		return false;
	if (d.status != NULL && strcmp(w->written.status, d.status) != 0)
		err_set(&w->fault, FAULT_NONE, "the site made it %s, not %s",
		    w->written.status, d.status);
	return true;
}

bool
publish_withdraw(struct work *w, struct err *e)
{
	struct wp_draft d = { .status = "draft" };

	return send_draft(w, &d, e);
}

/* ---- the slug */

/* Our post under another slug goes, or at least is not public. */
static bool
slug_is_taken(struct work *w, int64_t ours, struct err *e)
{
	auto_buf end = BUF_CUT(END_MAX);
	struct wp_post taker;
	bool drafted;

	if (!wp_remove(&w->pb->wp, ours, &drafted, e))
		return false;
	if (drafted)
		buf_printf(&end,
		    "a copy of ours, post %lld, is now a draft because the site does "
		    "not delete it",
		    (long long)ours);
	else
		buf_puts(&end, "a copy of ours was deleted");

	w->undone = true;
	if (!wp_find_public(&w->pb->wp, w->row.slug, &taker, e))
		return false;
	if (taker.id == 0)
		return err_set(e, FAULT_REJECT,
		    "the site does not give our post the slug %s: another user's "
		    "unpublished post has it, or a plugin changes slugs; %s",
		    w->row.slug, buf_text(&end));
	return err_set(e, FAULT_REJECT,
	    "another user's post %lld has the slug %s; delete it or make the "
	    "potpress user its author, then set state='pending'; %s (%s)",
	    (long long)taker.id, w->row.slug, buf_text(&end), taker.link);
}

static bool
was_just_sent(const struct work *w)
{
	const struct post_row *r = &w->row;

	return r->write_open && r->sent_hash != NULL && r->sent_title != NULL &&
	       strcmp(w->copy.content_hash, r->sent_hash) == 0 &&
	       strcmp(w->copy.title, r->sent_title) == 0;
}

bool
publish_remove_copy(struct work *w, struct err *e)
{
	bool drafted;

	if (w->copy.id == 0 || !w->row.write_open)
		return true;
	if (!was_just_sent(w))
		return w->found.id > 0 ||
		       err_set(e, FAULT_REJECT,
			   "post %lld on the site is a copy of ours with the slug %s; delete "
			   "it or change its slug to %s, then set state='pending'",
			   (long long)w->copy.id, w->copy.slug, w->row.slug);
	return w->found.id > 0 ? wp_remove(&w->pb->wp, w->copy.id, &drafted, e)
			       : slug_is_taken(w, w->copy.id, e);
}

/* WordPress gave our slug a number because it was taken: our copy goes. If the taker is ours after
 * all (a write that was thought lost), it is the one that stays. */
static bool
settle_slug(struct work *w, const struct terms *t, struct err *e)
{
	struct wp_post copy;
	bool drafted;

	if (w->found.id > 0 || strcmp(w->written.slug, w->row.slug) == 0)
		return true;
	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &w->found, &copy, e))
		return false;
	if (w->found.id == 0 || !w->found.marked || publish_in_trash(&w->found))
		return slug_is_taken(w, w->written.id, e);
	return wp_remove(&w->pb->wp, w->written.id, &drafted, e) && send_post(w, t, e);
}

/* A category or tag that was deleted on the site is ignored there without a word. */
static bool
settle_terms(struct work *w, bool keep, const struct terms *sent, struct err *e)
{
	struct terms fresh;

	if (!w->written.terms_lost)
		return true;
	wp_forget_terms(&w->pb->wp);
	w->found = w->written;
	if (!find_terms(w, keep, &fresh, e))
		return false;
	return same_terms(sent, &fresh) || send_post(w, &fresh, e);
}

bool
publish_write(struct work *w, struct err *e)
{
	bool keep = w->found.id > 0 && !w->row.overwrite;
	struct terms t;

	return find_terms(w, keep, &t, e) && send_post(w, &t, e) &&
	       settle_slug(w, &t, e) && settle_terms(w, keep, &t, e);
}
