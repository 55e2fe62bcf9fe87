/*
 * check.c - --check of the publisher: is the site reachable, does it accept our login, may we publish?
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/publisher.h"
#include "publisher/wordpress/door.h"

/* Why a login is refused, which WordPress does not say. */
static void
check_refusal(struct check *c, const struct wp_door *door, const struct err *fault)
{
	if (door->code[0] != '\0')
		check_problem(c,
		    "wordpress: the site's REST API is closed (%s), probably by a "
		    "security plugin, even with our login; allow it for logged-in "
		    "users, then check `user` and password_file",
		    door->code);
	else if (!door->open || fault->fault != FAULT_OUTAGE ||
		 fault->outage != OUTAGE_CREDENTIALS)
		check_fault(c, fault);
	else if (!door->passwords)
		check_problem(c,
		    "wordpress: application passwords are disabled; the site must use "
		    "https (behind a proxy: X-Forwarded-Proto), and no security plugin "
		    "may disable them");
	else
		check_problem(c,
		    "wordpress: wrong user name or application password; create one "
		    "under Users, Profile, Application Passwords and put it into "
		    "password_file (the login password does not work here). If it is "
		    "correct, the web server drops the Authorization header: Apache "
		    "needs CGIPassAuth On");
}

/* `me`: all zero if the site does not say who we are. */
static void
check_rights(struct check *c, const struct wp_user *me, bool may_create)
{
	bool may = me->id == 0 ? may_create : me->may_publish && me->may_edit_published;

	if (me->id > 0 && me->roles[0] == '\0')
		check_problem(c,
		    "wordpress: the user has no role on this site; give it the role Author "
		    "there, or, in a network of sites, check that `url` is the right one");
	else if (!may)
		check_problem(c,
		    "wordpress: the user (%s) may not publish posts; give it the role Author",
		    me->id > 0 ? me->roles : "roles unknown");
	if (me->excess != NULL)
		check_problem(c,
		    "wordpress: the user (%s) has more rights than needed (%s); use "
		    "one with the role Author",
		    me->roles, me->excess);
}

static void
check_category(struct check *c, struct wp *wp, const char *category, bool may_make)
{
	struct err e = ERR_NONE;
	bool found = false;

	if (!wp_has_term(wp, "categories", category, &found, &e))
		check_fault(c, &e);
	else if (!found && !may_make)
		check_problem(c,
		    "wordpress: there is no category with the slug %s; create it on "
		    "the site under Posts, Categories, otherwise posts are published "
		    "without it",
		    category);
}

static void
check_categories(struct stage *st, struct check *c, struct wp *wp, bool may_make)
{
	const struct post_options o = publisher_settings(&st->config);
	const char *slugs[POST_CATEGORIES_MAX];
	size_t count = post_kind_categories(post_kinds, &o, slugs);

	for (size_t i = 0; i < count; i++)
		check_category(c, wp, slugs[i], may_make);
}

static void
check_cache(struct check *c, struct wp *wp, bool may_create)
{
	struct err e = ERR_NONE;
	bool cached = false;

	if (!wp_door_is_cached(wp, may_create, &cached, &e))
		check_fault(c, &e);
	else if (cached)
		check_problem(c,
		    "wordpress: a page cache answers for the REST API, so that new "
		    "posts look missing; exempt /wp-json/ and ?rest_route= from the "
		    "caches of the site, its plugins and its CDN");
}

static void
check_account(struct check *c, struct wp *wp, bool may_create, struct wp_user *me)
{
	struct err closed = ERR_NONE;

	wp_me(wp, me, &closed);
	check_rights(c, me, may_create);
	check_cache(c, wp, may_create);
}

/* Everything that needs a discovered API. */
static void
check_site(struct stage *st, struct check *c, struct wp *wp)
{
	struct wp_user me = { .id = 0 };
	struct wp_door door;
	struct err at_door = ERR_NONE, no_user = ERR_NONE, e = ERR_NONE;
	bool may_create = false, known, answers = wp_door_look(wp, &door, &at_door);

	if (wp->other_scheme)
		check_problem(c, "wordpress: " WP_OTHER_SCHEME);
	if (door.home[0] != '\0')
		check_problem(c,
		    "wordpress: posts would be published on the site %s, which is not the "
		    "one in `url`; correct `url`",
		    door.home);
	/* A subscriber may log in and see no posts: only the site's answer about the user shows it. */
	known = !st->config.publisher.service.secret_missing &&
		(wp_login(wp, &may_create, &e) || wp_me(wp, &me, &no_user));
	if (known)
		check_account(c, wp, may_create, &me);
	else if (!answers)
		check_fault(c, &at_door);
	else if (!st->config.publisher.service.secret_missing)
		check_refusal(c, &door, &e);
	if (!known)
		wp->service.user = NULL; /* categories can be read without it */
	if (known || door.open)
		check_categories(st, c, wp, me.may_make_terms);
}

static void
check_posts(struct stage *st, struct check *c)
{
	struct err e = ERR_NONE;
	struct wp wp;

	wp_init(&wp, st->http, &st->clock, &st->config.publisher.service,
	    st->config.publisher.api_url);
	if (!check_reach(c, st->http, &wp.service))
		return;
	if (st->config.publisher.service.secret_missing)
		wp.service.user = NULL;
	if (wp_discover(&wp, &e))
		check_site(st, c, &wp);
	else
		check_fault(c, &e);
	check_clock(c, "wordpress", http_newest_date(st->http), &st->clock);
}

void
publisher_check(struct stage *st, struct check *c)
{
	const struct publisher_options *asked = st->own;

	check_posts(st, c);
	alerts_check(st, c, asked->send);
}
