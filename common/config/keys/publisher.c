/*
 * publisher.c - the keys of [publisher].
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/config/internal.h"
#include "common/net/url.h"

const struct key config_publisher_keys[] = {
	{ "url", KEY_URL, TO(publisher, service.url), .words = "https http",
	    .required = true,
	    .help = "The WordPress site; its REST API is discovered from there." },
	{ "api_url", KEY_URL, TO(publisher, api_url), .words = "https http",
	    .help = "The site's REST API, such as https://blog.example/wp-json, where it "
		    "cannot be discovered." },
	{ "user", KEY_TEXT, TO(publisher, service.user), .required = true,
	    .help = "User on the site who writes the posts; the role Author is enough." },
	{ "password_file", KEY_SECRET, SECRET_TO(publisher, service.password),
	    .words = CONFIG_KEY, .required = true,
	    .help = "File that holds an application password of user." },
	{ "language", KEY_WORD, TO(publisher, language), "en", .words = "en ja",
	    .help = "Language of the posts." },
	{ "status", KEY_WORD, TO(publisher, status), "publish", .words = "publish draft",
	    .help = "Publish posts at once, or leave them as drafts for review." },
	{ "category", KEY_TEXT, TO(publisher, category), "malware",
	    .help = "Slug of the posts' category." },
	{ "sample_posts", KEY_WORD, TO(publisher, sample_posts), "noteworthy",
	    .words = "all noteworthy none",
	    .help = "Which files get their own post: every one that was looked up, "
		    "those that a rule selects, or none." },
	{ "posts_per_day", KEY_INT, TO(publisher, posts_per_day), "5", 1, 1000,
	    .help = "Maximum number of posts about noteworthy files in a day." },
	{ "digest", KEY_LIST, TO(publisher, digest), "daily, weekly, monthly",
	    .words = "daily weekly monthly none",
	    .help = "Which digests are published: one post about each finished day, week "
		    "or month." },
	{ "digest_category", KEY_TEXT, TO(publisher, digest_category), "digest",
	    .help = "Slug of the digests' category." },
	{ "digest_after", KEY_DURATION, TO(publisher, digest_after_s), "6h", 0, 7 * DAY_S,
	    .help = "Publish a digest this long after the end of its period, so that "
		    "late documents are counted." },
	{ "digest_catch_up", KEY_INT, TO(publisher, digest_catch_up), "7", 1, 366,
	    .help = "Days after which a finished period gets no digest automatically." },
	{ "charts", KEY_BOOL, TO(publisher, charts), "yes",
	    .help = "Bar charts in digests, as pictures on the site." },
	{ "map", KEY_BOOL, TO(publisher, map), "yes",
	    .help = "A world map of the source addresses in digests, as a picture on the "
		    "site; borders are those of Natural Earth." },
	{ "publish_after", KEY_DURATION, TO(publisher, publish_after_s), "0s", 0,
	    30 * DAY_S, .help = "Delay publication this long after the first capture." },
	{ "engine_names", KEY_WORD, TO(publisher, engine_names), "folded",
	    .words = "folded none",
	    .help = "List each engine and what it detected in a folded part of the post, "
		    "or not at all." },
	{ "private", KEY_IDENTITIES, TO(publisher, private_words),
	    .help = "Addresses, networks (CIDR), words and *.DOMAIN that must never be "
		    "published, in addition to what T-Pot reports." },
	{ "sensor_names", KEY_PAIRS, TO(publisher, sensor_names),
	    .help = "Public names of sensors; a sensor without one is not named." },
	TRANSPORT_ROWS(publisher, "30s", "Longest time for one request."),
	{ 0 },
};

static bool
list_has(const struct list *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], word) == 0)
			return true;
	return false;
}

void
config_check_publisher(struct config_reader *r, struct config_part *p, void *values)
{
	struct publisher_config *c = values;

	/* The password is sent there, and only `url` was checked. */
	if (c->service.url && c->api_url && !url_same_origin(c->service.url, c->api_url))
		config_key_problem(
		    r, p, "api_url", " must have the scheme, host and port of url");
	if (c->digest.count > 1 && list_has(&c->digest, "none"))
		config_key_problem(
		    r, p, "digest", " must be none alone, or a list of digests");
	config_check_service(r, p, &c->service);
}
