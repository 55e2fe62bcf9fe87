/*
 * check.c - --check of the publisher: is the site there, does it know us, may we publish?
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/publisher.h"
#include "publisher/wordpress/door.h"

/* No way in: where the front page named none, does one answer without being named? */
static void
check_undiscovered(struct check *c, struct wp *wp, const struct err *why)
{
	struct err ignored = ERR_NONE;
	struct wp_door door;

	if (!wp->unnamed || !wp_door_look_plain(wp, &door, &ignored))
		check_fault(c, why);
	else if (door.open)
		check_problem(c,
		    "wordpress: the REST API answers, but the front page does not name "
		    "it: a plugin or a web server takes the Link header away; let it "
		    "pass");
	else
		check_problem(c,
		    "wordpress: the site's REST API is closed (%s): a security plugin "
		    "turns it off; allow it for users who are logged in",
		    door.code);
}

/* Why a refused login is refused: WordPress itself does not tell. */
static void
check_refusal(struct check *c, const struct wp_door *door, const struct err *fault)
{
	if (door->code[0] != '\0')
		check_problem(c,
		    "wordpress: the site's REST API is closed (%s), and "
		    "does not take our login either: allow it for users who are logged "
		    "in, then see `user` and password_file",
		    door->code);
	else if (!door->open || fault->fault != FAULT_OUTAGE ||
		 fault->outage != OUTAGE_CREDENTIALS)
		check_fault(c, fault);
	else if (!door->passwords)
		check_problem(c,
		    "wordpress: application passwords are off: the site must be "
		    "reached by https (behind a proxy: X-Forwarded-Proto), and no "
		    "security plugin may turn them off");
	else
		check_problem(c,
		    "wordpress: wrong user or application password: make one under "
		    "Users, Profile, Application Passwords, and put it into the file "
		    "named by password_file (the account's own password does not work "
		    "here). If it is right, the web server drops the Authorization "
		    "header: Apache needs CGIPassAuth On");
}

static void
check_rights(struct check *c, const struct wp_user *me)
{
	if (!me->may_publish || !me->may_edit_published)
		check_problem(c,
		    "wordpress: the account (%s) may not publish posts: give it the "
		    "role Author",
		    me->roles);
	if (me->excess != NULL)
		check_problem(c,
		    "wordpress: the account (%s) has more rights than it needs (%s): "
		    "use an account with the role Author",
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
		    "wordpress: there is no category with the slug %s: make it on the "
		    "site under Posts, Categories, else posts go out without it",
		    category);
}

static void
check_cache(struct check *c, struct wp *wp, const struct wp_user *me)
{
	struct err e = ERR_NONE;
	bool cached = false;

	if (!wp_door_is_cached(wp, me->may_publish, &cached, &e))
		check_fault(c, &e);
	else if (cached)
		check_problem(c,
		    "wordpress: a page cache answers for the REST API, so that what we "
		    "just published would look missing: exempt /wp-json/ and "
		    "?rest_route= from the cache of the site, its plugin and its CDN");
}

/* All that needs to know the way in. */
static void
check_site(struct stage *st, struct check *c, struct wp *wp)
{
	const char *category = st->config.publisher.category;
	struct wp_user me = { .id = 0 };
	struct wp_door door;
	struct err at_door = ERR_NONE, e = ERR_NONE;
	bool known;

	if (!wp_door_look(wp, &door, &at_door))
		check_fault(c, &at_door);
	known = !st->config.secret_missing && wp_me(wp, &me, &e);
	if (known) {
		check_rights(c, &me);
		check_cache(c, wp, &me);
	} else if (!st->config.secret_missing) {
		check_refusal(c, &door, &e);
		wp->service.user = NULL; /* categories can be seen without */
	}
	if (known || door.open)
		check_category(c, wp, category, me.may_make_terms);
}

void
publisher_check(struct stage *st, struct check *c)
{
	struct err e = ERR_NONE;
	struct wp wp;

	wp_init(&wp, st->http, &st->clock, &st->config.publisher.service);
	if (!check_reach(c, st->http, &wp.service))
		return;
	if (st->config.secret_missing)
		wp.service.user = NULL;
	if (wp_discover(&wp, &e))
		check_site(st, c, &wp);
	else
		check_undiscovered(c, &wp, &e);
	check_clock(c, "wordpress", http_newest_date(st->http), &st->clock);
}
