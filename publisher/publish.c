/*
 * publish.c - see publish.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/publish.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "publisher/ahead.h"
#include "publisher/publish_internal.h"

#define KEPT_BACK_S (6 * HOUR_S) /* between checks of a post that the site made pending */

static bool
seal(struct work *w, struct err *e)
{
	struct article *a = &w->article;
	char *sealed = wp_seal_put(a->title, a->content, a->excerpt, w->seal, e);

	if (sealed == NULL)
		return false;
	free(a->content);
	a->content = sealed;
	sha256_hex(sealed, strlen(sealed), w->hash);
	return true;
}

/* Published posts do not change merely because related ones appear. */
static void
hash_rest(struct work *w)
{
	const struct article *a = &w->article;
	auto_buf rest = BUF_INIT(ARTICLE_CONTENT_MAX + ARTICLE_TITLE_MAX + 1);

	buf_puts(&rest, a->title);
	buf_put(&rest, a->content, a->related_at);
	buf_puts(&rest, a->content + a->related_at + a->related_len);
	sha256_hex(buf_text(&rest), rest.len, w->rest);
}

static bool
render(struct work *w, struct err *e)
{
	if (w->row.withdraw)
		return true;
	gate_has_cut(w->pb->gate);
	if (!publisher_render_row(
		w->pb, &w->row, &w->pb->options, w->pb->gate, &w->article, e))
		return false;
	w->cut = gate_has_cut(w->pb->gate);
	hash_rest(w);
	return seal(w, e);
}

/* The earliest time to work on the row: its last write may still be stored, or its kind delays it. */
static bool
find_wait(struct work *w, int64_t *until, struct err *e)
{
	const struct post_row *r = &w->row;

	*until = 0;
	if (r->write_open)
		*until = r->sent_at + PUBLISH_LOOK_UP_S;
	else if (!r->withdraw && !r->overwrite &&
		 !publisher_not_before(w->pb, r, until, e))
		return false;
	return publish_pictures_wait(w, until, e);
}

static bool
withdraw(struct work *w, struct err *e)
{
	if (w->found.id == 0 || publish_in_trash(&w->found) ||
	    strcmp(w->found.status, "draft") == 0)
		return true;
	return publish_is_ours(w, e) && publish_withdraw(w, e);
}

/* Once its pictures are on the site, the page can show them. */
static bool
place_pictures(struct work *w, struct err *e)
{
	bool changed;

	if (!publish_pictures(w, &changed, e))
		return false;
	if (!changed)
		return true;
	article_done(&w->article);
	return render(w, e);
}

static bool
bring_to_site(struct work *w, struct err *e)
{
	if (!render(w, e) || !publish_find(w, e) || !publish_remove_copies(w, e))
		return false;
	if (w->row.withdraw)
		return withdraw(w, e) && publish_drop_pictures(w, true, e);
	if (!publish_judge(w, e))
		return w->skip && (w->found.id > 0 || publish_drop_pictures(w, true, e));
	if (!place_pictures(w, e))
		return false;
	w->moderated = publish_is_kept_back(w);
	return (publish_is_current(w) || publish_write(w, e)) &&
	       publish_drop_pictures(w, false, e);
}

/* ---- its end */

/* The last write was not found on the site, or another one was found instead. */
static bool
is_lost(const struct work *w)
{
	return w->row.write_open && (w->wrote || w->found.id == 0);
}

/* When the last lost write was sent; 0: none is watched. */
static int64_t
lost_at(const struct work *w)
{
	return is_lost(w) ? w->row.sent_at : w->row.lost_at;
}

static bool
is_watch_over(const struct work *w, int64_t now)
{
	return now >= lost_at(w) + PUBLISH_WATCH_S;
}

/* Of two times the earlier one; 0: never. */
static int64_t
earlier(int64_t a, int64_t b)
{
	return a == 0 || (b > 0 && b < a) ? b : a;
}

static const struct wp_post *
now_there(const struct work *w)
{
	return w->wrote ? &w->written : &w->found;
}

/* When a done row is checked again for changes that the site may still make, or because its kind says
 * so; 0: never. */
static int64_t
next_look(const struct work *w, int64_t now)
{
	static const int64_t STEPS_S[] = { 300, HOUR_S, 6 * HOUR_S, PUBLISH_WATCH_S };
	int64_t lost = lost_at(w), next = 0;

	if (publish_pictures_lost_at(w) > lost)
		lost = publish_pictures_lost_at(w);
	if (lost > now) /* the clock was ahead */
		lost = now;
	for (size_t i = 0;
	     lost > 0 && next == 0 && i < sizeof STEPS_S / sizeof STEPS_S[0]; i++)
		if (lost + STEPS_S[i] > now)
			next = lost + STEPS_S[i];
	if (w->pictures_left && next == 0)
		next = now + PUBLISH_DAY_S;
	if ((w->moderated || publish_shows_older(w, now_there(w))) &&
	    (next == 0 || next > now + KEPT_BACK_S))
		next = now + KEPT_BACK_S;
	return earlier(next, publisher_next_look(w->pb, &w->row, now));
}

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void
note_moderation(struct work *w, const struct wp_post *p)
{
	if (!w->moderated)
		return;
	err_set(&w->fault, FAULT_NONE,
	    "the site made post %lld %s, not %s; a plugin or a person must approve posts "
	    "there",
	    (long long)p->id, p->status, w->pb->st.config.publisher.status);
	if (!w->pb->moderated && w->row.moderated == NULL)
		log_line(&w->pb->st.log, LOG_WARNING, "waiting", "what", w->row.key,
		    "why", w->fault.text, NULL);
	w->pb->moderated = true;
}

/* The site answered an edit, but shows what it had. */
static void
note_older(struct work *w, const struct wp_post *p)
{
	if (w->moderated || !publish_shows_older(w, p))
		return;
	err_set(&w->fault, FAULT_NONE,
	    "post %lld on the site still shows an older version: a plugin or a person must "
	    "approve edits there",
	    (long long)p->id);
	if (!w->pb->edits_kept_back)
		log_line(&w->pb->st.log, LOG_WARNING, "waiting", "what", w->row.key,
		    "why", w->fault.text, NULL);
	w->pb->edits_kept_back = true;
}

static bool
confirm(struct work *w, const struct wp_post *p, int64_t now, struct err *e)
{
	bool told = p->content_hash[0] != '\0'; /* did the site return what it stored? */
	struct confirmation c = { .site = w->pb->st.config.publisher.service.url,
		.now = now,
		.wp_id = p->id,
		.link = w->moderated ? NULL : p->link,
		.title = told ? p->title : w->article.title,
		.content_hash = told ? p->content_hash : w->hash,
		.seal = w->seal,
		.excerpt_hash = publish_changed_excerpt(w, p),
		.moderated = w->moderated ? p->status : NULL,
		.note = text_or_null(w->fault.text),
		.watched = is_watch_over(w, now),
		.captures = w->article.captures };

	return store_confirmed(&w->pb->st.db, w->row.id, &c, e) &&
	       (w->wrote || publish_is_as_sent(w) ||
		   shown_replace(&w->pb->st.db, w->row.id, w->article.shown,
		       w->article.shown_count, e)) &&
	       publish_follow_site(w, now, e) && publish_follow_links(w, p, now, e);
}

static bool
save(void *ctx, int64_t now, struct err *e)
{
	struct work *w = ctx;

	if (w->hidden)
		return store_withdrawn(&w->pb->st.db, w->row.id, false, false, e);
	if (w->fault.fault != FAULT_NONE)
		return !w->undone || store_write_undone(&w->pb->st.db, w->row.id, e);
	if (w->skip)
		return true;
	if (w->row.withdraw)
		return store_withdrawn(&w->pb->st.db, w->row.id, is_lost(w) && !w->wrote,
		    is_watch_over(w, now), e);
	return confirm(w, now_there(w), now, e);
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
		.slight = !w->wrote,
		.due_at = next_look(w, clock_now(&w->pb->st.clock)),
		.not_before = w->not_before };

	if (w->fault.fault == FAULT_NONE && !w->skip) {
		note_moderation(w, now_there(w));
		note_older(w, now_there(w));
	}
	return stage_settle(&w->pb->st, w->job, &s, e);
}

/* Before each request: the row must still be ours, and no stop may have been requested. */
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

/* While the site stores this post, the next ones are looked up. */
static void
look_ahead(void *ctx)
{
	struct work *w = ctx;
	struct err ignored = ERR_NONE;

	w->pb->wp.meanwhile = NULL;
	ahead_look(w->pb, clock_now(&w->pb->st.clock), &ignored);
}

static bool
work_on(struct work *w, struct err *e)
{
	struct wp *wp = &w->pb->wp;

	wp->may_ask = may_ask;
	wp->may_ask_ctx = w;
	wp->meanwhile = look_ahead;
	wp->meanwhile_ctx = w;
	if (!bring_to_site(w, &w->fault) && !w->lease_lost &&
	    w->fault.fault == FAULT_NONE)
		err_set(
		    &w->fault, FAULT_RETRY, "the post could not be stored on the site");
	publish_hide(w);
	wp->may_ask = NULL;
	wp->meanwhile = NULL;
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
	/* The operator deleted the row since it was claimed. */
	if (w.row.key == NULL)
		return true;
	if (!find_wait(&w, &wait_until, &w.fault) ||
	    !publisher_marker(pb, w.row.kind, w.row.key, w.marker, &w.fault))
		ok = settle(&w, e);
	else if (!publisher_is_judged(pb, &w.row))
		ok = stage_give_back(&pb->st, job, 0, NULL, e);
	else if (wait_until > clock_now(&pb->st.clock))
		ok = stage_give_back(&pb->st, job, wait_until, NULL, e);
	else
		ok = work_on(&w, e);
	article_done(&w.article);
	store_post_done(&w.row);
	return ok;
}
