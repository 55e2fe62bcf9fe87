/*
 * growth.h - what one look at a shard means for its cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_GROWTH_H
#define POTPRESS_COLLECTOR_GROWTH_H

#include "collector/source.h"

/* Looks that are taken soon after one another; from then on at the polls. */
#define GROWTH_LOOKS 5

/* One look at all shards of a source. */
struct look {
	struct source *source;
	struct poll *poll; /* what changes */
	bool only_look; /* nothing newer is noted: --once reads up to its first poll */
	int64_t asked_ms, told_ms; /* steady: when the shards were asked for, and told */
	struct shard_list shards;
	struct setting_list settings;
	bool settings_asked;
	struct cursor_list known;
};

void growth_sort(struct cursor_list *known);
/* The cursor of this shard in a sorted list; NULL: there is none. */
const struct cursor *growth_cursor_of(
    const struct cursor_list *known, const struct shard *s);
/* Some shard has numbers that its cursor does not know. */
bool growth_is_any(const struct look *l);
/* Adds the shard's cursor to the poll's changes, if it changes. A fault is the engine's. */
bool growth_note(struct look *l, const struct shard *s,
    const struct index_setting *setting, struct err *e);
/* Puts off the next look at what is not yet visible: not before a refresh may be over, then after twice the
 * time, and in the end with the polls (false). */
bool growth_look_later(struct cursor *c, const struct evidence *n, int64_t now);
/* What is known of the checkpoint the cursor waits for; NULL: nothing. */
struct evidence *growth_evidence(struct source *src, const struct cursor *c);

#endif
