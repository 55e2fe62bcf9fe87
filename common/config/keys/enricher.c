/*
 * enricher.c - the keys of [enricher].
 *
 * Ranges are wide enough for tests and for paid keys, and narrow enough to catch a slip.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/internal.h"

const struct key config_enricher_keys[] = {
	{ "url", KEY_URL, TO(enricher, service.url), "https://www.virustotal.com/api/v3",
	    .words = "https http", .help = "Base URL of VirusTotal's API, version 3." },
	{ "api_key_file", KEY_SECRET, SECRET_TO(enricher, service.password),
	    .words = CONFIG_KEY, .required = true,
	    .help = "File that holds the VirusTotal API key." },
	{ "account", KEY_TEXT, TO(enricher, account), CONFIG_ACCOUNT,
	    .help = "Name of this key in the ledger of requests; enrichers with the same "
		    "name share its quota." },
	{ "user_id", KEY_TEXT, TO(enricher, user_id),
	    .help =
		"Your VirusTotal user name: if it is set, VirusTotal's own count of "
		"requests is compared with the ledger once an hour, to notice another "
		"program that uses the same key." },
	{ "per_minute", KEY_INT, TO(enricher, per_minute), "4", 1, 6000,
	    .help = "Requests a minute that the key allows." },
	{ "per_day", KEY_INT, TO(enricher, per_day), "500", 1, 500000,
	    .help = "Requests a day (UTC) that the key allows." },
	{ "per_month", KEY_INT, TO(enricher, per_month), "15500", 1, 5000000,
	    .help = "Requests a month (UTC) that the key allows." },
	{ "concurrency", KEY_INT, TO(enricher, concurrency), "4", 1, 64,
	    .help = "Requests in flight at once, still within the quota." },
	{ "once_limit", KEY_DURATION, TO(enricher, once_limit_s), "14m", 1, DAY_S,
	    .help = "Longest time that --once waits for free slots of the quota." },
	{ "malicious_from", KEY_INT, TO(enricher, malicious_from), "5", 1, 100,
	    .help = "Engines that must say malicious for that verdict." },
	{ "verdicts_min", KEY_INT, TO(enricher, verdicts_min), "40", 1, 100,
	    .help =
		"A file that no engine detects is inconclusive when fewer engines than "
		"this gave a verdict." },
	{ "unknown_again", KEY_DURATIONS, TO(enricher, unknown_again),
	    "1h, 1d, 3d, 7d, 30d",
	    .help = "When to repeat the lookup of a file unknown to VirusTotal, counted "
		    "from the first answer; or never." },
	{ "known_again", KEY_DURATIONS, TO(enricher, known_again), "1d, 7d, 30d",
	    .help =
		"When to repeat the lookup of a known file, counted from its first "
		"report, while it is new to VirusTotal (under 30 days) or few engines detect "
		"it (under 15); or never." },
	{ "reserve", KEY_INT, TO(enricher, reserve), "50", 1, 90,
	    .help = "Percent of the day's requests for repeated lookups while new files "
		    "wait; the rest is kept for new files until the evening (UTC)." },
	{ "backlog", KEY_DURATION, TO(enricher, backlog_s), "3d", HOUR_S, 3650 * DAY_S,
	    .help = "A new file that has waited longer, because more wait than the quota "
		    "allows, is skipped until it is captured again." },
	{ "pace", KEY_WORD, TO(enricher, pace), "fast", .words = "fast even",
	    .help = "How the day's quota is used: as fast as the minute allows, or even: "
		    "spread over the day (UTC), so that some is left for files captured "
		    "late in the day." },
	TRANSPORT_ROWS(enricher, "30s", "Longest time for one request."),
	{ 0 },
};

void
config_check_enricher(struct config_reader *r, struct config_part *p, void *values)
{
	struct enricher_config *c = values;

	config_check_service(r, p, &c->service);
}
