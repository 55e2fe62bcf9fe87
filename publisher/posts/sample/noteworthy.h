/*
 * noteworthy.h - which files get their own post (sample_posts), and why.
 *
 * A row that was never sent is judged before it is published: it gets a reason, or is skipped "by rule".
 * Rows skipped so are judged again when an answer or a capture comes (triggers in schema.sql).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_NOTEWORTHY_H
#define POTPRESS_SAMPLE_NOTEWORTHY_H

#include "publisher/page/page.h"
#include "publisher/posts/kind.h"

#define NOTEWORTHY_DAYS \
	30 /* a family not seen for so long is new again; new to VirusTotal */
#define NOTEWORTHY_ENGINES 15 /* detections at most that are few */
#define NOTEWORTHY_ADDRESSES 10 /* within a day: wide */

/* What the rules look at. Captures and sources are those of the first day. */
struct noteworthy {
	int64_t post_id, captures, addresses, honeypots, sensors, urls;
	int64_t first_seen, first_collected_at, first_submission_at, detections;
	bool answered, malicious, unknown,
	    unwanted; /* unwanted: noise, known or a test */
	bool family_known; /* it is captured here already */
	bool grave, grave_known; /* ... this month */
};

/* The reason, by the first rule that holds; NULL: none. *rank: its place, the lowest first. "wide: " is
 * followed by what makes the file wide. */
const char *noteworthy_reason(const struct noteworthy *n, int *rank);
/* The word that reasons by the rule of this rank begin with, from 0; NULL after the last. */
const char *noteworthy_rule(int rank);

/* As struct post_kind has them. */
bool sample_judge(
    struct db *db, const struct post_options *o, int64_t now, bool *more, struct err *e);
bool sample_is_judged(const struct post_row *row, const struct post_options *o);
/* At the start: what another setting skipped, or chose and has not sent, is judged again. */
bool sample_judge_again(struct db *db, enum sample_posts which, struct err *e);

/* The sentence for a reason; nothing for a reason set by hand. */
void sample_put_reason(struct page *p, const char *reason);

#endif
