/*
 * trouble.c - what is wrong with single indices, and how often that is logged.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/collector.h"
#include "common/base/time.h"

#define AGAIN_S DAY_S

void
trouble_add(struct trouble *t, const char *index, const char *why)
{
	if (t->count++ == 0)
		err_set(&t->first, FAULT_RETRY, "elasticsearch: index %s %s", index, why);
}

void
trouble_missing(struct trouble *t, const struct shard_list *shards,
    const struct setting_list *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct index_setting *s = &settings->items[i];
		int64_t answer = 0;

		for (size_t k = 0; k < shards->count; k++)
			answer += strcmp(shards->items[k].index, s->index) == 0;
		if (answer < s->shards)
			trouble_add(t, s->index,
			    "has shards that do not answer; wait while the engine starts, and "
			    "if it stays red, repair or delete it");
	}
}

void
trouble_say(const struct log *log, const struct trouble *t)
{
	struct log_number more;

	if (t->count > 0)
		log_line(log, LOG_WARNING, "waiting", "why", t->first.text,
		    "more_like_it", t->count > 1 ? log_number(&more, t->count - 1) : NULL,
		    NULL);
}

bool
trouble_say_once(struct collector *co, struct source *src, const struct trouble *t,
    int64_t now, struct err *e)
{
	bool due =
	    strcmp(t->first.text, src->said.text) != 0 || now >= src->said_at + AGAIN_S;

	if (due && t->count > 0 && co->st.options.once &&
	    !source_daily(src, &co->st.db, "indices", now, &due, e))
		return false;
	if (!due)
		return true;
	src->said = t->first;
	src->said_at = now;
	trouble_say(&src->log, t);
	return true;
}
