/*
 * growth.h - updates the cursor of a shard from one look at it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_GROWTH_H
#define POTPRESS_COLLECTOR_GROWTH_H

#include "collector/source.h"

/* Looks in quick succession; after these, only polls look. */
#define GROWTH_LOOKS 5

/* One look at all shards of a source. */
struct look {
	struct source *source;
	struct poll *poll; /* the changes */
	/* --once reads up to what is there at its first poll: then everything is recorded as it is now, and
	 * later nothing newer is */
	bool record_now, only_look;
	/* steady: when the shards were requested, and received */
	int64_t asked_ms, told_ms;
	struct shard_list shards;
	struct setting_list settings;
	bool settings_asked;
	struct cursor_list known;
};

void growth_sort(struct cursor_list *known);
/* Some shard has numbers beyond those that its cursor knows. */
bool growth_is_any(const struct look *l);
/* Adds the shard's cursor to the poll's changes, if it changes. A fault is the engine's. */
bool growth_note(struct look *l, const struct shard *s,
    const struct index_setting *setting, struct err *e);
/* Schedules the next look at what is not yet visible: when a refresh may be over, then after twice the
 * time each, and finally only with the polls (false, as when one is scheduled already). */
bool growth_look_later(struct cursor *c, const struct evidence *n, int64_t now);
/* The evidence for the checkpoint that the cursor waits for; NULL: none. */
struct evidence *growth_evidence(struct source *src, const struct cursor *c);

#endif
