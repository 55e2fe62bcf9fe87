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
#include "publisher/posts/sample/store_story.h"

/* Sources, names and URLs come from this many newest captures, so that a file with half a million costs
 * no more. */
#define SAMPLE_SCAN_MAX 10000
#define SAMPLE_CAPTURES_MAX 100 /* newest, read for the table of captures */
#define SAMPLE_ROWS_MAX 10 /* rows of that table; URLs shown */
#define SAMPLE_HISTORY_MAX 6 /* analyses shown */
#define SAMPLE_NAMES_MAX 5 /* honeypots, file names, countries, protocols */

/* One capture; texts are owned, NULL where unknown. */
struct sample_capture {
	int64_t seen_at;
	char *honeypot, *sensor, *action, *src_ip, *country, *as_org, *protocol;
	/* sensor: its public name */
	int64_t dest_port, asn; /* 0: not known */
	bool claimed; /* the source is unknown, as the client only claimed one */
};

struct sample_country {
	char *code;
	int64_t addresses;
};

/* The result of one analysis. */
struct sample_analysis {
	int64_t at, detections, verdicts;
};

/* Another post that may be related, and why. */
#define SAMPLE_RELATED_MAX 3
#define SAMPLE_CANDIDATES_MAX 12 /* some may share nothing but a host that is private */
struct sample_related {
	int64_t post_id;
	char *title, *link; /* owned */
	bool family; /* the same */
	char *host; /* the same, owned; NULL: none */
	int distance; /* of their TLSH digests; -1: they are not close */
};

/* Texts are owned; NULL and -1 stand for "not known". */
struct sample_facts {
	char *key, *sha256, *sha1, *md5;
	char *reason; /* post.reason */
	int64_t now; /* when the captures were counted */
	int64_t captures, first_seen, last_seen, first_collected_at;
	int64_t scanned; /* captures read for what follows */
	int64_t downloads, uploads, address_count, country_count;
	/* some were cut to networks: one that came again is counted twice */
	bool addresses_cut;
	/* most captures first, like all lists unless stated otherwise */
	char *honeypots[SAMPLE_NAMES_MAX];
	size_t honeypot_count;
	int64_t honeypots_total;
	char *protocols[SAMPLE_NAMES_MAX];
	size_t protocol_count;
	struct sample_country countries[SAMPLE_NAMES_MAX]; /* most addresses first */
	size_t countries_shown;
	struct sample_capture rows[SAMPLE_CAPTURES_MAX]; /* newest first */
	size_t row_count;
	char *urls[SAMPLE_ROWS_MAX]; /* newest first */
	size_t url_count;
	int64_t urls_total;
	int64_t urls_left_out; /* of a flood; not in the two above */
	char *names[SAMPLE_NAMES_MAX];
	size_t name_count;
	int64_t names_total;

	enum verdict verdict;
	bool pua, test_file;
	int64_t fetched_at, last_analysis_at, first_submission_at;
	/* since when VirusTotal has had no record; 0: it has one, or never had */
	int64_t gone_at;
	int64_t detections, verdicts; /* the two numbers of the ratio */
	int64_t suspicions; /* engines with the result suspicious; not in `detections` */
	int64_t size, family_count;
	char *label, *category, *family, *cve, *type, *magic, *vt_name, *tlsh;
	cJSON *vt_tags, *engines, *distributors; /* as in table analysis */
	cJSON *others; /* analysis.detections */
	int64_t
	    listed_at; /* MalwareBazaar listed it then; 0: it does not, or was not asked */
	char *listed_as; /* its name for it */
	struct sample_analysis history[SAMPLE_HISTORY_MAX]; /* newest first */
	size_t history_count;
	struct sample_story story;
	struct sample_related related[SAMPLE_CANDIDATES_MAX]; /* the closest first */
	size_t related_count;
};
void sample_related_done(struct sample_related *r);
void sample_facts_done(struct sample_facts *facts);

#endif
