/*
 * publish_hide.c - a post that is held is not rewritten; one that reveals a sensor must not stay public.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

/* Does the page on the site show an identity? One of our own phrases may contain the name of a sensor; it
 * is in the new page as well, from which nothing was removed. */
static bool
reveals(struct work *w, bool *does, struct err *e)
{
	struct gate *g = w->pb->gate;
	const struct article *a = &w->article;
	auto_buf page = BUF_INIT(2 * WP_REPLY_MAX), excerpt = BUF_INIT(WP_REPLY_MAX);

	if (!wp_texts(&w->pb->wp, w->found.id, &page, &excerpt, e))
		return false;
	buf_add(&page, &excerpt);
	*does = gate_finds(g, buf_text(&page)) &&
		(w->cut || a->content == NULL || !gate_finds(g, a->content));
	return true;
}

static bool
hide(struct work *w, struct err *e)
{
	char why[ERR_TEXT_MAX];
	bool does = false;

	if (!reveals(w, &does, e))
		return false;
	if (!does)
		return true;
	memcpy(why, w->fault.text, sizeof why);
	if (!publish_withdraw(w, e))
		return false;
	w->hidden = true;
	err_set(&w->fault, FAULT_REJECT,
	    "the post contained a private address or name and is now a draft; %s", why);
	return true;
}

void
publish_hide(struct work *w)
{
	struct err e = ERR_NONE;

	if (w->fault.fault != FAULT_REJECT || w->lease_lost || w->found.id == 0 ||
	    strcmp(w->found.status, "publish") != 0 || !publish_is_ours(w, &e))
		return;
	err_clear(&e);
	if (!hide(w, &e))
		w->fault = e; /* another try */
}
