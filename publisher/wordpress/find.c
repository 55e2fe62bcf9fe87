/*
 * find.c - finds the site's posts by number or by slug.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/sha256.h"
#include "publisher/wordpress/internal.h"

#define ANY_MARKER "id=\"potpress-" /* begins each marker */

/* ---- reading a post */

static void
copy_text(const cJSON *post, const char *path, char *out, size_t size)
{
	const char *text = "";

	json_text(post, path, &text);
	if (strlen(text) >= size)
		text = "";
	memcpy(out, text, strlen(text) + 1);
}

static void
read_tags(const cJSON *post, struct wp_post *out)
{
	for (const cJSON *i = NULL; (i = json_each(post, "tags", i));) {
		if (out->tag_count == WP_KEPT_TAGS_MAX) {
			out->more_tags = true;
			return;
		}
		out->tag_count += json_int(i, "", &out->tags[out->tag_count]);
	}
}

void
wp_read_post(const cJSON *post, const char *marker, struct wp_post *out)
{
	const char *content, *created, *excerpt;

	*out = (struct wp_post){ .id = 0 };
	if (!json_int(post, "id", &out->id) || out->id <= 0) {
		out->id = 0;
		return;
	}
	copy_text(post, "slug", out->slug, sizeof out->slug);
	copy_text(post, "status", out->status, sizeof out->status);
	copy_text(post, "link", out->link, sizeof out->link);
	copy_text(post, "modified_gmt", out->modified, sizeof out->modified);
	out->unrevised =
	    json_text(post, "date_gmt", &created) && strcmp(created, out->modified) == 0;
	copy_text(post, "title.raw", out->title, sizeof out->title);
	read_tags(post, out);
	out->own_excerpt = true;
	if (!json_text(post, "content.raw", &content))
		return;
	sha256_hex(content, strlen(content), out->content_hash);
	out->marked = strstr(content, marker) != NULL;
	out->marked_other = !out->marked && strstr(content, ANY_MARKER) != NULL;
	out->sealed = wp_seal_holds(out->title, content, out->seal);
	if (!json_text(post, "excerpt.raw", &excerpt))
		return;
	sha256_hex(excerpt, strlen(excerpt), out->excerpt_hash);
	out->own_excerpt = wp_seal_has_excerpt(content, excerpt);
}

bool
wp_get(struct wp *wp, int64_t id, const char *marker, struct wp_post *out, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	BUF_FIXED(route, "wp/v2/posts/%lld", (long long)id);
	if (wp_call(wp,
		&(struct wp_call){
		    .route = route, .query = "context=edit&" WP_POST_FIELDS },
		&a, e)) {
		wp_read_post(a.tree, marker, out);
		return out->id == id ||
		       err_doubt(
			   e, "wordpress: the answer is not post %lld", (long long)id);
	}
	if (a.status == 403 && strcmp(a.code, "rest_forbidden_context") == 0)
		*out = (struct wp_post){ .id = id, .hidden = true };
	else if (strcmp(a.code, "rest_post_invalid_id") != 0)
		return false;
	err_clear(e);
	return true;
}

bool
wp_texts(struct wp *wp, int64_t id, struct buf *page, struct buf *excerpt, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_answer a = { .tree = NULL };
	const char *title = "", *content, *summary = "";

	BUF_FIXED(route, "wp/v2/posts/%lld", (long long)id);
	if (!wp_call(wp,
		&(struct wp_call){
		    .route = route, .query = "context=edit&" WP_POST_FIELDS },
		&a, e))
		return false;
	if (!json_text(a.tree, "content.raw", &content))
		return err_doubt(e, "wordpress: the answer holds no content");
	json_text(a.tree, "title.raw", &title);
	json_text(a.tree, "excerpt.raw", &summary);
	buf_printf(page, "%s\n%s", title, content);
	buf_puts(excerpt, summary);
	return (buf_ok(page) && buf_ok(excerpt)) ||
	       err_set(e, FAULT_FATAL, "out of memory");
}

/* What WordPress appended to our slug; NULL if it is a different slug. */
static const char *
behind_slug(const char *have, const char *slug)
{
	size_t len = strlen(slug);

	return strncmp(have, slug, len) == 0 ? have + len : NULL;
}

static bool
is_number_behind(const char *rest)
{
	return rest[0] == '-' && rest[1] != '\0' &&
	       strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

static bool
in_trash(const struct wp_post *p)
{
	return strcmp(p->status, "trash") == 0;
}

/* A live post sorts before one in the trash, ours before others, the older before the newer. */
static bool
is_better(const struct wp_post *a, const struct wp_post *b)
{
	if (b->id == 0)
		return true;
	if (in_trash(a) != in_trash(b))
		return in_trash(b);
	return a->marked != b->marked ? a->marked : a->id < b->id;
}

static void
add_copy(const struct wp_post *post, struct wp_found *out)
{
	if (post->marked && !in_trash(post) && out->copy_count < WP_COPIES_MAX)
		out->copies[out->copy_count++] = *post;
}

static void
sort_in(const struct wp_post *post, const char *slug, struct wp_found *out)
{
	const char *rest = behind_slug(post->slug, slug);

	if (post->id == 0 || rest == NULL)
		return;
	if (rest[0] == '\0' || strcmp(rest, "__trashed") == 0) {
		if (is_better(post, &out->post)) {
			add_copy(&out->post, out);
			out->post = *post;
		} else {
			add_copy(post, out);
		}
	} else if (is_number_behind(rest)) {
		add_copy(post, out);
	}
}

bool
wp_search(struct wp *wp, const struct buf *query, size_t reply_max, struct wp_answer *a,
    struct err *e)
{
	if (!buf_ok(query))
		return err_set(e, FAULT_REJECT, "the slug is too long for a search");
	if (!wp_call(wp,
		&(struct wp_call){ .route = "wp/v2/posts",
		    .query = buf_text(query),
		    .reply_max = reply_max },
		a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a->tree, "", i));)
		if (!cJSON_IsObject(i))
			return err_doubt(e,
			    "wordpress: the answer to a search is not a list of posts");
	return cJSON_IsArray(a->tree) ||
	       err_doubt(e, "wordpress: the answer to a search is not a list");
}

static void
put_slugs(struct buf *query, const char *slug, bool numbered)
{
	buf_printf(query, "slug=%s", slug);
	for (int i = 2; numbered && i < 2 + WP_COPIES_MAX; i++)
		buf_printf(query, ",%s-%d", slug, i);
}

bool
wp_find(struct wp *wp, const char *slug, const char *marker, struct wp_found *out,
    struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_found){ .copy_count = 0 };
	put_slugs(&query, slug, true);
	buf_printf(&query, ",%s__trashed", slug);
	buf_puts(&query, "&per_page=100&context=edit&" WP_ANY_STATUS "&" WP_POST_FIELDS);
	if (!wp_search(wp, &query, WP_REPLY_MAX, &a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));) {
		struct wp_post post;

		wp_read_post(i, marker, &post);
		sort_in(&post, slug, out);
	}
	return true;
}

bool
wp_find_public(
    struct wp *wp, const char *slug, bool numbered, struct wp_post *out, struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	put_slugs(&query, slug, numbered);
	buf_puts(&query, "&_fields=id,link");
	if (!wp_search(wp, &query, WP_REPLY_MAX, &a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));)
		wp_read_post(i, "", out);
	return true;
}

bool
wp_find_marked(struct wp *wp, const char *marker, struct wp_post *out, size_t max,
    size_t *count, struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };
	const char *word = strchr(marker, '"');

	*count = 0;
	buf_puts(&query, "search=");
	buf_put(&query, word + 1, strcspn(word + 1, "\""));
	buf_puts(&query, "&orderby=id&order=asc&per_page=100&context=edit&" WP_ANY_STATUS
			 "&" WP_POST_FIELDS);
	if (!wp_search(wp, &query, WP_MANY_REPLY_MAX, &a, e))
		return false;
	for (const cJSON *i = NULL; *count < max && (i = json_each(a.tree, "", i));) {
		wp_read_post(i, marker, &out[*count]);
		*count += out[*count].marked && !in_trash(&out[*count]);
	}
	return true;
}
