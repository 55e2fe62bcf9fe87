/*
 * find_many.c - finds many posts by their slugs with a few requests; see wp.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/wordpress/internal.h"

static bool
has_slug(const char *have, const char *slug, const char *suffix)
{
	size_t len = strlen(slug);

	return strncmp(have, slug, len) == 0 && strcmp(have + len, suffix) == 0;
}

/* A second post, one in the trash, or one with a number behind its slug needs a closer look. */
static void
take_post(struct wp_wanted *w, const cJSON *item, const char *suffix)
{
	if (suffix[0] == '\0' && w->post->id == 0)
		wp_read_post(item, w->marker, w->post);
	else
		w->unclear = true;
}

static bool
find_with(struct wp *wp, struct wp_wanted *wanted, size_t count, const char *suffix,
    struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	buf_puts(&query,
	    "per_page=100&context=edit&" WP_ANY_STATUS "&" WP_POST_FIELDS "&slug=");
	for (size_t i = 0; i < count; i++)
		buf_printf(&query, "%s%s%s", i > 0 ? "," : "", wanted[i].slug, suffix);
	if (!wp_search(wp, &query, WP_MANY_REPLY_MAX, &a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));) {
		const char *slug;

		for (size_t k = 0; k < count && json_text(i, "slug", &slug); k++)
			if (has_slug(slug, wanted[k].slug, suffix))
				take_post(&wanted[k], i, suffix);
	}
	return true;
}

bool
wp_find_many(struct wp *wp, struct wp_wanted *wanted, size_t count, struct err *e)
{
	static const char *const SUFFIXES[] = { "", "__trashed", "-2" };

	for (size_t i = 0; i < count; i++) {
		*wanted[i].post = (struct wp_post){ .id = 0 };
		wanted[i].unclear = false;
	}
	for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++)
		if (!find_with(wp, wanted, count, SUFFIXES[i], e))
			return false;
	return true;
}
