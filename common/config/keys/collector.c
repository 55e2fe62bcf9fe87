/*
 * collector.c - the keys of [collector] and what belongs together among them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/config/internal.h"

const struct key config_collector_keys[] = {
	{ "url", KEY_URL, TO(collector, service.url), .words = "https http",
	    .required = true,
	    .help =
		"T-Pot's Elasticsearch, or an OpenSearch; a path prefix is allowed." },
	{ "user", KEY_TEXT, TO(collector, service.user),
	    .help = "User name for Basic authentication; needs password_file." },
	{ "password_file", KEY_SECRET, SECRET_TO(collector, service.password),
	    .help = "File that holds the password of user." },
	{ "api_key_file", KEY_SECRET, SECRET_TO(collector, api_key), .words = CONFIG_KEY,
	    .help = "File that holds an API key, in place of user and password_file." },
	{ "index", KEY_TEXT, TO(collector, index), "logstash-*",
	    .help = "Pattern of the indices to read, or several separated by commas." },
	{ "profiles", KEY_LIST, TO(collector, profiles),
	    .words = "cowrie adbhoney h0neytr4p log4pot honeytrap",
	    .help = "Honeypots whose captures are collected; without this key all of "
		    "these." },
	{ "interval", KEY_DURATION, TO(collector, interval_s), "15m", 1, DAY_S,
	    .help = "Time from one poll to the next." },
	{ "start", KEY_DURATION, TO(collector, start_s), "24h", 0, 36500 * DAY_S,
	    .help = "The first poll reads documents no older than this." },
	{ "count_attacks", KEY_BOOL, TO(collector, count_attacks), "yes",
	    .help = "Count the attacks of each finished day: one request a day, repeated "
		    "only if documents arrived late." },
	{ "stories", KEY_BOOL, TO(collector, stories), "yes",
	    .help = "Read the login and the commands of sessions that brought a file." },
	{ "flood", KEY_INT, TO(collector, flood), "50", 0, 1000000,
	    .help = "New files of one session, or from one URL, that are looked up in a "
		    "day (UTC); the others are recorded and counted. 0: all are looked "
		    "up." },
	{ "quiet_after", KEY_DURATION, TO(collector, quiet_after_s), "24h", 0, 60 * DAY_S,
	    .help = "A sensor or type of honeypot without events for so long, in whole "
		    "days, is named in the log and in view quiet. 0s: off." },
	TRANSPORT_ROWS(collector, "50s",
	    "Longest time for one request; T-Pot's own nginx gives up after 60s."),
	{ 0 },
};

/* The collector logs in with user and password, with an API key, or not at all. */
static void
check_login(struct config_reader *r, struct config_part *p)
{
	config_check_needs(r, p, "user", "password_file");
	config_check_needs(r, p, "password_file", "user");
	if (config_has(p, "user") && config_has(p, "api_key_file"))
		config_problem(r, config_line(r, p, "user"),
		    "[%s] has user and api_key_file; keep one of them", p->label);
}

void
config_check_collector(struct config_reader *r, struct config_part *p, void *values)
{
	struct collector_config *c = values;

	check_login(r, p);
	/* It is in the path of each request, and web servers limit the length of paths. */
	if (c->index && strlen(c->index) > CONFIG_INDEX_MAX)
		config_key_problem(r, p, "index",
		    " is longer than %d bytes: use a pattern, such as logstash-*",
		    CONFIG_INDEX_MAX);
	config_check_service(r, p, &c->service);
}
