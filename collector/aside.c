/*
 * aside.c - see aside.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/aside.h"

#include "collector/days.h"
#include "collector/stories.h"

bool
aside_work(struct collector *co, struct source *src, const struct cursor_list *list,
    int64_t now, struct err *e)
{
	return days_work(co, src, list, now, e) && stories_work(co, src, now, e);
}

int64_t
aside_wake_at(const struct source *src)
{
	int64_t days = days_wake_at(src), stories = stories_wake_at(src);

	return days < stories ? days : stories;
}
