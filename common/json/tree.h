/*
 * tree.h - trees whose nodes and texts lie together in a few blocks of memory, and go together.
 *
 * cJSON allocates and frees each node, key and text by itself, which takes longer than reading them.
 * Such a tree is only read: nothing is added to it or taken from it. What is made of it may lie there too.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_JSON_TREE_H
#define POTPRESS_JSON_TREE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* *stopped: the byte after the value; NULL: the byte where it cannot be read, or memory ran out. */
cJSON *tree_parse(const char *text, size_t len, const char **stopped);
/* What cJSON makes from here on lies in the tree and goes with it: it is not freed by itself. NULL: what it
 * makes is free again. */
void tree_grow(const cJSON *root);
/* False: it is not from tree_parse. */
bool tree_free(cJSON *root);

#endif
