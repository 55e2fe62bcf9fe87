/*
 * site.c - the account on the site: does it accept our login, and who are we?
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/wordpress/internal.h"

/* ---- our login */

bool
wp_login(struct wp *wp, bool *may_create, struct err *e)
{
	auto_answer a = { .tree = NULL };

	/* Needs a login: without one, WordPress shows public posts. */
	if (!wp_call(wp,
		&(struct wp_call){ .route = "wp/v2/posts",
		    .query = "context=edit&per_page=1&_fields=id" },
		&a, e)) {
		if (wp->other_scheme)
			err_prefix(e, "%s", WP_OTHER_SCHEME);
		return false;
	}
	*may_create = a.allows_post;
	return cJSON_IsArray(a.tree) ||
	       err_doubt(e, "wordpress: the answer is not a list of posts");
}

static void
read_roles(const cJSON *me, struct wp_user *out)
{
	auto_buf roles = BUF_INIT(sizeof out->roles - 1);
	const char *role;

	for (int n = 0; json_text_nth(me, "roles", n, &role); n++)
		buf_printf(&roles, "%s%s", n > 0 ? ", " : "", role);
	if (buf_ok(&roles))
		memcpy(out->roles, buf_text(&roles), roles.len + 1);
}

/* Rights that a stolen password could abuse. */
static void
read_excess(const cJSON *me, struct wp_user *out)
{
	static const char *const RIGHTS[] = { "manage_options", "edit_users",
		"unfiltered_html", "edit_others_posts" };
	const cJSON *have = json_at(me, "capabilities");
	bool has;

	for (size_t i = 0; i < sizeof RIGHTS / sizeof RIGHTS[0] && out->excess == NULL;
	     i++)
		if (json_bool(have, RIGHTS[i], &has) && has)
			out->excess = RIGHTS[i];
}

bool
wp_me(struct wp *wp, struct wp_user *out, struct err *e)
{
	auto_answer a = { .tree = NULL };

	*out = (struct wp_user){ .id = 0 };
	if (!wp_call(wp,
		&(struct wp_call){ .route = "wp/v2/users/me",
		    .query = "context=edit&_fields=id,roles,capabilities" },
		&a, e))
		return false;
	if (!json_int(a.tree, "id", &out->id))
		return err_doubt(e, "wordpress: the answer does not identify the user");
	json_bool(a.tree, "capabilities.publish_posts", &out->may_publish);
	json_bool(a.tree, "capabilities.edit_published_posts", &out->may_edit_published);
	json_bool(a.tree, "capabilities.manage_categories", &out->may_make_terms);
	read_excess(a.tree, out);
	read_roles(a.tree, out);
	return true;
}

bool
wp_open(struct wp *wp, struct err *e)
{
	bool may_create;

	wp_forget_terms(wp);
	return wp_discover(wp, e) && wp_login(wp, &may_create, e);
}
