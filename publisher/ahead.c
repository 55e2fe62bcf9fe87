/*
 * ahead.c - see ahead.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/ahead.h"

#include <stdlib.h>

#define FRESH_S 10 /* how long a result is used */
#define AGAIN_S 60 /* after a look-up that failed */

struct ahead {
	struct due_post due[WP_FIND_MANY_MAX]; /* id 0: used */
	struct wp_post posts[WP_FIND_MANY_MAX];
	bool unclear[WP_FIND_MANY_MAX];
	size_t count, left;
	int64_t found_at, failed_at;
};

void
ahead_free(struct ahead *a)
{
	free(a);
}

static bool
is_fresh(const struct ahead *a, int64_t now)
{
	return now >= a->found_at && now < a->found_at + FRESH_S;
}

/* A failure only loses the gain: each post is then found separately, where failures count. */
static void
find(struct publisher *pb, struct ahead *a, int64_t now)
{
	struct wp_wanted wanted[WP_FIND_MANY_MAX];
	char markers[WP_FIND_MANY_MAX][PUBLISHER_MARKER_MAX];
	struct err ignored = ERR_NONE;

	a->left = 0;
	for (size_t i = 0; i < a->count; i++) {
		const struct due_post *d = &a->due[i];

		if (!publisher_marker(pb, d->kind, d->key, markers[i], &ignored))
			return;
		wanted[i] =
		    (struct wp_wanted){ d->slug, markers[i], &a->posts[i], false };
	}
	if (!wp_find_many(&pb->wp, wanted, a->count, &ignored)) {
		a->failed_at = now;
		return;
	}
	for (size_t i = 0; i < a->count; i++)
		a->unclear[i] = wanted[i].unclear;
	a->left = a->count;
	a->found_at = now;
}

bool
ahead_look(struct publisher *pb, int64_t now, struct err *e)
{
	struct ahead *a = pb->ahead;

	if (a == NULL)
		a = pb->ahead = calloc(1, sizeof *a);
	if (a == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	if ((a->left > 0 && is_fresh(a, now)) ||
	    (a->failed_at > 0 && now < a->failed_at + AGAIN_S))
		return true;
	a->left = 0;
	if (!store_due(&pb->st.db, now, a->due, WP_FIND_MANY_MAX, &a->count, e))
		return false;
	if (a->count > 1)
		find(pb, a, now);
	return true;
}

const struct wp_post *
ahead_take(struct publisher *pb, int64_t post_id, int64_t now)
{
	struct ahead *a = pb->ahead;

	for (size_t i = 0; a != NULL && a->left > 0 && i < a->count; i++) {
		if (a->due[i].id != post_id)
			continue;
		a->due[i].id = 0;
		a->left--;
		return is_fresh(a, now) && !a->unclear[i] ? &a->posts[i] : NULL;
	}
	return NULL;
}
