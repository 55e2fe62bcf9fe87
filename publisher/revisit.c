/*
 * revisit.c - see revisit.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/revisit.h"

/* Loads identities that posts have not been searched for; r->fresh stays empty if there are none. */
static bool
begin(struct publisher *pb, struct revisit *r, struct err *e)
{
	if (r->gate == NULL)
		r->gate = gate_new(e);
	r->after_id = 0;
	return r->gate != NULL && identities_fresh(&pb->st.db, r->gate, &r->fresh, e);
}

/* Of the related posts that it shows: by now it may show others, or they may have other titles. What relates
 * them is in the rest of the page. */
static bool
pass_titles(struct publisher *pb, int64_t id, struct err *e)
{
	struct shown titles[SHOWN_TITLES_MAX];
	size_t count;

	if (!shown_titles(&pb->st.db, id, titles, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		auto_buf passed = BUF_CUT(GATE_TEXT_MAX);

		gate_pass(pb->revisit.gate, titles[i].value, GATE_TEXT_MAX, &passed);
	}
	return true;
}

/* Whether the post contains a new identity. */
static bool
holds_private(struct publisher *pb, int64_t id, bool *holds, struct err *e)
{
	struct gate *g = pb->revisit.gate;
	struct post_options alone = pb->options;
	struct article a = { .title = NULL };
	bool noise = false;
	bool ok;

	alone.site = NULL;
	ok = pass_titles(pb, id, e) && shown_has_noise(&pb->st.db, id, &noise, e) &&
	     publisher_render(pb, id, &alone, g, &a, e);
	article_done(&a);
	*holds = gate_has_cut(g) || noise;
	return ok || e->fault == FAULT_NONE;
}

static bool
look_at(struct publisher *pb, const struct written_post *p, struct err *e)
{
	bool again = p->stale;

	if (!again && !holds_private(pb, p->id, &again, e))
		return false;
	return !again || store_write_again(&pb->st.db, p->id, e);
}

bool
revisit_step(struct publisher *pb, bool *busy, struct err *e)
{
	struct revisit *r = &pb->revisit;
	struct written_post posts[REVISIT_POSTS_MAX];
	size_t count;

	*busy = false;
	if (r->fresh.count == 0 && !begin(pb, r, e))
		return false;
	if (r->fresh.count == 0)
		return true;
	if (!store_written(&pb->st.db, r->after_id, posts, REVISIT_POSTS_MAX, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!look_at(pb, &posts[i], e))
			return false;
		r->after_id = posts[i].id;
	}
	*busy = true;
	if (count == REVISIT_POSTS_MAX)
		return true;
	if (!identities_searched(&pb->st.db, &r->fresh, e))
		return false;
	identities_done(&r->fresh);
	return true;
}

void
revisit_done(struct revisit *r)
{
	identities_done(&r->fresh);
	gate_free(r->gate);
	*r = (struct revisit){ .after_id = 0 };
}
