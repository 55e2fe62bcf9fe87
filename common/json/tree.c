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
static struct tree *growing; /* while it is read; else NULL */

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

/* For all that cJSON allocates. */
static void *
take(size_t size)
{
	struct block *b;
	void *taken;

	if (growing == NULL)
		return malloc(size);
	if (size > SIZE_MAX / 4)
		return NULL;
	size =
	    (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	b = growing->newest;
	if (b == NULL || b->size - b->used < size)
		b = add_block(growing, size);
	if (b == NULL)
		return NULL;
	taken = (char *)b->bytes + b->used;
	b->used += size;
	return taken;
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
	if (t == NULL)
		return NULL;
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
