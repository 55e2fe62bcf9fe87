/*
 * poll.c - one look at how far each index has grown.
 *
 * A poll notes the checkpoint of each shard that grew; it is read up to once it has settled, since
 * documents become visible only with the next refresh. Between the two nothing can appear below it.
 * Where the user may not see checkpoints, the highest visible number takes their place.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"

/* How often a user who may not see checkpoints is tried again. */
#define FORBIDDEN_S 3600
#define TROUBLE_AGAIN_S 86400

static bool
is_untold(const char *uuid)
{
	return strncmp(uuid, UUID_UNTOLD, sizeof UUID_UNTOLD - 1) == 0;
}

static bool
is_of(const struct cursor *c, const struct shard *s)
{
	if (c->shard != s->shard)
		return false;
	if (is_untold(c->uuid) || is_untold(s->uuid))
		return strcmp(c->index, s->index) == 0;
	return strcmp(c->uuid, s->uuid) == 0;
}

static const struct cursor *
find_cursor(const struct cursor_list *known, const struct shard *s)
{
	for (size_t i = 0; i < known->count; i++)
		if (is_of(&known->items[i], s))
			return &known->items[i];
	return NULL;
}

/* ---- what is wrong with single indices */

void
poll_trouble_add(struct trouble *t, const char *index, const char *why)
{
	if (t->count++ == 0)
		err_set(&t->first, FAULT_RETRY, "elasticsearch: index %s %s", index, why);
}

void
poll_trouble_say(struct collector *co, const struct trouble *t)
{
	struct log_number more;

	if (t->count > 0)
		log_line(&co->st.log, LOG_WARNING, "waiting", "why", t->first.text,
		    "more_like_it", t->count > 1 ? log_number(&more, t->count - 1) : NULL,
		    NULL);
}

/* Said when it changes, and once a day; by runs with --once, which remember nothing, once a day. */
static bool
say_trouble(struct collector *co, const struct trouble *t, int64_t now, struct err *e)
{
	bool due = strcmp(t->first.text, co->said.text) != 0 ||
		   now >= co->said_at + TROUBLE_AGAIN_S;

	if (due && t->count > 0 && co->st.options.once &&
	    !store_daily(&co->st.db, "indices", now, &due, e))
		return false;
	if (!due)
		return true;
	co->said = t->first;
	co->said_at = now;
	poll_trouble_say(co, t);
	return true;
}

/* Indices of which some shard does not answer: the engine starts, or a disk has lost them. */
void
poll_trouble_missing(struct trouble *t, const struct shard_list *shards,
    const struct setting_list *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct index_setting *s = &settings->items[i];
		int64_t answer = 0;

		for (size_t k = 0; k < shards->count; k++)
			answer += strcmp(shards->items[k].index, s->index) == 0;
		if (answer < s->shards)
			poll_trouble_add(t, s->index,
			    "has shards that do not answer; wait while the engine starts, and "
			    "if it stays red, repair or delete it");
	}
}

/* ---- cursors */

/* The cursor of a shard we did not know. Only what was there at the first poll has a start, also where
 * it could not be seen then: an index that was closed. */
static struct cursor
new_cursor(
    const struct shard *s, const struct index_setting *setting, const struct poll *poll)
{
	bool was_there = poll->first || (setting != NULL && setting->created_at > 0 &&
					    setting->created_at < poll->first_at);
	struct cursor c = { .shard = s->shard,
		.position = -1,
		.checkpoint = -1,
		.start_at = poll->start_at,
		.start_until = was_there ? s->max_seq_no : -1 };

	memcpy(c.index, s->index, sizeof c.index);
	memcpy(c.uuid, s->uuid, sizeof c.uuid);
	return c;
}

/* True when the shard's cursor changes; *c is it then. */
static bool
note(struct cursor *c, const struct cursor *old, const struct shard *s,
    const struct index_setting *setting, const struct poll *poll)
{
	bool changed = old == NULL;

	*c = old != NULL ? *old : new_cursor(s, setting, poll);
	if (is_untold(c->uuid) && !is_untold(s->uuid)) {
		memcpy(c->uuid, s->uuid, sizeof c->uuid);
		changed = true;
	}
	/* Numbers that go back: the index was made again, or by its uuid only lost its end. */
	if (s->max_seq_no < c->position) {
		c->position = c->checkpoint = -1;
		if (is_untold(s->uuid) || c->start_until > s->max_seq_no)
			c->start_until = is_untold(s->uuid) ? -1 : s->max_seq_no;
		changed = true;
	}
	/* A noted checkpoint is read up to before a newer one is noted, else none might ever settle. */
	if ((c->position < c->checkpoint && !poll->renew) ||
	    s->checkpoint <= c->checkpoint)
		return changed;
	c->checkpoint = s->checkpoint;
	c->checkpoint_at = poll->now;
	c->settled_at =
	    poll->now + (setting != NULL ? setting->settle_s : ELASTIC_SETTLE_S);
	return true;
}

static bool
note_all(struct collector *co, const struct looked *l, struct poll *poll,
    struct trouble *t, struct err *e)
{
	poll->changed = calloc(l->shards.count + 1, sizeof *poll->changed);
	if (poll->changed == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	for (size_t i = 0; i < l->shards.count; i++) {
		const struct shard *s = &l->shards.items[i];
		const struct index_setting *setting =
		    elastic_setting_of(&l->settings, s->index);

		if (setting != NULL && setting->why_not != NULL) {
			poll_trouble_add(t, s->index, setting->why_not);
			continue;
		}
		/* Made since its settings were asked for: the next poll takes it. */
		if (setting == NULL && l->settings.count > 0)
			continue;
		if (note(&poll->changed[poll->count], find_cursor(&l->known, s), s,
			setting, poll))
			poll->count++;
	}
	stage_crash_point("before-poll-commit");
	return store_poll(&co->st.db, poll, e);
}

/* ---- the poll */

static bool
grew(const struct looked *l)
{
	for (size_t i = 0; i < l->shards.count; i++) {
		const struct cursor *c = find_cursor(&l->known, &l->shards.items[i]);

		if (c == NULL || c->checkpoint < l->shards.items[i].checkpoint ||
		    l->shards.items[i].max_seq_no < c->position)
			return true;
	}
	return false;
}

bool
poll_list(struct collector *co, struct shard_list *shards, int64_t now, struct err *e)
{
	bool forbidden = co->forbidden_at > 0 && now >= co->forbidden_at &&
			 now < co->forbidden_at + FORBIDDEN_S;

	if (!forbidden) {
		if (elastic_shards(&co->el, shards, e)) {
			co->forbidden_at = 0;
			return true;
		}
		if (e->fault != FAULT_OUTAGE || e->outage != OUTAGE_CREDENTIALS)
			return false;
		elastic_shards_done(shards);
	}
	if (!elastic_visible(&co->el, shards, e))
		return false;
	if (co->forbidden_at == 0)
		log_line(&co->st.log, LOG_WARNING, "waiting", "why",
		    "the user lacks the privilege `monitor`: new documents are found "
		    "by searching for the highest sequence number instead",
		    NULL);
	if (!forbidden)
		co->forbidden_at = now;
	return true;
}

/* Some copies do not answer, and they are not those of the last poll. */
static bool
lacks_others(struct collector *co, const struct shard_list *shards)
{
	bool others = shards->total != co->total || shards->successful != co->successful;

	co->total = shards->total;
	co->successful = shards->successful;
	return others && shards->successful < shards->total;
}

/* The settings are asked for only where something is to be noted, or is newly missing. */
static bool
ask_settings(struct collector *co, struct looked *l, bool first, struct err *e)
{
	bool lacks = lacks_others(co, &l->shards);

	l->asked = co->forbidden_at == 0 && (first || lacks || grew(l));
	if (!l->asked || elastic_settings(&co->el, &l->settings, e))
		return true;
	co->total = -1; /* to be asked again */
	return false;
}

static bool
compare(struct collector *co, struct looked *l, int64_t now, struct err *e)
{
	const struct collector_config *config = &co->st.config.collector;
	bool first = !l->known.polled || strcmp(l->known.pattern, config->index) != 0;
	struct poll poll = { .pattern = config->index,
		.now = now,
		.first = first,
		/* the only poll of this run: it reads up to what is there now */
		.renew = co->st.options.once,
		.first_at = first ? now : l->known.polled_at,
		.start_at = first ? now - config->start_s : l->known.start_at };
	struct trouble t = { .count = 0 };
	bool ok;

	if (l->shards.total > 0 && l->shards.successful == 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: none of its %lld shards answers yet: it is starting",
		    (long long)l->shards.total);
	if (!ask_settings(co, l, first, e))
		return false;
	if (l->shards.total == 0)
		poll_trouble_add(&t, config->index,
		    "does not exist; T-Pot's indices are named logstash-YYYY.MM.DD");
	if (l->shards.successful < l->shards.total)
		poll_trouble_missing(&t, &l->shards, &l->settings);
	if (first && t.count > 0 && l->shards.total > 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "%s; the first poll waits until all indices are available",
		    t.first.text);
	ok = note_all(co, l, &poll, &t, e);
	free(poll.changed);
	if (!l->asked && l->shards.total > 0)
		return ok;
	return ok && say_trouble(co, &t, now, e);
}

bool
poll_once(struct collector *co, int64_t now, struct err *e)
{
	struct looked l = { .shards.items = NULL };
	bool ok;

	stage_doing(&co->st, "looking for new documents");
	ok = poll_list(co, &l.shards, now, e) && store_cursors(&co->st.db, &l.known, e) &&
	     compare(co, &l, now, e);
	elastic_shards_done(&l.shards);
	elastic_settings_done(&l.settings);
	store_cursors_done(&l.known);
	return ok;
}
