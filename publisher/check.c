/*
 * check.c - --check of the publisher: is the site there, does it know us, may we publish?
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "publisher/publisher.h"

#define DIAGNOSIS_MAX 8192

static int
say(const char *text)
{
	printf("%s\n", text);
	return 1;
}

/* Why a refused account is refused: WordPress itself does not tell. */
static int
check_refusal(struct wordpress *wp, const struct err *fault)
{
	struct err e = ERR_NONE;
	bool offered = true;

	if (fault->outage == OUTAGE_CREDENTIALS &&
	    wp_passwords_offered(wp, &offered, &e) && !offered)
		return say(
		    "wordpress: the site offers no application passwords: it must be "
		    "reached by "
		    "https (check the proxy's X-Forwarded-Proto), and no security plugin "
		    "may "
		    "turn them off");
	if (fault->outage == OUTAGE_CREDENTIALS)
		return say(
		    "wordpress: wrong user or application password: make one under "
		    "Users, "
		    "Profile, Application Passwords, and put it into the file named by "
		    "password_file (the account's own password does not work here)");
	return say(fault->text);
}

static int
check_rights(const struct wp_user *me)
{
	int problems = 0;

	if (!me->may_publish || !me->may_edit_published) {
		printf(
		    "wordpress: the account (%s) may not publish posts: give it the role "
		    "Author\n",
		    me->roles);
		problems++;
	}
	if (me->unfiltered_html) {
		printf(
		    "wordpress: the account (%s) has more rights than it needs "
		    "(unfiltered "
		    "HTML): an account with the role Author is safer\n",
		    me->roles);
		problems++;
	}
	return problems;
}

static int
check_category(struct wordpress *wp, const char *category)
{
	struct err e = ERR_NONE;
	bool found = false;

	if (!wp_has_term(wp, "categories", category, &found, &e))
		return say(e.text);
	if (found)
		return 0;
	printf(
	    "wordpress: there is no category with the slug %s: make it on the site under "
	    "Posts, "
	    "Categories, else posts go out without it\n",
	    category);
	return 1;
}

int
publisher_check(struct stage *st)
{
	const struct publisher_config *c = &st->config.publisher;
	auto_buf why = BUF_INIT(DIAGNOSIS_MAX);
	struct err e = ERR_NONE;
	struct wordpress wp;
	struct wp_user me;

	wp_init(&wp, st->http, &st->clock, &c->service);
	http_diagnose(st->http, &wp.service, &why);
	if (why.len > 0) {
		printf("wordpress: %s\n", buf_text(&why));
		return 1;
	}
	if (!wp_discover(&wp, &e))
		return say(e.text);
	if (!wp_me(&wp, &me, &e))
		return check_refusal(&wp, &e);
	return check_rights(&me) + check_category(&wp, c->category);
}
