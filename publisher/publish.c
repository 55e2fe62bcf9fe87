/*
 * publish.c - see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

bool
publish_in_trash(const struct wp_post *p)
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
find_by_number(struct work *w, struct err *e)
{
	if (w->row.wp_id == 0)
		return true;
	if (!wp_get(&w->pb->wp, w->row.wp_id, w->marker, &w->found, e))
		return false;
	/* The site may have a new address, or be another one: there only the marker is proof. */
	if (known_number(w) == 0 && !w->found.marked)
		w->found = (struct wp_post){ .id = 0 };
	return true;
}

static bool
find(struct work *w, struct err *e)
{
	if (!find_by_number(w, e))
		return false;
	if (w->found.id > 0 && !w->found.hidden)
		return true;
	bool hidden = w->found.hidden;

	if (!wp_find(&w->pb->wp, w->row.slug, w->marker, &w->found, &w->copy, e))
		return false;
	if (hidden && w->found.id == 0)
		return err_set(e, FAULT_REJECT,
		    "post %lld on the site belongs to another user now; make the "
		    "potpress user its author again, then set state='pending'",
		    (long long)w->row.wp_id);
	return publish_remove_copy(w, e);
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
	    "post %lld on the site is not ours although it has %s; change its "
	    "slug or delete it, then set state='pending'",
	    (long long)w->found.id, has_our_slug(w) ? "our slug" : "the id of our post");
}

static bool
is_one_of_two(const char *have, const char *a, const char *b)
{
	return (a != NULL && strcmp(have, a) == 0) || (b != NULL && strcmp(have, b) == 0);
}

/* Only what we last stored and what we last sent is ours. */
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

static bool
is_current(const struct work *w)
{
	const struct post_row *r = &w->row;
	const char *title = w->article.title;

	if (w->found.id == 0 || r->overwrite)
		return false;
	if (shows(&w->found, w->hash, title))
		return true;
	/* A site that changes what it stores: what it made of this very text was confirmed. */
	return !r->write_open && r->sent_hash != NULL &&
	       strcmp(r->sent_hash, w->hash) == 0 && r->sent_title != NULL &&
	       strcmp(r->sent_title, title) == 0;
}

/* ---- the row */

static bool
render(struct work *w, struct err *e)
{
	if (w->row.withdraw)
		return true;
	if (!publisher_render_row(w->pb, &w->row, w->pb->gate, &w->article, e))
		return false;
	sha256_hex(w->article.content, strlen(w->article.content), w->hash);
	return true;
}

/* The time before which the row must wait: its last write may still be stored, or its kind holds it
 * back. */
static bool
find_wait(struct work *w, int64_t *until, struct err *e)
{
	const struct post_row *r = &w->row;

	*until = 0;
	if (r->write_open)
		*until = r->sent_at + PUBLISH_LOOK_UP_S;
	else if (!r->withdraw && !r->overwrite)
		return publisher_not_before(w->pb, r, until, e);
	return true;
}

static bool
withdraw(struct work *w, struct err *e)
{
	if (w->found.id == 0 || publish_in_trash(&w->found) ||
	    strcmp(w->found.status, "draft") == 0)
		return true;
	return is_ours(w, e) && publish_withdraw(w, e);
}

static bool
bring_to_site(struct work *w, struct err *e)
{
	if (!render(w, e) || !find(w, e))
		return false;
	if (w->row.withdraw)
		return withdraw(w, e);
	if (!judge(w, e))
		return w->skip;
	return is_current(w) || publish_write(w, e);
}

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct work *w = ctx;
	const struct wp_post *p = w->wrote ? &w->written : &w->found;
	bool told = p->content_hash[0] != '\0'; /* did the site return what it stored? */
	struct confirmation c = { .site = w->pb->st.config.publisher.service.url,
		.now = now,
		.wp_id = p->id,
		.link = p->link,
		.title = told ? p->title : w->article.title,
		.content_hash = told ? p->content_hash : w->hash,
		.captures = w->article.captures };

	if (w->fault.fault != FAULT_NONE)
		return !w->undone || store_write_undone(&w->pb->st.db, w->row.id, e);
	if (w->skip)
		return true;
	if (w->row.withdraw)
		return store_withdrawn(&w->pb->st.db, w->row.id, e);
	return store_confirmed(&w->pb->st.db, w->row.id, &c, e);
}

static bool
settle(struct work *w, struct err *e)
{
	struct settlement s = { .service = w->pb->service,
		.e = &w->fault,
		.save = save,
		.save_faults = true,
		.ctx = w,
		.what = w->row.key,
		.took_ms = -1,
		.skip = w->skip,
		.not_before = w->not_before };

	return stage_settle(&w->pb->st, w->job, &s, e);
}

/* Before each request: the row must still be ours, and nothing begins once a stop was asked for. */
static bool
may_ask(void *ctx, struct err *e)
{
	struct work *w = ctx;
	struct stage *st = &w->pb->st;
	int64_t now = clock_now(&st->clock);
	enum settled how;

	if (stage_stop_asked(st))
		return err_outage(e, OUTAGE_DOWN, 0, "wordpress: asked to stop");
	if (now < w->job->lease_until - QUEUE_LEASE_S / 2)
		return true;
	how = queue_extend(&st->queue, w->job, now, e);
	w->lease_lost = how == SETTLED_LEASE_LOST;
	return how == SETTLED;
}

static bool
work_on(struct work *w, struct err *e)
{
	struct wp *wp = &w->pb->wp;

	wp->may_ask = may_ask;
	wp->may_ask_ctx = w;
	if (!bring_to_site(w, &w->fault) && !w->lease_lost &&
	    w->fault.fault == FAULT_NONE)
		err_set(
		    &w->fault, FAULT_RETRY, "the post could not be stored on the site");
	wp->may_ask = NULL;
	if (!w->lease_lost)
		return settle(w, e);
	log_line(&w->pb->st.log, LOG_WARNING, "lease_lost", "what", w->row.key, NULL);
	return true;
}

bool
publish_row(struct publisher *pb, struct job *job, struct err *e)
{
	struct work w = { .pb = pb, .job = job };
	int64_t wait_until;
	bool ok;

	if (!store_post(&pb->st.db, job->id, &w.row, e))
		return false;
	/* A person deleted the row since it was claimed. */
	if (w.row.key == NULL)
		return true;
	if (!find_wait(&w, &wait_until, &w.fault) ||
	    !publisher_marker(pb, &w.row, w.marker, &w.fault))
		ok = settle(&w, e);
	else if (wait_until > clock_now(&pb->st.clock))
		ok = stage_give_back(&pb->st, job, wait_until, NULL, e);
	else
		ok = work_on(&w, e);
	article_done(&w.article);
	store_post_done(&w.row);
	return ok;
}
