/*
 * evidence.c - see evidence.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/evidence.h"

#include <stdlib.h>
#include <string.h>

/* The first entry that does not sort before this shard. */
static size_t
place_of(const struct evidence_list *list, const char *index, int64_t shard)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct shard *s = &list->items[middle].told;

		if (elastic_order(s->index, s->shard, index, shard) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct evidence *
evidence_of(struct evidence_list *list, const char *index, int64_t shard)
{
	size_t at = place_of(list, index, shard);
	struct evidence *n = at < list->count ? &list->items[at] : NULL;

	if (n == NULL || elastic_order(n->told.index, n->told.shard, index, shard) != 0)
		return NULL;
	return n;
}

static struct evidence *
insert(struct evidence_list *list, size_t at)
{
	struct evidence *grown = realloc(list->items, (list->count + 1) * sizeof *grown);

	if (grown == NULL)
		return NULL;
	list->items = grown;
	memmove(&grown[at + 1], &grown[at], (list->count - at) * sizeof *grown);
	list->count++;
	return &grown[at];
}

struct evidence *
evidence_note(struct evidence_list *list, const struct shard *told, int64_t told_ms,
    int64_t settle_ms)
{
	struct evidence *n = evidence_of(list, told->index, told->shard);

	if (n == NULL)
		n = insert(list, place_of(list, told->index, told->shard));
	if (n != NULL)
		*n = (struct evidence){ .told = *told,
			.told_ms = told_ms,
			.looked_ms = told_ms,
			.settle_ms = settle_ms,
			.visible = -1 };
	return n;
}

int64_t
evidence_shard(struct evidence_list *list, const char *index, int64_t shard)
{
	const struct evidence *n = evidence_of(list, index, shard);

	return n != NULL && n->told.only ? ELASTIC_ONLY_SHARD : shard;
}

void
evidence_done(struct evidence_list *list)
{
	free(list->items);
	*list = (struct evidence_list){ .items = NULL };
}

static const struct shard_copy *
copy_on(const struct shard *s, uint64_t node)
{
	for (int i = 0; i < s->copy_count; i++)
		if (s->copies[i].node == node)
			return &s->copies[i];
	return NULL;
}

/* On each copy that may answer. The first refresh may have begun before the checkpoint was reported. */
static bool
was_refreshed(const struct evidence *n, const struct shard *now)
{
	if (now->copy_count == 0 || now->copy_count != n->told.copy_count)
		return false;
	for (int i = 0; i < now->copy_count; i++) {
		const struct shard_copy *before = copy_on(&n->told, now->copies[i].node);

		if (before == NULL || now->copies[i].refreshes < before->refreshes + 2)
			return false;
	}
	return true;
}

#ifdef POTPRESS_TEST
/* A test build that trusts each checkpoint at once: an audit must find what it loses. */
static bool
is_credulous(void)
{
	return getenv("POTPRESS_NO_EVIDENCE") != NULL;
}
#else
#define is_credulous() false
#endif

/* A refresh may be over, but there is no proof. */
static bool
is_worth_asking(const struct evidence *n, int64_t asked_ms)
{
	return n->visible < n->told.checkpoint && asked_ms >= n->told_ms + n->settle_ms;
}

void
evidence_look(struct evidence *n, const struct shard *now, int64_t asked_ms)
{
	n->looks++;
	n->looked_ms = asked_ms;
	n->rests = now->max_seq_no == n->told.max_seq_no;
	if (is_credulous() || was_refreshed(n, now))
		n->visible = n->told.checkpoint;
	n->ask = is_worth_asking(n, asked_ms);
}

void
evidence_missing(struct evidence_list *list, int64_t asked_ms)
{
	for (size_t i = 0; i < list->count; i++) {
		struct evidence *n = &list->items[i];

		if (n->looked_ms >= asked_ms || !is_worth_asking(n, asked_ms))
			continue;
		n->ask = true;
		n->rests = false;
	}
}

void
evidence_found(struct evidence *n, int64_t highest)
{
	int64_t shown = highest < n->told.checkpoint ? highest : n->told.checkpoint;

	n->ask = false;
	if (highest > n->told.max_seq_no)
		n->visible = n->told.checkpoint;
	else if (n->rests && shown > n->visible)
		n->visible = shown;
}
