/*
 * publish.c - see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/publish.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"

/* One row on its way. */
struct work {
	struct publisher *pb;
	struct job *job;
	struct post_row row;
	struct article article;
	char hash[DIGEST_HEX_MAX]; /* of the content we would send */
	char marker[128];
	struct wp_post found; /* id 0: none on the site */
	struct wp_post written;
	bool wrote;
	bool skip; /* the row ends as skipped; fault.text says why */
	bool lease_lost;
	int64_t not_before;
	struct err fault;
};

static bool
is_withdrawn(const struct work *w)
{
	return w->row.withdraw;
}

static bool
in_trash(const struct wp_post *p)
{
	return strcmp(p->status, "trash") == 0;
}

/* ---- find */

/* The number counts only on the site that gave it. */
static int64_t
known_number(const struct work *w)
{
	return w->row.site != NULL &&
		       strcmp(w->row.site, w->pb->st.config.publisher.service.url) == 0
		   ? w->row.wp_id
		   : 0;
}

static bool
find(struct work *w, struct err *e)
{
	int64_t id = known_number(w);

	if (id > 0 && !wp_get(&w->pb->wp, id, w->marker, &w->found, e))
		return false;
	if (w->found.id > 0)
		return true;
	return wp_find(&w->pb->wp, w->row.slug, w->marker, &w->found, e);
}

/* ---- judge */

static bool
has_our_slug(const struct work *w)
{
	size_t len = strlen(w->row.slug);

	return strncmp(w->found.slug, w->row.slug, len) == 0 &&
	       (w->found.slug[len] == '\0' ||
		   strcmp(w->found.slug + len, "__trashed") == 0);
}

static bool
is_ours(struct work *w, struct err *e)
{
	if (w->found.marked || (has_our_slug(w) && known_number(w) == w->found.id))
		return true;
	return err_set(e, FAULT_REJECT,
	    "post %lld on the site has this slug but is not ours",
	    (long long)w->found.id);
}

static bool
is_one_of_two(const char *have, const char *a, const char *b)
{
	return (a != NULL && strcmp(have, a) == 0) || (b != NULL && strcmp(have, b) == 0);
}

static bool
is_untouched(struct work *w, struct err *e)
{
	const struct post_row *r = &w->row;

	if (r->overwrite || w->found.content_hash[0] == '\0')
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

/* True when there is something to write. */
static bool
judge(struct work *w, struct err *e)
{
	const struct post_row *r = &w->row;
	bool known = known_number(w) > 0;

	if (w->found.id == 0) {
		if (known && !r->overwrite) {
			skip(w, "the post was deleted on the site");
			return false;
		}
		return true;
	}
	if (!is_ours(w, e))
		return false;
	if (in_trash(&w->found) && !r->overwrite) {
		skip(w, "the post is in the site's trash");
		return false;
	}
	return is_untouched(w, e);
}

static bool
is_current(const struct work *w)
{
	const struct post_row *r = &w->row;

	return w->found.id > 0 && !r->overwrite && r->sent_hash != NULL &&
	       strcmp(r->sent_hash, w->hash) == 0 && r->sent_title != NULL &&
	       strcmp(r->sent_title, w->article.title) == 0;
}

/* ---- write */

static void
find_tags(struct work *w, int64_t *ids, int *count, struct err *e)
{
	*count = 0;
	for (size_t i = 0; i < w->article.tag_count && *count < WP_TAGS_MAX; i++) {
		int64_t id = 0;

		if (!wp_term(&w->pb->wp, "tags", w->article.tags[i].slug,
			w->article.tags[i].name, &id, e))
			return;
		if (id > 0)
			ids[(*count)++] = id;
	}
}

static const char *
wanted_status(const struct work *w)
{
	if (w->found.id > 0 && !w->row.overwrite)
		return NULL;
	return w->pb->st.config.publisher.status;
}

/* WordPress gave our slug a number because it was taken: if the taker is ours, our copy goes. */
static bool
resolve_copy(struct work *w, struct err *e)
{
	struct wp_post first;

	if (strcmp(w->written.slug, w->row.slug) == 0 || w->found.id > 0)
		return true;
	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &first, e))
		return false;
	if (first.id == 0 || !first.marked)
		return err_set(e, FAULT_REJECT,
		    "the site gave the slug %s to our post instead of %s",
		    w->written.slug, w->row.slug);
	if (!wp_delete(&w->pb->wp, w->written.id, e))
		return false;
	w->written = first;
	return true;
}

static bool
announce(struct work *w, const char *hash, const char *title, struct err *e)
{
	int64_t now = clock_now(&w->pb->st.clock);
	enum settled how = store_write_opens(&w->pb->st.db, w->job, now, hash, title, e);

	w->lease_lost = how == SETTLED_LEASE_LOST;
	return how == SETTLED;
}

static bool
write_post(struct work *w, struct err *e)
{
	int64_t tags[WP_TAGS_MAX];
	int count = 0;

	find_tags(w, tags, &count, e);
	if (e->fault != FAULT_NONE)
		return false;
	struct wp_draft d = { .title = w->article.title,
		.content = w->article.content,
		.excerpt = w->article.excerpt,
		.slug = w->found.id > 0 ? NULL : w->row.slug,
		.status = wanted_status(w),
		.tags = tags,
		.tag_count = count,
		.category_id = w->pb->wp.category_id,
		.close_talk = true };

	if (!announce(w, w->hash, w->article.title, e))
		return false;
	stage_crash_point("before-write");
	if (!wp_write(&w->pb->wp, w->found.id, &d, w->marker, &w->written, e)) {
		if (e->unknown_outcome)
			w->not_before = clock_now(&w->pb->st.clock) + PUBLISH_LOOK_UP_S;
		return false;
	}
	stage_crash_point("after-write");
	w->wrote = true;
	return resolve_copy(w, e);
}

static bool
withdraw_post(struct work *w, struct err *e)
{
	struct wp_draft d = { .status = "draft" };

	if (w->found.id == 0 || in_trash(&w->found) ||
	    strcmp(w->found.status, "draft") == 0)
		return true;
	if (!is_ours(w, e))
		return false;
	return wp_write(&w->pb->wp, w->found.id, &d, w->marker, &w->written, e);
}

/* ---- the row */

static bool
render(struct work *w, struct err *e)
{
	struct article_facts facts;
	bool ok;

	if (is_withdrawn(w))
		return true;
	ok = store_facts(&w->pb->st.db, &w->row, clock_now(&w->pb->st.clock),
		 &w->pb->st.config.publisher.sensor_names, &facts, e) &&
	     article_render(&facts, &w->pb->options, w->pb->guard, &w->article, e);
	article_facts_done(&facts);
	if (!ok)
		return false;
	digest_sha256(w->article.content, strlen(w->article.content), w->hash);
	return true;
}

/* A row that must wait: its last write may still be stored, or it is held back by configuration. */
static bool
must_wait(struct work *w)
{
	int64_t now = clock_now(&w->pb->st.clock);
	const struct post_row *r = &w->row;
	int64_t after = w->pb->st.config.publisher.publish_after_s;

	if (r->write_open && now < r->sent_at + PUBLISH_LOOK_UP_S)
		w->not_before = r->sent_at + PUBLISH_LOOK_UP_S;
	else if (r->published_at == 0 && r->first_seen > 0 && !r->overwrite &&
		 now < r->first_seen + after)
		w->not_before = r->first_seen + after;
	return w->not_before > now;
}

static bool
bring_to_site(struct work *w, struct err *e)
{
	if (!render(w, e) || !find(w, e))
		return false;
	if (is_withdrawn(w))
		return withdraw_post(w, e);
	if (!judge(w, e))
		return w->skip;
	if (is_current(w))
		return true;
	return write_post(w, e);
}

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct work *w = ctx;
	struct confirmation c = { .site = w->pb->st.config.publisher.service.url,
		.now = now };
	const struct wp_post *p = w->wrote ? &w->written : &w->found;

	if (w->skip)
		return store_skipped(&w->pb->st.db, w->row.id, e);
	if (is_withdrawn(w))
		return store_withdrawn(&w->pb->st.db, w->row.id, e);
	c.wp_id = p->id;
	c.link = p->link;
	c.title = w->article.title;
	c.content_hash = p->content_hash[0] != '\0' ? p->content_hash : w->hash;
	c.captures = w->article.captures;
	c.wrote = w->wrote;
	return store_confirmed(&w->pb->st.db, w->row.id, &c, e);
}

static bool
settle(struct work *w, struct err *e)
{
	struct settlement s = { .e = &w->fault,
		.save = save,
		.ctx = w,
		.what = w->row.key,
		.took_ms = -1,
		.skip = w->skip,
		.not_before = w->not_before };

	return stage_settle(&w->pb->st, w->job, &s, e);
}

bool
publish_row(struct publisher *pb, struct job *job, struct err *e)
{
	struct work w = { .pb = pb, .job = job };
	auto_buf marker = BUF_INIT(sizeof w.marker - 1);
	bool ok = true;

	if (!store_post(&pb->st.db, job->id, &w.row, e))
		return false;
	buf_printf(&marker, "id=\"potpress-%s\"", w.row.key);
	memcpy(w.marker, buf_text(&marker), marker.len + 1);
	if (must_wait(&w)) {
		ok = stage_give_back(&pb->st, job, w.not_before, NULL, e);
	} else {
		if (!bring_to_site(&w, &w.fault) && !w.lease_lost &&
		    w.fault.fault == FAULT_NONE)
			err_set(&w.fault, FAULT_RETRY,
			    "the post could not be brought to the site");
		if (w.lease_lost)
			log_line(&pb->st.log, LOG_WARNING, "lease_lost", "what",
			    w.row.key, NULL);
		else
			ok = settle(&w, e);
	}
	article_done(&w.article);
	store_post_done(&w.row);
	return ok;
}
