/*
 * revisit.c - see revisit.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/revisit.h"

#include <stdlib.h>
#include <string.h>

static char *
own_words(const struct list *words)
{
	cJSON *all = cJSON_CreateArray();
	char *text;

	for (size_t i = 0; i < words->count; i++)
		cJSON_AddItemToArray(all, cJSON_CreateString(words->items[i]));
	text = cJSON_PrintUnformatted(all);
	cJSON_Delete(all);
	return text;
}

static bool
fill_guard(struct guard *g, const char *values, struct err *e)
{
	cJSON *all = json_parse(values, strlen(values), e);
	const char *value;
	bool ok = all != NULL;

	guard_reset(g);
	for (int i = 0; ok && json_text_nth(all, "", i, &value); i++)
		ok = guard_add(g, value, e);
	cJSON_Delete(all);
	return ok;
}

/* Looks for identities that no post was searched for; leaves r->fresh NULL when there is none. */
static bool
begin(struct publisher *pb, struct revisit *r, struct err *e)
{
	auto_free char *fresh = NULL;

	if (r->own == NULL)
		r->own = own_words(&pb->st.config.publisher.private_words);
	if (r->guard == NULL)
		r->guard = guard_new(e);
	if (r->own == NULL || r->guard == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	if (!store_fresh_identities(&pb->st.db, r->own, &fresh, e))
		return false;
	if (fresh == NULL)
		return true;
	if (!fill_guard(r->guard, fresh, e))
		return false;
	r->fresh = fresh;
	fresh = NULL;
	r->after_id = 0;
	return true;
}

/* Whether the post holds what is new. */
static bool
holds_private(struct publisher *pb, int64_t id, bool *holds, struct err *e)
{
	struct guard *g = pb->revisit.guard;
	struct article a = { .title = NULL };
	bool ok = publisher_render(pb, id, g, &a, e);

	article_done(&a);
	*holds = guard_has_cut(g);
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
	if (r->fresh == NULL && !begin(pb, r, e))
		return false;
	if (r->fresh == NULL)
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
	if (!store_guarded(&pb->st.db, r->fresh, r->own, e))
		return false;
	free(r->fresh);
	r->fresh = NULL;
	return true;
}

void
revisit_done(struct revisit *r)
{
	free(r->own);
	free(r->fresh);
	guard_free(r->guard);
	*r = (struct revisit){ .own = NULL };
}
