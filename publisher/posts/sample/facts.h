/*
 * facts.h - what is known about a captured file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_FACTS_H
#define POTPRESS_SAMPLE_FACTS_H

#include <stdint.h>

#include "common/json/json.h"
#include "publisher/page/verdict.h"

#define SAMPLE_ROWS_MAX 10 /* captures, URLs shown */
#define SAMPLE_NAMES_MAX 5

/* One capture as shown; texts are owned, NULL where unknown. */
struct fact_capture {
	int64_t seen_at;
	char *honeypot, *sensor, *src_ip, *country; /* sensor: its public name */
};

/* Texts are owned; NULL and -1 stand for "not known". */
struct sample_facts {
	char *key, *sha256, *sha1, *md5;
	int64_t now; /* when the captures were counted */
	int64_t captures, first_seen, last_seen, first_collected_at;
	char *honeypots[SAMPLE_NAMES_MAX]; /* most captures first */
	size_t honeypot_count;
	int64_t honeypots_total;
	char *country; /* the one country, when there is one */
	int64_t country_count;
	struct fact_capture rows[SAMPLE_ROWS_MAX]; /* newest first */
	size_t row_count;
	char *urls[SAMPLE_ROWS_MAX]; /* newest first */
	size_t url_count;
	int64_t urls_total;
	char *names[SAMPLE_NAMES_MAX];
	size_t name_count;

	enum verdict verdict;
	bool pua;
	int64_t fetched_at, last_analysis_at, first_submission_at;
	int64_t detections, verdicts; /* the two numbers of the ratio */
	int64_t suspicions; /* engines that say suspicious; not in `detections` */
	int64_t size, family_count;
	bool family_by_vote;
	char *label, *category, *family, *type, *magic, *vt_name;
	cJSON *vt_tags, *engines, *distributors; /* as in table analysis */
};
void sample_facts_done(struct sample_facts *facts);

#endif
