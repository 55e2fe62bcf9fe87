/*
 * keys.c - every key of the configuration, one row each.
 *
 * A row is all there is to know about a key: what it is called, where its value goes,
 * its default, its limits and the sentence that explains it. Parsing, defaults, range
 * checks, --help, --show-config and the list in potpress.conf(5) follow from here. A new
 * key is a new row and a member of the section's struct in config.h.
 *
 * Ranges are wide enough for tests and for paid keys, and narrow enough to catch a slip.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/internal.h"

#define TO(where, member) .offset = offsetof(struct where##_config, member)
#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* What every service may need on the way to it. */
/* clang-format off */
#define TRANSPORT_ROWS(where, timeout_default, timeout_help)				\
	{ "ca_file", OPTION_PATH, TO(where, service.ca_file),				\
	    .help = "Certificates (PEM) to trust in place of the system's." },		\
	{ "pinned_public_key", OPTION_PIN, TO(where, service.pinned_public_key),	\
	    .help = "The server's public key: without ca_file it is the whole "		\
		    "verification, with it both must hold." },				\
	{ "connect_to", OPTION_HOSTPORT, TO(where, service.connect_to),			\
	    .help = "Connect here whatever the host in url; the certificate is still "	\
		    "checked for that host." },						\
	{ "proxy", OPTION_URL, TO(where, service.proxy),				\
	    .words = "http https socks5 socks5h",					\
	    .help = "Proxy to go through, without user or password in it." },		\
	{ "timeout", OPTION_DURATION, TO(where, service.timeout_s), timeout_default,	\
	    1, 10 * MINUTE, .help = (timeout_help) },					\
	{ "allow_http", OPTION_BOOL, TO(where, service.allow_http), "no",		\
	    .help = "Permit plain http to another machine; secrets then travel "	\
		    "readable." }
/* clang-format on */

static const struct option database_options[] = {
	{ "path", OPTION_PATH, TO(database, path), "/var/lib/potpress/potpress.db",
	    .help = "The database all programs share; its directory must exist." },
	{ 0 },
};

static const struct option collector_options[] = {
	{ "url", OPTION_URL, TO(collector, service.url), .words = "https http",
	    .required = true,
	    .help = "Elasticsearch of T-Pot, or OpenSearch; a path prefix is allowed." },
	{ "user", OPTION_TEXT, TO(collector, service.user),
	    .help = "Name for Basic authentication, together with password_file." },
	{ "password_file", OPTION_SECRET, TO(collector, service.password),
	    .help = "File that holds the password of user." },
	{ "api_key_file", OPTION_SECRET, TO(collector, api_key),
	    .help = "File that holds an API key, in place of user and password_file." },
	{ "index", OPTION_TEXT, TO(collector, index), "logstash-*",
	    .help =
		"Pattern of the indices to read, or several with commas between them." },
	{ "profiles", OPTION_LIST, TO(collector, profiles),
	    .words = "cowrie adbhoney h0neytr4p log4pot honeytrap",
	    .help =
		"Honeypots whose captures are taken; left out, all that are built in." },
	{ "interval", OPTION_DURATION, TO(collector, interval_s), "15m", 1, DAY,
	    .help = "Time from one poll to the next." },
	{ "start", OPTION_DURATION, TO(collector, start_s), "24h", 0, 36500 * DAY,
	    .help = "How far back the very first poll looks." },
	TRANSPORT_ROWS(collector, "50s",
	    "Longest time for one request; T-Pot's own nginx gives up after 60s."),
	{ 0 },
};

static const struct option enricher_options[] = {
	{ "url", OPTION_URL, TO(enricher, service.url),
	    "https://www.virustotal.com/api/v3", .words = "https http",
	    .help = "Base of VirusTotal's API, version 3." },
	{ "api_key_file", OPTION_SECRET, TO(enricher, service.password), .required = true,
	    .help = "File that holds the API key of VirusTotal." },
	{ "account", OPTION_TEXT, TO(enricher, account), "main",
	    .help = "Name of this key in the ledger of requests; enrichers with the same "
		    "name share "
		    "its quota." },
	{ "per_minute", OPTION_INT, TO(enricher, per_minute), "4", 1, 6000,
	    .help = "Requests a minute that the key allows." },
	{ "per_day", OPTION_INT, TO(enricher, per_day), "500", 1, 500000,
	    .help = "Requests a day (UTC) that the key allows." },
	{ "per_month", OPTION_INT, TO(enricher, per_month), "15500", 1, 5000000,
	    .help = "Requests a month (UTC) that the key allows." },
	{ "concurrency", OPTION_INT, TO(enricher, concurrency), "4", 1, 64,
	    .help = "Requests in flight at once, still inside the quota." },
	{ "once_limit", OPTION_DURATION, TO(enricher, once_limit_s), "14m", 1, DAY,
	    .help = "Longest time that --once waits for free slots of the quota." },
	{ "malicious_from", OPTION_INT, TO(enricher, malicious_from), "5", 1, 100,
	    .help = "So many engines saying malicious make the verdict malicious." },
	{ "verdicts_min", OPTION_INT, TO(enricher, verdicts_min), "40", 1, 100,
	    .help =
		"With no engine against it, fewer verdicts than this are inconclusive." },
	TRANSPORT_ROWS(enricher, "30s", "Longest time for one request."),
	{ 0 },
};

static const struct option publisher_options[] = {
	{ "url", OPTION_URL, TO(publisher, service.url), .words = "https http",
	    .required = true,
	    .help = "The WordPress site; its REST API is found from there." },
	{ "user", OPTION_TEXT, TO(publisher, service.user), .required = true,
	    .help =
		"Account on the site that writes the posts; the role Author is enough." },
	{ "password_file", OPTION_SECRET, TO(publisher, service.password),
	    .required = true,
	    .help = "File that holds an application password of user." },
	{ "language", OPTION_WORD, TO(publisher, language), "en", .words = "en ja",
	    .help = "Language of the posts." },
	{ "status", OPTION_WORD, TO(publisher, status), "publish",
	    .words = "publish draft",
	    .help = "Publish posts at once, or leave them as drafts for a person." },
	{ "timezone", OPTION_TIMEZONE, TO(publisher, timezone), "UTC",
	    .help = "Zone of the times printed in posts." },
	{ "category", OPTION_TEXT, TO(publisher, category), "malware",
	    .help = "Category of the posts, by its slug." },
	{ "sample_posts", OPTION_WORD, TO(publisher, sample_posts), "all", .words = "all",
	    .help = "Which samples get a post: every one with an answer." },
	{ "publish_after", OPTION_DURATION, TO(publisher, publish_after_s), "0s", 0,
	    30 * DAY, .help = "Hold a post back so long after the first capture." },
	{ "engine_names", OPTION_WORD, TO(publisher, engine_names), "folded",
	    .words = "folded none",
	    .help = "Name the engines and their words in a folded part of the post, or "
		    "nowhere." },
	{ "private", OPTION_LIST, TO(publisher, private_words),
	    .help = "Addresses and names that must never be published, beside those that "
		    "T-Pot "
		    "tells." },
	{ "sensor_names", OPTION_LIST, TO(publisher, sensor_names), .words = CONFIG_PAIRS,
	    .help = "Public names of sensors; a sensor without one is not named." },
	TRANSPORT_ROWS(publisher, "30s", "Longest time for one request."),
	{ 0 },
};

const struct section config_sections[] = {
	{ "database", database_options, "Where everything is kept." },
	{ "collector", collector_options, "The T-Pot whose captures are read." },
	{ "enricher", enricher_options, "VirusTotal, and the quota of the key." },
	{ "publisher", publisher_options,
	    "The WordPress site, and what its posts tell." },
	{ 0 },
};
