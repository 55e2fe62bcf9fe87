/*
 * file_report.h - a VirusTotal file report turned into what we keep.
 *
 * The source of every rule is VirusTotal's file object (API v3, "Files"). All texts point into the
 * report's own tree and live as long as it; they were written by strangers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_FILE_REPORT_H
#define POTPRESS_VIRUSTOTAL_FILE_REPORT_H

#include "common/base/hash.h"
#include "common/json/json.h"

#define REPORT_TEXT_MAX 512 /* bytes kept of one text */
#define REPORT_TAGS_MAX 40
#define REPORT_ENGINES_MAX 150

struct stats {
	int64_t malicious, suspicious, undetected, harmless;
	int64_t timeout, confirmed_timeout, failure, type_unsupported;
};

/* Engines that gave a verdict: the second number of the ratio. */
static inline int64_t
stats_total(const struct stats *s)
{
	return s->malicious + s->suspicious + s->undetected + s->harmless;
}

#define FAMILY_MAX 64
#define CVE_MAX 24

struct report {
	cJSON *tree;
	struct hash sha256, sha1, md5; /* kind HASH_NONE where absent */
	struct stats stats;
	int64_t size, last_analysis_at, first_submission_at; /* -1: absent */
	char label[REPORT_TEXT_MAX]; /* "" absent */
	const char *category; /* NULL: absent */
	const char *type_description, *magic, *meaningful_name;
	char family[FAMILY_MAX]; /* "" unknown */
	const char *family_source; /* "virustotal", "vote" or NULL */
	int64_t family_count; /* engines that use the name */
	char
	    cve[CVE_MAX]; /* "CVE-2021-4034": the vulnerability it exploits, "" unknown */
	bool pua, test_file;
	/* arrays of ours, as table analysis keeps them */
	cJSON *tags, *engines, *distributors, *detections;
};

/* Parses a 200 body. FAULT_RETRY with a sentence when it is no file report, or is one of another
 * file than `asked`. Release with report_done in either case. */
bool report_parse(struct report *r, const char *body, size_t len,
    const struct hash *asked, struct err *e);
void report_done(struct report *r);

struct verdict_rules {
	int64_t malicious_from, verdicts_min;
};

/* The word for people: malicious, suspicious, known_good, undetected, inconclusive, not_analysed. */
const char *report_verdict(const struct report *r, const struct verdict_rules *rules);

#endif
