/*
 * day_indices.c - see day_indices.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/day_indices.h"

#include <string.h>

#include "collector/elastic/index_day.h"

/* An index without a day in its name may hold any. */
static bool
may_hold(const struct cursor *c, const struct day *day)
{
	int64_t begins_at;

	return !index_day(c->index, &begins_at) ||
	       (begins_at < day->to_at && begins_at + INDEX_DAY_S > day->from_at);
}

static bool
is_named(const struct cursor_list *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(list->items[i].index, list->items[at].index) == 0)
			return true;
	return false;
}

static void
add_index(struct day_indices *out, const struct cursor_list *list, size_t at)
{
	const struct cursor *c = &list->items[at];

	out->shards++;
	out->checkpoint += c->position + 1;
	out->read = out->read && c->position >= c->checkpoint;
	if (is_named(list, at))
		return;
	if (out->names.len > 0)
		buf_putc(&out->names, ',');
	buf_puts(&out->names, c->index);
}

/* An index for this instant is known. */
static bool
is_covered(const struct cursor_list *list, int64_t at)
{
	int64_t begins_at;

	for (size_t i = 0; i < list->count; i++)
		if (!index_day(list->items[i].index, &begins_at) ||
		    (begins_at <= at && at < begins_at + INDEX_DAY_S))
			return true;
	return false;
}

void
day_indices_find(
    struct day_indices *out, const struct day *day, const struct cursor_list *list)
{
	*out = (struct day_indices)DAY_INDICES_INIT;
	out->read = true;
	out->whole = true;
	for (size_t i = 0; i < list->count; i++)
		if (may_hold(&list->items[i], day))
			add_index(out, list, i);
	for (int64_t at = day->from_at; at < day->to_at;
	     at += INDEX_DAY_S - at % INDEX_DAY_S)
		out->whole = out->whole && is_covered(list, at);
}
