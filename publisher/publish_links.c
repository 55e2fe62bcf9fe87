/*
 * publish_links.c - notices that the site's permalinks have changed; see publish_internal.h.
 *
 * A new post whose address is built differently from that of the last one of its kind shows it. Then all
 * posts are looked up again, which stores their new addresses. Links of
 * related posts follow at the next revision.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>

#include "publisher/publish_internal.h"

enum { PART_SLUG = 256, PART_NUMBER };

/* The next part of an address: the slug, a number, or one byte; 0 at its end. */
static int
next_part(const char **p, const char *slug)
{
	size_t len = strlen(slug);

	if (len > 0 && strncmp(*p, slug, len) == 0) {
		*p += len;
		return PART_SLUG;
	}
	if (isdigit((unsigned char)**p)) {
		*p += strspn(*p, "0123456789");
		return PART_NUMBER;
	}
	return **p == '\0' ? 0 : (unsigned char)*(*p)++;
}

/* Whether two addresses are built in the same way, apart from their slugs and numbers. */
static bool
are_alike(const char *a, const char *a_slug, const char *b, const char *b_slug)
{
	int part;

	do {
		part = next_part(&a, a_slug);
		if (part != next_part(&b, b_slug))
			return false;
	} while (part != 0);
	return true;
}

bool
publish_follow_links(
    const struct work *w, const struct wp_post *p, int64_t now, struct err *e)
{
	const char *site = w->pb->st.config.publisher.service.url;
	struct db *db = &w->pb->st.db;
	auto_free char *link = NULL, *slug = NULL;

	/* The address of a draft is built differently in any case, and so is one that a plugin made. */
	if (w->row.published_at > 0 || strcmp(p->status, "publish") != 0 ||
	    strcmp(p->slug, w->row.slug) != 0)
		return true;
	if (!store_link_before(db, &w->row, site, &link, &slug, e))
		return false;
	if (link == NULL || slug == NULL || are_alike(link, slug, p->link, p->slug))
		return true;
	log_line(&w->pb->st.log, LOG_INFO, "waiting", "why",
	    "the site's permalinks have changed: the addresses of all posts are read "
	    "again",
	    NULL);
	return store_links_again(db, w->row.id, site, now, e);
}
