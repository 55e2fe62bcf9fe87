/*
 * wordpress.c - posts over the REST API; see wordpress.h. Terms and discovery are in wp_site.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress.h"

#include <string.h>

#include "common/clock.h"
#include "common/digest.h"
#include "publisher/wp_internal.h"

#define POST_FIELDS "_fields=id,slug,status,link,modified_gmt,title.raw,content.raw"
#define ANY_STATUS "status=publish,future,draft,pending,private,trash"

void
wp_init(struct wordpress *wp, struct http *http, const struct clock *clock,
    const struct service_config *config)
{
	*wp = (struct wordpress){ .http = http,
		.clock = clock,
		.service = {
		    .name = "wordpress", .config = config, .user = config->user } };
}

/* ---- requests */

static void
join_url(struct wordpress *wp, const char *route, const char *query, struct buf *url)
{
	buf_printf(url, "%s%s%s%s", wp->base, route, wp->plain ? "&" : "?", query);
}

bool
wp_call(struct wordpress *wp, const struct wp_call *c, struct wp_answer *a, struct err *e)
{
	auto_buf url = BUF_INIT(WP_URL_MAX);
	auto_reply reply = { .status = 0 };
	struct err transport = ERR_NONE;
	struct http_request r = { .service = &wp->service,
		.method = c->body != NULL ? "POST" : "GET",
		.headers = { "Accept: application/json", "Content-Type: application/json",
		    "Cache-Control: no-cache", c->override },
		.body = c->body,
		.body_len = c->body != NULL ? strlen(c->body) : 0,
		.reply_max = WP_REPLY_MAX };

	*a = (struct wp_answer){ .status = 0 };
	join_url(wp, c->route, c->query, &url);
	if (!buf_ok(&url))
		return err_set(
		    e, FAULT_REJECT, "wordpress: the request's URL is too long");
	r.url = buf_text(&url);
	http_perform(wp->http, &r, &reply, &transport);
	return wp_answer_read(
	    a, &reply, &transport, c->body != NULL, clock_now(wp->clock), e);
}

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
read_post(const cJSON *post, const char *marker, struct wp_post *out)
{
	const char *content;

	*out = (struct wp_post){ .id = 0 };
	if (!json_int(post, "id", &out->id) || out->id <= 0) {
		out->id = 0;
		return;
	}
	copy_text(post, "slug", out->slug, sizeof out->slug);
	copy_text(post, "status", out->status, sizeof out->status);
	copy_text(post, "link", out->link, sizeof out->link);
	copy_text(post, "modified_gmt", out->modified, sizeof out->modified);
	copy_text(post, "title.raw", out->title, sizeof out->title);
	if (!json_text(post, "content.raw", &content))
		return;
	digest_sha256(content, strlen(content), out->content_hash);
	out->marked = strstr(content, marker) != NULL;
}

bool
wp_get(struct wordpress *wp, int64_t id, const char *marker, struct wp_post *out,
    struct err *e)
{
	auto_buf route = BUF_INIT(WP_URL_MAX);
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	buf_printf(&route, "wp/v2/posts/%lld", (long long)id);
	buf_printf(&query, "context=edit&" POST_FIELDS "&_=%u", ++wp->lookups);
	if (!wp_call(wp,
		&(struct wp_call){ buf_text(&route), buf_text(&query), NULL, NULL }, &a,
		e)) {
		if (strcmp(a.code, "rest_post_invalid_id") != 0)
			return false;
		err_clear(e);
		return true;
	}
	read_post(a.tree, marker, out);
	if (out->id != id)
		return err_set(e, FAULT_RETRY, "wordpress: the answer is not post %lld",
		    (long long)id);
	return true;
}

static bool
is_slug(const char *have, const char *slug)
{
	size_t len = strlen(slug);

	return strncmp(have, slug, len) == 0 &&
	       (have[len] == '\0' || strcmp(have + len, "__trashed") == 0);
}

/* A living post before one in the trash. */
static bool
is_better(const struct wp_post *a, const struct wp_post *b)
{
	return b->id == 0 ||
	       (strcmp(b->status, "trash") == 0 && strcmp(a->status, "trash") != 0);
}

bool
wp_find(struct wordpress *wp, const char *slug, const char *marker, struct wp_post *out,
    struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	buf_printf(&query,
	    "slug=%s,%s__trashed&context=edit&" ANY_STATUS "&" POST_FIELDS "&_=%u", slug,
	    slug, ++wp->lookups);
	if (!wp_call(wp, &(struct wp_call){ "wp/v2/posts", buf_text(&query), NULL, NULL },
		&a, e))
		return false;
	if (!cJSON_IsArray(a.tree))
		return err_set(
		    e, FAULT_RETRY, "wordpress: the answer to a search is no list");
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));) {
		struct wp_post post;

		read_post(i, marker, &post);
		if (post.id > 0 && is_slug(post.slug, slug) && is_better(&post, out))
			*out = post;
	}
	return true;
}

/* ---- writing */

static void
add_text(cJSON *body, const char *key, const char *text)
{
	if (text != NULL)
		cJSON_AddStringToObject(body, key, text);
}

static char *
draft_json(const struct wp_draft *d)
{
	auto_json *body = cJSON_CreateObject();
	cJSON *ids;

	add_text(body, "title", d->title);
	add_text(body, "content", d->content);
	add_text(body, "excerpt", d->excerpt);
	add_text(body, "slug", d->slug);
	add_text(body, "status", d->status);
	if (d->close_talk) {
		cJSON_AddStringToObject(body, "comment_status", "closed");
		cJSON_AddStringToObject(body, "ping_status", "closed");
	}
	if (d->category_id > 0) {
		ids = cJSON_AddArrayToObject(body, "categories");
		cJSON_AddItemToArray(ids, cJSON_CreateNumber((double)d->category_id));
	}
	if (d->tags != NULL) {
		ids = cJSON_AddArrayToObject(body, "tags");
		for (int i = 0; i < d->tag_count; i++)
			cJSON_AddItemToArray(ids, cJSON_CreateNumber((double)d->tags[i]));
	}
	return json_print(body);
}

static void
post_route(struct buf *route, int64_t id)
{
	buf_puts(route, "wp/v2/posts");
	if (id > 0)
		buf_printf(route, "/%lld", (long long)id);
}

bool
wp_write(struct wordpress *wp, int64_t id, const struct wp_draft *draft,
    const char *marker, struct wp_post *out, struct err *e)
{
	auto_buf route = BUF_INIT(WP_URL_MAX);
	auto_free char *body = draft_json(draft);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	if (body == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	post_route(&route, id);
	if (!wp_call(wp, &(struct wp_call){ buf_text(&route), POST_FIELDS, body, NULL },
		&a, e))
		return false;
	read_post(a.tree, marker, out);
	if (out->id > 0 && (id == 0 || out->id == id))
		return true;
	err_set(e, FAULT_RETRY, "wordpress: the answer to a write is not the post");
	e->unknown_outcome = true;
	return false;
}

bool
wp_delete(struct wordpress *wp, int64_t id, struct err *e)
{
	auto_buf route = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	post_route(&route, id);
	/* Firewalls let a POST with this header pass where they block DELETE. */
	return wp_call(wp,
	    &(struct wp_call){ buf_text(&route), "force=true&_fields=id", "{}",
		"X-HTTP-Method-Override: DELETE" },
	    &a, e);
}
