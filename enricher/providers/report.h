/*
 * report.h - an answer about a file, as stored in table analysis, for any provider.
 *
 * Texts point into the report's JSON tree and live as long as it; they are untrusted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PROVIDERS_REPORT_H
#define POTPRESS_PROVIDERS_REPORT_H

#include "common/base/hash.h"
#include "common/base/tlsh.h"
#include "common/json/json.h"

#define REPORT_TEXT_MAX 512 /* bytes kept of one text */
#define REPORT_TAGS_MAX 40
#define REPORT_ENGINES_MAX 150
#define FAMILY_MAX 64
#define CVE_MAX 24

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

struct report {
	cJSON *tree;
	/* one word: malicious, suspicious, known_good, undetected, inconclusive, not_analysed, unknown */
	const char *verdict;
	struct hash sha256, sha1, md5; /* kind HASH_NONE where absent */
	struct stats stats;
	int64_t size, last_analysis_at, first_submission_at; /* -1: absent */
	char label[REPORT_TEXT_MAX]; /* "" absent */
	const char *category; /* NULL: absent */
	const char *type_description, *magic, *meaningful_name;
	char family[FAMILY_MAX]; /* "" unknown */
	const char *family_source; /* "virustotal", "vote" or NULL */
	int64_t family_count; /* engines that use the name */
	/* "CVE-2021-4034": the vulnerability it exploits, "" unknown */
	char cve[CVE_MAX];
	char tlsh[TLSH_TEXT_MAX]; /* "" absent */
	bool pua, test_file;
	/* arrays made in the tree, as stored in table analysis; NULL: absent */
	cJSON *tags, *engines, *distributors, *detections;
};

/* An empty report. */
#define REPORT_INIT                                                           \
	{                                                                     \
		.size = -1, .last_analysis_at = -1, .first_submission_at = -1 \
	}
void report_done(struct report *r);

/* Reads a hash of this kind at `path`; kind HASH_NONE if there is none. */
void report_read_hash(
    const cJSON *root, const char *path, enum hash_kind kind, struct hash *out);
/* Whether the report has the hash that was asked for. */
bool report_is_about(const struct report *r, const struct hash *asked);

#endif
