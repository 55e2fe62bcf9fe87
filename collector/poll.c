/*
 * poll.c - one look at how far each index has grown.
 *
 * A poll notes the checkpoint of each shard that grew; it is read up to once it has settled, since
 * documents become visible only with the next refresh. Between the two nothing can appear below it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"

static const struct cursor *
find_cursor(const struct cursor_list *known, const struct shard *s)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->items[i].shard == s->shard &&
		    strcmp(known->items[i].uuid, s->uuid) == 0)
			return &known->items[i];
	return NULL;
}

/* The cursor of a shard we did not know. Only what was there at the first poll has a start. */
static struct cursor
new_cursor(const struct shard *s, const struct poll *poll)
{
	struct cursor c = { .shard = s->shard,
		.position = -1,
		.checkpoint = -1,
		.start_at = poll->start_at,
		.start_until = poll->first ? s->max_seq_no : -1 };

	memcpy(c.index, s->index, sizeof c.index);
	memcpy(c.uuid, s->uuid, sizeof c.uuid);
	return c;
}

/* True when the shard's cursor changes; *c is it then. */
static bool
note(struct cursor *c, const struct cursor_list *known, const struct shard *s,
    const struct poll *poll)
{
	const struct cursor *old = find_cursor(known, s);

	*c = old != NULL ? *old : new_cursor(s, poll);
	/* Numbers that go back: the index is not what it was. */
	if (s->max_seq_no < c->position)
		c->position = c->checkpoint = c->start_until = -1;
	/* A noted checkpoint is read up to before a newer one is noted. */
	else if (c->position < c->checkpoint)
		return false;
	if (s->checkpoint <= c->checkpoint)
		return old == NULL || old->position != c->position;
	c->checkpoint = s->checkpoint;
	c->checkpoint_at = poll->now;
	return true;
}

static bool
note_all(struct collector *co, const struct shard_list *shards,
    const struct cursor_list *known, struct poll *poll, struct err *e)
{
	poll->changed = calloc(shards->count + 1, sizeof *poll->changed);
	if (poll->changed == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	for (size_t i = 0; i < shards->count; i++)
		if (note(&poll->changed[poll->count], known, &shards->items[i], poll))
			poll->count++;
	stage_crash_point("before-poll-commit");
	return store_poll(&co->st.db, poll, e);
}

/* While the engine starts it lists few indices or none; a first poll would take the rest for new. */
static bool
is_ready(struct collector *co, const struct shard_list *shards, bool first, struct err *e)
{
	bool red = false;

	if (shards->total > 0 && shards->successful == 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: it is starting: none of its %lld "
		    "shards answers yet",
		    (long long)shards->total);
	if (!first || shards->successful == shards->total)
		return true;
	if (!elastic_is_red(&co->el, &red, e))
		return false;
	if (red || shards->failed > 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: %lld of %lld shards answer; the "
		    "first look waits until all indices are there (cluster health is "
		    "red)",
		    (long long)shards->successful, (long long)shards->total);
	return true;
}

/* The settling time is asked for where something grew. False also when an index never refreshes. */
static bool
ask_settle_time(struct collector *co, struct err *e)
{
	char never[ELASTIC_INDEX_MAX];

	if (!elastic_settle_time(&co->el, &co->settle_s, never, e))
		return false;
	if (never[0] != '\0')
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: index %s has refresh_interval -1: its "
		    "new documents stay invisible and would be missed; set it to 1s or "
		    "more",
		    never);
	return true;
}

static bool
grew(const struct shard_list *shards, const struct cursor_list *known)
{
	for (size_t i = 0; i < shards->count; i++) {
		const struct cursor *c = find_cursor(known, &shards->items[i]);

		if (c == NULL || c->checkpoint < shards->items[i].checkpoint)
			return true;
	}
	return false;
}

static bool
compare(struct collector *co, const struct shard_list *shards,
    const struct cursor_list *known, int64_t now, struct err *e)
{
	const struct collector_config *config = &co->st.config.collector;
	struct poll poll = { .pattern = config->index,
		.now = now,
		.first = !known->polled || strcmp(known->pattern, config->index) != 0 };
	bool ok;

	poll.start_at =
	    known->polled && !poll.first ? known->start_at : now - config->start_s;
	if (!is_ready(co, shards, poll.first, e))
		return false;
	if (grew(shards, known) && !ask_settle_time(co, e))
		return false;
	ok = note_all(co, shards, known, &poll, e);
	free(poll.changed);
	return ok;
}

bool
poll_shards(struct collector *co, int64_t now, struct err *e)
{
	struct shard_list shards;
	struct cursor_list known = { .items = NULL };
	bool ok;

	stage_doing(&co->st, "looking for new documents");
	ok = elastic_shards(&co->el, &shards, e) &&
	     store_cursors(&co->st.db, &known, e) && compare(co, &shards, &known, now, e);
	shard_list_done(&shards);
	cursor_list_done(&known);
	return ok;
}
