/*
 * publish_moved.c - recognizes our posts after their site got another address; see publish_internal.h.
 *
 * Whoever moves a WordPress replaces its old address everywhere in the database, also in the links of our
 * posts, which breaks their seals. With the old address put back, the seal of an untouched post matches.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publish_internal.h"

struct slice {
	const char *ptr;
	size_t len;
};

/* Scheme, host and port. */
static size_t
origin_len(const char *url)
{
	const char *end = strstr(url, "://");

	return end == NULL ? 0 : (size_t)(end + 3 - url) + strcspn(end + 3, "/?#");
}

/* The site's address before and now: what the post's two addresses do not have in common. */
static bool
find_bases(const char *before, const char *now, struct slice *from, struct slice *to)
{
	const char *a = before + strlen(before), *b = now + strlen(now);
	const char *a_path = before + origin_len(before), *b_path = now + origin_len(now);

	*from = (struct slice){ before, 0 };
	*to = (struct slice){ now, 0 };
	while (a > a_path && b > b_path && a[-1] == b[-1]) {
		a--;
		b--;
		if (*a == '/') {
			from->len = (size_t)(a - before);
			to->len = (size_t)(b - now);
		}
	}
	return from->len > 0 && to->len > 0 &&
	       (from->len != to->len || memcmp(before, now, from->len) != 0);
}

static void
put_replaced(struct buf *out, const char *text, struct slice what, struct slice with)
{
	const char *found;

	while ((found = memmem(text, strlen(text), what.ptr, what.len)) != NULL) {
		buf_put(out, text, (size_t)(found - text));
		buf_put(out, with.ptr, with.len);
		text = found + what.len;
	}
	buf_puts(out, text);
}

bool
publish_has_old_seal(struct work *w, bool *has, struct err *e)
{
	auto_buf text = BUF_INIT(WP_REPLY_MAX), excerpt = BUF_INIT(WP_REPLY_MAX);
	auto_buf before = BUF_INIT(WP_REPLY_MAX);
	char seal[WP_SEAL_MAX];
	struct slice from, to;
	const char *content;

	*has = false;
	if (w->row.link == NULL || !find_bases(w->row.link, w->found.link, &from, &to))
		return true;
	if (!wp_texts(&w->pb->wp, w->found.id, &text, &excerpt, e))
		return false;
	put_replaced(&before, buf_text(&text), to, from);
	if (!buf_ok(&before)) /* longer than any page of ours */
		return true;
	content = strchr(buf_text(&before), '\n');
	if (content == NULL)
		return true;
	before.ptr[content - before.ptr] = '\0';
	*has = wp_seal_holds(before.ptr, content + 1, seal);
	return true;
}

static bool
same_origin(const char *a, const char *b)
{
	size_t len = origin_len(a);

	return len == origin_len(b) && memcmp(a, b, len) == 0;
}

static bool
has_new_url(const struct work *w)
{
	return strcmp(w->row.site, w->pb->st.config.publisher.service.url) != 0;
}

bool
publish_is_moved(const struct work *w)
{
	const struct post_row *r = &w->row;

	return w->found.marked && w->found.id == r->wp_id && r->site != NULL &&
	       (has_new_url(w) ||
		   (r->link != NULL && !same_origin(r->link, w->found.link)));
}

bool
publish_follow_site(const struct work *w, int64_t now, struct err *e)
{
	const char *url = w->pb->st.config.publisher.service.url;
	struct db *db = &w->pb->st.db;

	if (!publish_is_moved(w) || !has_new_url(w))
		return true;
	log_line(&w->pb->st.log, LOG_INFO, "waiting", "why",
	    "the site has another address: all posts are looked up again", "before",
	    w->row.site, NULL);
	return store_site_moved(db, w->row.site, url, e) &&
	       store_links_again(db, w->row.id, url, now, e);
}
