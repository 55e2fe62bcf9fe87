/*
 * evidence.h - whether everything up to a checkpoint can be found by a search.
 *
 * An engine tells how far an index has grown before a search shows it: that takes a refresh. A cursor
 * may pass only what is shown to be visible, since nothing looks below it again. Waiting shows nothing: an
 * engine may stand still, or be told to refresh rarely. So a checkpoint is noted, and is read up to when
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

/* A checkpoint that was told, and what was told with it. */
struct evidence {
	struct shard told;
	int64_t told_ms; /* steady, of the answer */
	int64_t settle_ms; /* how long a refresh may take */
	int64_t visible; /* up to here all is shown to be visible; -1: nothing */
	bool ask; /* the highest number that a search finds now would show more */
	bool rests; /* nothing was written since */
	int looks;
	int64_t looked_ms; /* steady: when the last look was asked for, or as told_ms */
};

struct evidence_list {
	struct evidence *items;
	size_t count;
};

/* NULL: of this shard nothing is noted. */
struct evidence *evidence_of(
    struct evidence_list *list, const char *index, int64_t shard);
/* Notes the checkpoint in place of what was noted of this shard. NULL: out of memory. */
struct evidence *evidence_note(struct evidence_list *list, const struct shard *told,
    int64_t told_ms, int64_t settle_ms);
void evidence_done(struct evidence_list *list);

/* The shard as it is told now, asked for at asked_ms. */
void evidence_look(struct evidence *n, const struct shard *now, int64_t asked_ms);
/* Of what was noted and is missing in a look that was asked for at asked_ms, a search tells more. */
void evidence_missing(struct evidence_list *list, int64_t asked_ms);
/* A search that was sent after that look finds this number, and none above. */
void evidence_found(struct evidence *n, int64_t highest);

#endif
