/*
 * write.c - creates, changes and removes posts.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/wordpress/internal.h"

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

/* WordPress silently ignores unknown numbers of terms; its answer shows which it kept. */
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
post_route(char out[WP_ROUTE_MAX], int64_t id)
{
	if (id > 0)
		buf_fixed(out, WP_ROUTE_MAX, "wp/v2/posts/%lld", (long long)id);
	else
		buf_fixed(out, WP_ROUTE_MAX, "wp/v2/posts");
}

bool
wp_write(struct wp *wp, int64_t id, const struct wp_draft *draft, const char *marker,
    struct wp_post *out, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_free char *body = draft_json(draft);
	auto_answer a = { .tree = NULL };

	*out = (struct wp_post){ .id = 0 };
	if (body == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	post_route(route, id);
	if (!wp_call(wp,
		&(struct wp_call){
		    .route = route, .query = WP_POST_FIELDS, .body = body },
		&a, e))
		return false;
	wp_read_post(a.tree, marker, out);
	out->terms_lost = !kept_terms(a.tree, draft);
	if (out->id > 0 && (id == 0 || out->id == id))
		return true;
	err_doubt(e, "wordpress: the answer to a write is not the post");
	e->unknown_outcome = true;
	return false;
}

bool
wp_delete(struct wp *wp, const char *route, struct err *e)
{
	auto_answer a = { .tree = NULL };
	bool gone = false;

	/* Firewalls block the method DELETE, and drop or refuse the header that replaces it. */
	if (!wp_call(wp,
		&(struct wp_call){ .route = route,
		    .query = "_method=DELETE&force=true&_fields=deleted",
		    .body = "{}" },
		&a, e))
		return false;
	return (json_bool(a.tree, "deleted", &gone) && gone) ||
	       err_doubt(e, "wordpress: the site did not delete %s", route);
}

static bool
deleted(struct wp *wp, int64_t id)
{
	char route[WP_ROUTE_MAX];
	struct err ignored = ERR_NONE;

	post_route(route, id);
	return wp_delete(wp, route, &ignored);
}

/* The answer to its deletion may have been lost. */
static bool
is_gone(struct wp *wp, int64_t id)
{
	struct wp_post there;
	struct err ignored = ERR_NONE;

	return wp_get(wp, id, "", &there, &ignored) && there.id == 0;
}

bool
wp_remove(struct wp *wp, const struct wp_post *post, bool *drafted, struct err *e)
{
	const struct wp_draft draft = { .status = "draft" };
	struct wp_post now = *post;

	*drafted = !deleted(wp, post->id) && !is_gone(wp, post->id);
	if (!*drafted || strcmp(post->status, "draft") == 0)
		return true;
	if (!wp_write(wp, post->id, &draft, "", &now, e)) {
		err_prefix(e, "a copy of our post, post %lld, cannot be removed",
		    (long long)post->id);
		return false;
	}
	return strcmp(now.status, "draft") == 0 ||
	       err_doubt(e,
		   "wordpress: a copy of our post, post %lld, can neither be deleted "
		   "nor turned into a draft",
		   (long long)post->id);
}
