/*
 * publish_write.c - sends one row to the site; see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

/* ---- categories and tags */

struct terms {
	int64_t category, tags[WP_KEPT_TAGS_MAX + WP_TAGS_MAX];
	size_t tag_count;
	bool leave_tags; /* the post has them all, or more than we read */
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

/* `keep`: the post keeps the tags that people added, besides ours. */
static bool
find_terms(struct work *w, bool keep, struct terms *t, struct err *e)
{
	struct wp *wp = &w->pb->wp;
	const char *category;

	if (!publisher_category(w->pb, &w->row, &category, e))
		return false;
	*t = (struct terms){ .tag_count = 0 };
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
	t->leave_tags =
	    keep && (w->found.more_tags || t->tag_count == w->found.tag_count);
	return keep || wp_term(wp, "categories", category, category, &t->category, e);
}

static bool
same_terms(const struct terms *a, const struct terms *b)
{
	return a->category == b->category && a->tag_count == b->tag_count &&
	       memcmp(a->tags, b->tags, a->tag_count * sizeof a->tags[0]) == 0;
}

/* ---- one write */

/* NULL: unchanged. A manual requeue brings back a post from the trash or from a draft, but neither
 * shows a private post nor hides a public one. If the site itself made the post pending, it is asked to
 * publish again. */
static const char *
wanted_status(const struct work *w)
{
	const struct wp_post *p = &w->found;
	const char *wanted = w->pb->st.config.publisher.status;

	if (p->id == 0 || publish_in_trash(p) ||
	    (publish_is_kept_back(w) && !publish_is_scheduled(w)))
		return wanted;
	return w->row.overwrite && strcmp(p->status, "draft") == 0 ? wanted : NULL;
}

static bool
announce(struct work *w, const struct wp_draft *d, struct err *e)
{
	bool seen = w->found.id > 0 && w->found.content_hash[0] != '\0';
	struct announcement a = { .hash = d->content != NULL ? w->hash : NULL,
		.title = d->title,
		.seal = d->content != NULL ? w->seal : NULL,
		.rest = d->content != NULL ? w->rest : NULL,
		.shown = d->content != NULL ? w->article.shown : NULL,
		.shown_count = w->article.shown_count,
		.creates = w->found.id == 0,
		.seen_hash = seen ? w->found.content_hash : NULL,
		.seen_title = seen ? w->found.title : NULL };
	enum settled how =
	    store_write_opens(&w->pb->st.db, w->job, clock_now(&w->pb->st.clock), &a, e);

	w->lease_lost = how == SETTLED_LEASE_LOST;
	return how == SETTLED;
}

/* A cache may answer a create with an older answer. */
static bool
is_what_we_sent(const struct work *w, struct err *e)
{
	const struct wp_post *p = &w->written;

	if (w->found.id > 0 || p->marked ||
	    strncmp(p->slug, w->row.slug, strlen(w->row.slug)) == 0)
		return true;
	err_doubt(e, "wordpress: the answer to a create is another post, %lld",
	    (long long)p->id);
	e->unknown_outcome = true;
	return false;
}

/* Announces the write and sends it; a write without an answer is looked up later. */
static bool
send_draft(struct work *w, const struct wp_draft *d, struct err *e)
{
	if (!announce(w, d, e))
		return false;
	stage_crash_point("before-write");
	if (!wp_write(&w->pb->wp, w->found.id, d, w->marker, &w->written, e) ||
	    !is_what_we_sent(w, e)) {
		if (e->unknown_outcome)
			w->not_before = clock_now(&w->pb->st.clock) + PUBLISH_LOOK_UP_S;
		w->undone = !e->unknown_outcome;
		return false;
	}
	stage_crash_point("after-write");
	w->wrote = true;
	return true;
}

/* A site may make posts pending when they are new, or after each edit. */
static void
note_status(struct work *w, const char *asked)
{
	const char *expected = asked != NULL ? asked
			       : publish_is_scheduled(w)
				   ? w->pb->st.config.publisher.status
				   : w->found.status;
	const char *now = w->written.status;

	w->moderated = strcmp(now, expected) != 0 && strcmp(now, "publish") != 0;
	if (asked != NULL && !w->moderated)
		w->pb->moderated = false;
}

/* People may have their own excerpt, as long as it reveals nothing. */
static bool
keeps_excerpt(struct work *w, bool *keeps, struct err *e)
{
	auto_buf page = BUF_INIT(WP_REPLY_MAX), excerpt = BUF_INIT(WP_REPLY_MAX);

	*keeps = false;
	if (w->found.id == 0 || w->row.overwrite || publish_has_our_excerpt(w))
		return true;
	if (!wp_texts(&w->pb->wp, w->found.id, &page, &excerpt, e))
		return false;
	*keeps = !gate_finds(w->pb->gate, buf_text(&excerpt)) ||
		 gate_finds(w->pb->gate, w->article.excerpt); /* by a word of our own */
	return true;
}

static bool
send_post(struct work *w, const struct terms *t, struct err *e)
{
	bool create = w->found.id == 0, keeps;
	struct wp_draft d = { .title = w->article.title,
		.content = w->article.content,
		.excerpt = w->article.excerpt,
		.slug = create ? w->row.slug : NULL,
		.status = wanted_status(w),
		.tags = t->leave_tags ? NULL : t->tags,
		.tag_count = t->leave_tags ? 0 : t->tag_count,
		.category_id = t->category,
		.close_talk = create };

	if (!keeps_excerpt(w, &keeps, e))
		return false;
	if (keeps)
		d.excerpt = NULL;
	w->sent_excerpt = !keeps;
	if (!send_draft(w, &d, e))
		return false;
	note_status(w, d.status);
	return true;
}

bool
publish_withdraw(struct work *w, struct err *e)
{
	struct wp_draft d = { .status = "draft" };

	return send_draft(w, &d, e);
}

/* ---- what the site made of it */

/* Removes what was created: the site had our post already. */
static bool
keep_first(
    struct work *w, const struct wp_post *first, const struct terms *t, struct err *e)
{
	bool drafted;

	if (!wp_remove(&w->pb->wp, &w->written, &drafted, e))
		return false;
	w->found = *first;
	w->undone = strcmp(first->seal, w->seal) != 0 && !publish_judge(w, e);
	return !w->undone && send_post(w, t, e);
}

/* A plugin made a slug of its own. It is accepted, unless a write that seemed lost made a post before. */
static bool
accept_slug(struct work *w, const struct terms *t, struct err *e)
{
	struct wp_post marked[2];
	size_t count;

	if (!wp_find_marked(&w->pb->wp, w->marker, marked, 2, &count, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (marked[i].id != w->written.id)
			return keep_first(w, &marked[i], t, e);
	return true;
}

/* WordPress added a number to our slug because it was taken, so our copy is removed. If the other post
 * is ours too (a write that seemed lost), that one is kept. */
static bool
settle_slug(struct work *w, const struct terms *t, struct err *e)
{
	size_t len = strlen(w->row.slug);
	struct wp_found f;

	if (w->found.id > 0 || strcmp(w->written.slug, w->row.slug) == 0)
		return true;
	if (strncmp(w->written.slug, w->row.slug, len) != 0 ||
	    w->written.slug[len] != '-')
		return accept_slug(w, t, e);
	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &f, e))
		return false;
	if (f.post.id == 0 || !f.post.marked || publish_in_trash(&f.post))
		return publish_slug_is_taken(w, &w->written, e);
	return keep_first(w, &f.post, t, e);
}

/* WordPress silently ignores a category or tag that was deleted on the site. */
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
