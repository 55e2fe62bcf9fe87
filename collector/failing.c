/*
 * failing.c - see failing.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/failing.h"

#include <stdlib.h>
#include <string.h>

/* The first failure may not be the index's fault and costs nothing; from then on this, doubled each
 * time. */
#define WAIT_MS 30000
#define WAIT_MOST_MS 3600000

static struct failing *
find(const struct failing_list *list, const char *index)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].index, index) == 0)
			return &list->items[i];
	return NULL;
}

static struct failing *
entry_of(struct failing_list *list, const char *index)
{
	struct failing *f = find(list, index);
	struct failing *grown;

	if (f != NULL)
		return f;
	grown = realloc(list->items, (list->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	list->items = grown;
	f = &list->items[list->count++];
	*f = (struct failing){ .page_size = ELASTIC_PAGE };
	memcpy(f->index, index, strlen(index) + 1);
	return f;
}

int
failing_times(const struct failing_list *list, const char *index)
{
	const struct failing *f = find(list, index);

	return f != NULL ? f->times : 0;
}

int
failing_page_size(const struct failing_list *list, const char *index)
{
	const struct failing *f = find(list, index);

	return f != NULL ? f->page_size : ELASTIC_PAGE;
}

int64_t
failing_again_ms(const struct failing_list *list, const char *index)
{
	const struct failing *f = find(list, index);

	return f != NULL ? f->again_ms : INT64_MIN;
}

static void
halve(struct failing *f)
{
	if (f->page_size > 1)
		f->page_size /= 2;
}

bool
failing_add(struct failing_list *list, const char *index, bool heavy, bool at_once,
    int64_t now_ms)
{
	struct failing *f = entry_of(list, index);
	int64_t wait = 0;

	if (f == NULL)
		return false;
	for (int n = 1; n <= f->times && wait < WAIT_MOST_MS; n++)
		wait = wait == 0 ? WAIT_MS : 2 * wait;
	if (at_once && heavy && f->page_size > 1)
		wait = 0;
	f->times++;
	f->again_ms = now_ms + (wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS);
	if (heavy)
		halve(f);
	return true;
}

bool
failing_halve(struct failing_list *list, const char *index)
{
	struct failing *f = entry_of(list, index);

	if (f == NULL)
		return false;
	halve(f);
	return true;
}

void
failing_succeeded(struct failing_list *list, const char *index)
{
	struct failing *f = find(list, index);

	if (f == NULL)
		return;
	f->times = 0;
	f->again_ms = INT64_MIN;
	f->page_size *= 2;
	if (f->page_size >= ELASTIC_PAGE)
		*f = list->items[--list->count];
}

void
failing_forgive(struct failing_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		list->items[i].times = 0;
		list->items[i].again_ms = INT64_MIN;
	}
}

void
failing_done(struct failing_list *list)
{
	free(list->items);
	*list = (struct failing_list){ .items = NULL };
}
