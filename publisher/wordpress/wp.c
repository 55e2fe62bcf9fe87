/*
 * wp.c - posts over the REST API; see wp.h. Discovery: wp_site.c, terms: wp_terms.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/wp.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/sha256.h"
#include "publisher/wordpress/internal.h"

#define POST_FIELDS \
	"_fields=id,slug,status,link,modified_gmt,title.raw,content.raw,categories,tags"
#define ANY_STATUS "status=publish,future,draft,pending,private,trash"

void
wp_init(struct wp *wp, struct http *http, const struct clock *clock,
    const struct service_config *config)
{
	*wp = (struct wp){ .http = http,
		.clock = clock,
		.service = { .name = "wordpress",
		    .config = config,
		    .user = config->user },
		.lookups = clock->draw(clock->ctx) };
}

/* ---- requests */

static void
join_url(struct wp *wp, const struct wp_call *c, struct buf *url)
{
	buf_printf(url, "%s%s%s%s", wp->base, c->route, wp->plain ? "&" : "?", c->query);
	if (c->body == NULL)
		buf_printf(url, "&_=%u", ++wp->lookups);
}

bool
wp_call(struct wp *wp, const struct wp_call *c, struct wp_answer *a, struct err *e)
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
	if (wp->may_ask != NULL && !wp->may_ask(wp->may_ask_ctx, e))
		return false;
	join_url(wp, c, &url);
	if (!buf_ok(&url))
		return err_set(
		    e, FAULT_REJECT, "wordpress: the request's URL is too long");
	r.url = buf_text(&url);
	http_perform(wp->http, &r, &reply, &transport);
	return wp_status_read(
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
read_tags(const cJSON *post, struct wp_post *out)
{
	for (const cJSON *i = NULL; (i = json_each(post, "tags", i));)
		if (json_int(i, "", &out->tags[out->tag_count]) &&
		    ++out->tag_count == WP_KEPT_TAGS_MAX)
			return;
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
	read_tags(post, out);
	if (!json_text(post, "content.raw", &content))
		return;
	sha256_hex(content, strlen(content), out->content_hash);
	out->marked = strstr(content, marker) != NULL;
}

bool
wp_get(struct wp *wp, int64_t id, const char *marker, struct wp_post *out, struct err *e)
{
	auto_buf route = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	buf_printf(&route, "wp/v2/posts/%lld", (long long)id);
	if (wp_call(wp,
		&(struct wp_call){
		    buf_text(&route), "context=edit&" POST_FIELDS, NULL, NULL },
		&a, e)) {
		read_post(a.tree, marker, out);
		return out->id == id ||
		       err_set(e, FAULT_RETRY, "wordpress: the answer is not post %lld",
			   (long long)id);
	}
	if (a.status == 403 && strcmp(a.code, "rest_forbidden_context") == 0)
		*out = (struct wp_post){ .id = id, .hidden = true };
	else if (strcmp(a.code, "rest_post_invalid_id") != 0)
		return false;
	err_clear(e);
	return true;
}

/* What WordPress put behind our slug, NULL when it is another one. */
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

/* A living post before one in the trash, ours before another's, the older before the newer. */
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
sort_in(const struct wp_post *post, const char *slug, struct wp_post *out,
    struct wp_post *copy)
{
	const char *rest = behind_slug(post->slug, slug);

	if (post->id == 0 || rest == NULL)
		return;
	if (rest[0] == '\0' || strcmp(rest, "__trashed") == 0) {
		if (is_better(post, out))
			*out = *post;
	} else if (is_number_behind(rest) && post->marked && !in_trash(post)) {
		if (is_better(post, copy))
			*copy = *post;
	}
}

static bool
search(struct wp *wp, const char *query, struct wp_answer *a, struct err *e)
{
	if (!wp_call(wp, &(struct wp_call){ "wp/v2/posts", query, NULL, NULL }, a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a->tree, "", i));)
		if (!cJSON_IsObject(i))
			return err_set(e, FAULT_RETRY,
			    "wordpress: the answer to a search is no list of posts");
	return cJSON_IsArray(a->tree) ||
	       err_set(e, FAULT_RETRY, "wordpress: the answer to a search is no list");
}

bool
wp_find(struct wp *wp, const char *slug, const char *marker, struct wp_post *out,
    struct wp_post *copy, struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = *copy = (struct wp_post){ .id = 0 };
	buf_printf(&query,
	    "slug=%s,%s__trashed,%s-2,%s-3&context=edit&" ANY_STATUS "&" POST_FIELDS,
	    slug, slug, slug, slug);
	if (!search(wp, buf_text(&query), &a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));) {
		struct wp_post post;

		read_post(i, marker, &post);
		sort_in(&post, slug, out, copy);
	}
	return true;
}

bool
wp_find_public(struct wp *wp, const char *slug, struct wp_post *out, struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	buf_printf(&query, "slug=%s&_fields=id,link", slug);
	if (!search(wp, buf_text(&query), &a, e))
		return false;
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));)
		read_post(i, "", out);
	return true;
}

/* ---- writing */

/* False when out of memory; a post must not go out with a part missing. */
static bool
add_text(cJSON *body, const char *key, const char *text)
{
	return text == NULL || cJSON_AddStringToObject(body, key, text) != NULL;
}

static bool
add_numbers(cJSON *body, const char *key, const int64_t *numbers, size_t count)
{
	cJSON *list = cJSON_AddArrayToObject(body, key);

	for (size_t i = 0; i < count; i++)
		if (!cJSON_AddItemToArray(list, cJSON_CreateNumber((double)numbers[i])))
			return false;
	return list != NULL;
}

static char *
draft_json(const struct wp_draft *d)
{
	auto_json *body = cJSON_CreateObject();
	const char *talk = d->close_talk ? "closed" : NULL;
	bool ok =
	    add_text(body, "title", d->title) && add_text(body, "content", d->content) &&
	    add_text(body, "excerpt", d->excerpt) && add_text(body, "slug", d->slug) &&
	    add_text(body, "status", d->status) &&
	    add_text(body, "comment_status", talk) && add_text(body, "ping_status", talk);

	if (d->category_id > 0)
		ok = ok && add_numbers(body, "categories", &d->category_id, 1);
	if (d->tags != NULL)
		ok = ok && add_numbers(body, "tags", d->tags, d->tag_count);
	return ok ? json_print(body) : NULL;
}

/* Unknown numbers of terms are silently ignored by WordPress: its answer shows which it kept. */
static bool
has_number(const cJSON *post, const char *key, int64_t wanted)
{
	int64_t id;

	if (!cJSON_IsArray(json_at(post, key)))
		return true;
	for (const cJSON *i = NULL; (i = json_each(post, key, i));)
		if (json_int(i, "", &id) && id == wanted)
			return true;
	return false;
}

static bool
kept_terms(const cJSON *post, const struct wp_draft *d)
{
	for (size_t i = 0; i < d->tag_count; i++)
		if (!has_number(post, "tags", d->tags[i]))
			return false;
	return d->category_id == 0 || has_number(post, "categories", d->category_id);
}

static void
post_route(struct buf *route, int64_t id)
{
	buf_puts(route, "wp/v2/posts");
	if (id > 0)
		buf_printf(route, "/%lld", (long long)id);
}

bool
wp_write(struct wp *wp, int64_t id, const struct wp_draft *draft, const char *marker,
    struct wp_post *out, struct err *e)
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
	out->terms_lost = !kept_terms(a.tree, draft);
	if (out->id > 0 && (id == 0 || out->id == id))
		return true;
	err_set(e, FAULT_RETRY, "wordpress: the answer to a write is not the post");
	e->unknown_outcome = true;
	return false;
}

bool
wp_delete(struct wp *wp, int64_t id, struct err *e)
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
