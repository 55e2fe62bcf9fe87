/*
 * evidence.h - proves that a search finds everything up to a checkpoint.
 *
 * An engine reports how far an index has grown before a search shows it: that takes a refresh. A cursor
 * may pass only documents that are proven to be visible, since it never goes back. Waiting is no proof:
 * an engine may stall, or refresh rarely. So a checkpoint is recorded, and documents are read up to it
 * when
 *   - each copy of the shard was refreshed twice since: the second refresh began after the checkpoint was
 *     told; or
 *   - a search finds a number above all that existed then: it was given, and made visible, later; or
 *   - nothing was written since, for as long as a refresh takes, and a search finds the checkpoint itself.
 * Times are of the steady clock, from the answer that told the checkpoint to the next question.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_EVIDENCE_H
#define POTPRESS_COLLECTOR_EVIDENCE_H

#include "collector/elastic/elastic.h"

/* A checkpoint, and what the engine reported with it. */
struct evidence {
	struct shard told;
	int64_t told_ms; /* steady time of the answer */
	int64_t settle_ms; /* how long a refresh may take */
	int64_t visible; /* everything up to here is proven to be visible; -1: nothing */
	bool ask; /* a search for the highest number may prove more */
	bool rests; /* nothing was written since */
	int looks;
	int64_t looked_ms; /* steady: when the last look was sent, or told_ms */
};

struct evidence_list {
	struct evidence *items;
	size_t count;
};

/* NULL: nothing is recorded for this shard. */
struct evidence *evidence_of(
    struct evidence_list *list, const char *index, int64_t shard);
/* Records the checkpoint in place of an earlier one of this shard. NULL: out of memory. */
struct evidence *evidence_note(struct evidence_list *list, const struct shard *told,
    int64_t told_ms, int64_t settle_ms);
void evidence_done(struct evidence_list *list);
/* How a search names this shard: ELASTIC_ONLY_SHARD if its index has no other, so that all searches of it
 * are answered by the same copy. */
int64_t evidence_shard(struct evidence_list *list, const char *index, int64_t shard);

/* Adds a look at the shard that was sent at asked_ms. */
void evidence_look(struct evidence *n, const struct shard *now, int64_t asked_ms);
/* For recorded shards that are missing in the look sent at asked_ms: a search may prove more. */
void evidence_missing(struct evidence_list *list, int64_t asked_ms);
/* Adds a search, sent after that look, which found this number and none above. */
void evidence_found(struct evidence *n, int64_t highest);

#endif
