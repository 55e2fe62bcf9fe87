/*
 * tree.c - see tree.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/tree.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define FIRST_BLOCK 8192
#define BLOCK_MAX (1 << 20) /* but a longer text has a block of its own */

struct block {
	struct block *older;
	size_t used, size;
	max_align_t bytes[];
};

struct tree {
	struct tree *next;
	const cJSON *root;
	struct block *newest;
};

static struct tree *trees; /* that exist */
static struct tree *growing; /* what cJSON makes lies in it; NULL: by itself */

static struct block *
add_block(struct tree *t, size_t at_least)
{
	size_t size = t->newest != NULL ? 2 * t->newest->size : FIRST_BLOCK;
	struct block *b;

	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < at_least)
		size = at_least;
	b = malloc(sizeof *b + size);
	if (b == NULL)
		return NULL;
	*b = (struct block){ .older = t->newest, .size = size };
	t->newest = b;
	return b;
}

/* Seldom, and not inline: take() saves no registers for it. */
static __attribute__((noinline)) void *
take_from_new_block(size_t size)
{
	struct block *b = add_block(growing, size);

	if (b == NULL)
		return NULL;
	b->used = size;
	return b->bytes;
}

/* For all that cJSON allocates. */
static void *
take(size_t size)
{
	struct block *b;

	if (growing == NULL)
		return malloc(size);
	if (size > SIZE_MAX / 4)
		return NULL;
	size =
	    (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	b = growing->newest;
	if (b->size - b->used < size)
		return take_from_new_block(size);
	b->used += size;
	return (char *)b->bytes + (b->used - size);
}

static void
give_back(void *taken)
{
	if (growing == NULL)
		free(taken);
}

static void
release(struct tree *t)
{
	while (t->newest != NULL) {
		struct block *b = t->newest;

		t->newest = b->older;
		free(b);
	}
	free(t);
}

cJSON *
tree_parse(const char *text, size_t len, const char **stopped)
{
	static cJSON_Hooks hooks = { take, give_back };
	struct tree *t = calloc(1, sizeof *t);
	cJSON *root;

	*stopped = text;
	if (t == NULL || add_block(t, 0) == NULL) {
		free(t);
		return NULL;
	}
	cJSON_InitHooks(&hooks);
	growing = t;
	root = cJSON_ParseWithLengthOpts(text, len, stopped, false);
	growing = NULL;
	if (root == NULL) {
		release(t);
		return NULL;
	}
	t->root = root;
	t->next = trees;
	trees = t;
	return root;
}

void
tree_grow(const cJSON *root)
{
	growing = root != NULL ? trees : NULL;
	while (growing != NULL && growing->root != root)
		growing = growing->next;
}

bool
tree_free(cJSON *root)
{
	for (struct tree **p = &trees; *p != NULL; p = &(*p)->next)
		if ((*p)->root == root) {
			struct tree *t = *p;

			*p = t->next;
			release(t);
			return true;
		}
	return false;
}
