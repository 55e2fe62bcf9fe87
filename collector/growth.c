/*
 * growth.c - see growth.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/growth.h"

#include <stdlib.h>
#include <string.h>

/* Time from the first look to the second; it doubles with each further look. */
#define LOOK_AGAIN_S 5

static bool
is_untold(const char *uuid)
{
	return strncmp(uuid, UUID_UNTOLD, sizeof UUID_UNTOLD - 1) == 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct cursor *one = a, *other = b;

	return elastic_order(one->index, one->shard, other->index, other->shard);
}

void
growth_sort(struct cursor_list *known)
{
	if (known->count > 1)
		qsort(known->items, known->count, sizeof *known->items, by_name);
}

static int
is_named(const void *shard, const void *cursor)
{
	const struct shard *s = shard;
	const struct cursor *c = cursor;

	return elastic_order(s->index, s->shard, c->index, c->shard);
}

/* The cursor of this shard in a sorted list, or NULL. */
static const struct cursor *
cursor_of(const struct cursor_list *known, const struct shard *s)
{
	const struct cursor *c = NULL;

	if (known->count > 0)
		c = bsearch(s, known->items, known->count, sizeof *c, is_named);
	if (c == NULL || is_untold(c->uuid) || is_untold(s->uuid) ||
	    strcmp(c->uuid, s->uuid) == 0)
		return c;
	return NULL;
}

bool
growth_is_any(const struct look *l)
{
	for (size_t i = 0; i < l->shards.count; i++) {
		const struct shard *s = &l->shards.items[i];
		const struct cursor *c = cursor_of(&l->known, s);

		if (c == NULL || c->checkpoint < s->checkpoint ||
		    s->max_seq_no < c->position)
			return true;
	}
	return false;
}

/* Also if they were hidden at the first poll, as in a closed index, or were in another index, where what
 * came later was read. */
static bool
were_there(const struct index_setting *setting, const struct poll *poll)
{
	if (poll->first || setting == NULL)
		return poll->first;
	return setting->made_from_another ||
	       (setting->created_at > 0 && setting->created_at < poll->first_at);
}

/* The cursor of a new shard. Only documents that existed at the first poll have a start. */
static struct cursor
new_cursor(
    const struct shard *s, const struct index_setting *setting, const struct poll *poll)
{
	struct cursor c = { .source = poll->source,
		.shard = s->shard,
		.position = -1,
		.checkpoint = -1,
		.start_at = poll->start_at,
		.start_until = were_there(setting, poll) ? s->max_seq_no : -1,
		.last_number = -1,
		.audited_at = poll->now,
		.highest = -1,
		.again_to = -1 };

	memcpy(c.index, s->index, sizeof c.index);
	memcpy(c.uuid, s->uuid, sizeof c.uuid);
	return c;
}

/* Updates the cursor from this shard, without its checkpoint; true when it changed. */
static bool
adapt(struct cursor *c, const struct cursor *old, const struct shard *s,
    const struct index_setting *setting, const struct poll *poll)
{
	bool changed = old == NULL;

	*c = old != NULL ? *old : new_cursor(s, setting, poll);
	if (is_untold(c->uuid) && !is_untold(s->uuid)) {
		memcpy(c->uuid, s->uuid, sizeof c->uuid);
		changed = true;
	}
	if (s->max_seq_no >= c->position)
		return changed;
	/* The numbers went back: the index was created again or, if the uuid is the same, lost its
	 * latest documents. */
	c->position = c->checkpoint = c->last_number = c->highest = c->again_to = -1;
	c->seen = 0;
	c->last_id[0] = '\0';
	if (is_untold(s->uuid) || c->start_until > s->max_seq_no)
		c->start_until = is_untold(s->uuid) ? -1 : s->max_seq_no;
	return true;
}

/* How much of a recorded checkpoint is visible. If the engine does not report checkpoints, the highest
 * visible number replaces them. */
static void
look_again(struct look *l, struct evidence *n, const struct shard *s)
{
	evidence_look(n, s, l->asked_ms);
	if (l->source->untold_at != 0 && (n->ask || s->max_seq_no > n->told.max_seq_no))
		evidence_found(n, s->max_seq_no);
}

static bool
note_checkpoint(struct look *l, struct cursor *c, const struct shard *s,
    const struct index_setting *setting, struct err *e)
{
	int64_t settle_s = setting != NULL ? setting->settle_s : ELASTIC_SETTLE_S;

	c->checkpoint = s->checkpoint;
	c->highest = s->max_seq_no;
	c->checkpoint_at = l->poll->now;
	c->settled_at = l->poll->now + settle_s;
	if (evidence_note(&l->source->evidence, s, l->told_ms, 1000 * settle_s) == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	return true;
}

/* The checkpoint that this cursor waits for, if this process recorded it; NULL: another one did, or
 * something was wrong with it since. */
static struct evidence *
told_here(struct look *l, const struct cursor *c, const struct shard *s)
{
	struct evidence *n = evidence_of(&l->source->evidence, s->index, s->shard);

	if (n == NULL || n->told.checkpoint != c->checkpoint ||
	    s->max_seq_no < n->told.max_seq_no || strcmp(n->told.uuid, s->uuid) != 0)
		return NULL;
	return n;
}

/* The same for a checkpoint recorded by an earlier process, which may have run for less time than a
 * refresh takes. The number of refreshes is lost: they count from now on. */
static struct evidence *
told_before(struct look *l, const struct cursor *c, const struct shard *s)
{
	struct shard told = *s;
	int64_t ago_s = l->poll->now - c->checkpoint_at;

	if (c->highest < c->checkpoint || s->max_seq_no < c->highest ||
	    (l->record_now && s->checkpoint > c->checkpoint))
		return NULL;
	told.checkpoint = c->checkpoint;
	told.max_seq_no = c->highest;
	return evidence_note(&l->source->evidence, &told, l->told_ms - 1000 * ago_s,
	    1000 * (c->settled_at - c->checkpoint_at));
}

/* NULL: the checkpoint must be recorded again. */
static struct evidence *
awaited(struct look *l, const struct cursor *c, const struct shard *s)
{
	struct evidence *n;

	if (c->position >= c->checkpoint || c->checkpoint_at > l->poll->now)
		return NULL;
	n = told_here(l, c, s);
	return n != NULL ? n : told_before(l, c, s);
}

bool
growth_look_later(struct cursor *c, const struct evidence *n, int64_t now)
{
	int64_t at = now + ((int64_t)LOOK_AGAIN_S << (n->looks > 0 ? n->looks - 1 : 0));

	if (n->looks > GROWTH_LOOKS || now < c->settled_at)
		return false;
	c->settled_at = at;
	return true;
}

bool
growth_note(struct look *l, const struct shard *s, const struct index_setting *setting,
    struct err *e)
{
	struct cursor *c = &l->poll->changed[l->poll->count];
	bool changed = adapt(c, cursor_of(&l->known, s), s, setting, l->poll);
	struct evidence *n = awaited(l, c, s);

	if (n != NULL && n->visible < c->checkpoint) {
		look_again(l, n, s);
		if (n->visible < c->checkpoint && !n->ask &&
		    growth_look_later(c, n, l->poll->now))
			changed = true;
	} else if (n == NULL && s->checkpoint > c->position && !l->only_look) {
		if (!note_checkpoint(l, c, s, setting, e))
			return false;
		changed = true;
	}
	l->poll->count += changed;
	return true;
}

struct evidence *
growth_evidence(struct source *src, const struct cursor *c)
{
	struct evidence *n = evidence_of(&src->evidence, c->index, c->shard);

	return n != NULL && n->told.checkpoint == c->checkpoint ? n : NULL;
}
