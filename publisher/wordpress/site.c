/*
 * site.c - the site around the posts: discovery, our user.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "publisher/wordpress/internal.h"

#define FRONT_PAGE_MAX (1 << 20)

/* ---- discovery */

/* The base must lie on the configured site: our password goes there. */
static bool
same_site(const char *url, const char *base)
{
	const char *host = strstr(url, "://");
	size_t len;

	if (host == NULL)
		return false;
	len = (size_t)(host - url) + 3;
	len += strcspn(url + len, "/?#");
	return strncasecmp(url, base, len) == 0 && base[len] != '\0' &&
	       strchr("/?#", base[len]) != NULL;
}

bool
wp_take_base(struct wp *wp, const char *link, struct err *e)
{
	size_t len = strlen(link);

	wp->base[0] = '\0';
	wp->unnamed = len == 0;
	if (wp->unnamed)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: %s does not name a REST API (no Link header with rel "
		    "https://api.w.org/): is it a WordPress site, and is its REST API "
		    "open?",
		    wp->service.config->url);
	if (len + 2 > sizeof wp->base)
		return err_outage(
		    e, OUTAGE_DOWN, 0, "wordpress: the REST base is too long");
	if (!same_site(wp->service.config->url, link))
		return err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: the site says its REST API is at %s, which is "
		    "another site than `url`; set `url` to the address the site itself "
		    "uses",
		    link);
	memcpy(wp->base, link, len + 1);
	wp->plain = strstr(link, "rest_route=") != NULL;
	if (link[len - 1] != '/')
		memcpy(wp->base + len, "/", sizeof "/");
	return true;
}

bool
wp_discover(struct wp *wp, struct err *e)
{
	auto_reply reply = { .status = 0 };
	struct http_service anonymous = wp->service;
	struct http_request r = { .service = &anonymous,
		.method = "HEAD",
		.url = wp->service.config->url,
		.reply_max = FRONT_PAGE_MAX };

	anonymous.user = NULL;
	wp->base[0] = '\0';
	if (!http_perform(wp->http, &r, &reply, e))
		return false;
	/* A site may close its front page and name its API all the same. */
	if (reply.status >= 300 && (reply.status < 400 || reply.link_api[0] == '\0'))
		return wp_status_foreign(&reply, false, clock_now(wp->clock), e);
	return wp_take_base(wp, reply.link_api, e);
}

/* ---- our user */

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

/* Whoever gets hold of our password could use these. */
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
		&(struct wp_call){ "wp/v2/users/me",
		    "context=edit&_fields=id,roles,capabilities", NULL, NULL },
		&a, e))
		return false;
	if (!json_int(a.tree, "id", &out->id))
		return err_set(
		    e, FAULT_RETRY, "wordpress: the answer does not say who we are");
	json_bool(a.tree, "capabilities.publish_posts", &out->may_publish);
	json_bool(a.tree, "capabilities.edit_published_posts", &out->may_edit_published);
	json_bool(a.tree, "capabilities.manage_categories", &out->may_make_terms);
	read_excess(a.tree, out);
	read_roles(a.tree, out);
	return true;
}

bool
wp_open(struct wp *wp, const char *category, bool *category_missing, struct err *e)
{
	struct wp_user me;
	int64_t id;

	*category_missing = false;
	if (!wp_discover(wp, e) || !wp_me(wp, &me, e))
		return false;
	wp_forget_terms(wp);
	if (!wp_term(wp, "categories", category, category, &id, e))
		return false;
	*category_missing = id == 0;
	return true;
}
