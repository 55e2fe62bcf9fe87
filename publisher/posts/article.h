/*
 * article.h - what is known about a sample, turned into a post: title, content, excerpt, tags.
 *
 * A pure function of the facts: no database, no clock, no network. Every number in it agrees with
 * every other one, and each says as of when it holds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_POSTS_ARTICLE_H
#define POTPRESS_POSTS_ARTICLE_H

#include "common/base/err.h"
#include "common/json/json.h"
#include "common/outgoing/guard.h"
#include "publisher/page/phrases.h"

#define ARTICLE_CONTENT_MAX (256 << 10) /* bytes; servers commonly take 1 MB */
#define ARTICLE_TITLE_MAX 400
#define ARTICLE_EXCERPT_MAX 1200
#define ARTICLE_ROWS_MAX 10 /* captures, URLs shown */
#define ARTICLE_NAMES_MAX 5
#define ARTICLE_TAGS_MAX 6
#define ARTICLE_SHORT_HASH 12

/* One capture as shown; texts are owned, NULL where unknown. */
struct fact_capture {
	int64_t seen_at;
	char *honeypot, *sensor, *src_ip, *country; /* sensor: its public name */
};

/* Texts are owned; NULL and -1 stand for "not known". */
struct article_facts {
	char *key, *sha256, *sha1, *md5;
	int64_t now; /* when the captures were counted */
	int64_t captures, first_seen, last_seen, first_collected_at;
	char *honeypots[ARTICLE_NAMES_MAX]; /* most captures first */
	size_t honeypot_count;
	int64_t honeypots_total;
	char *country; /* the one country, when there is one */
	int64_t country_count;
	struct fact_capture rows[ARTICLE_ROWS_MAX]; /* newest first */
	size_t row_count;
	char *urls[ARTICLE_ROWS_MAX]; /* newest first */
	size_t url_count;
	int64_t urls_total;
	char *names[ARTICLE_NAMES_MAX];
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
void article_facts_done(struct article_facts *facts);

struct article_options {
	enum language language;
	const char *timezone;
	bool engine_names;
};

struct article_tag {
	char slug[64], name[64];
};

struct article {
	char *key, *title, *content, *excerpt; /* owned */
	struct article_tag tags[ARTICLE_TAGS_MAX];
	size_t tag_count;
	int64_t captures; /* as printed */
};

/* FAULT_REJECT when the page cannot be written within its limits. Release with article_done. */
bool article_render(const struct article_facts *facts,
    const struct article_options *options, struct guard *guard, struct article *out,
    struct err *e);
void article_done(struct article *a);

#endif
