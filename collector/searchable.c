/*
 * searchable.c - see searchable.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/searchable.h"

#include <stdlib.h>
#include <string.h>

/* How soon an index in which not all fields are mapped is checked again; doubled each time. */
#define WAIT_MS 60000
#define WAIT_MOST_MS 3600000

static struct searchable *
find(const struct searchable_list *list, const char *uuid)
{
	for (size_t i = list->count; i > 0; i--)
		if (strcmp(list->items[i - 1].uuid, uuid) == 0)
			return &list->items[i - 1];
	return NULL;
}

bool
searchable_is_due(const struct searchable_list *list, const char *uuid, int64_t now_ms)
{
	const struct searchable *s = find(list, uuid);

	return s == NULL || now_ms >= s->again_ms;
}

bool
searchable_note(struct searchable_list *list, const char *uuid,
    enum fields_verdict verdict, int64_t now_ms)
{
	struct searchable *s = find(list, uuid), *grown;

	if (s == NULL) {
		grown = realloc(list->items, (list->count + 1) * sizeof *grown);
		if (grown == NULL)
			return false;
		list->items = grown;
		s = &list->items[list->count++];
		*s = (struct searchable){ .wait_ms = WAIT_MS / 2 };
		memcpy(s->uuid, uuid, strlen(uuid) + 1);
	}
	if (s->wait_ms < WAIT_MOST_MS)
		s->wait_ms *= 2;
	s->again_ms = verdict == FIELDS_FOUND ? INT64_MAX : now_ms + s->wait_ms;
	return true;
}

void
searchable_done(struct searchable_list *list)
{
	free(list->items);
	*list = (struct searchable_list){ .items = NULL };
}
