/*
 * poll.c - one look at how far each index has grown.
 *
 * A poll records the checkpoint of each shard that grew; documents are read up to it once further looks
 * prove that a search finds everything below it (evidence.h). If the engine does not report
 * checkpoints, the highest visible number replaces them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"
#include "collector/growth.h"
#include "common/base/time.h"

/* How often an engine that does not report checkpoints is asked for them again. */
#define UNTOLD_S HOUR_S
/* A first poll further in the future than this was made by a wrong clock. */
#define AHEAD_S HOUR_S

bool
poll_list(struct source *src, struct shard_list *shards, int64_t now, struct err *e)
{
	bool known = src->untold_at > 0 && now >= src->untold_at &&
		     now < src->untold_at + UNTOLD_S;
	struct err ignored = ERR_NONE;
	bool untold = true;

	if (!known) {
		if (elastic_shards(&src->el, shards, &untold, e)) {
			src->untold_at = 0;
			return true;
		}
		if (!untold)
			return false;
		elastic_shards_done(shards);
	}
	if (!elastic_visible(&src->el, shards, known ? e : &ignored))
		return false;
	err_clear(e);
	if (src->untold_at == 0)
		log_line(&src->log, LOG_WARNING, "waiting", "why",
		    "the engine does not report checkpoints to this user (privilege "
		    "`monitor`): new documents are found by searching for the highest "
		    "sequence number instead",
		    NULL);
	if (!known)
		src->untold_at = now;
	return true;
}

bool
poll_settings(struct source *src, struct setting_list *out, struct err *e)
{
	bool untold;

	if (elastic_settings(&src->el, out, &untold, e))
		return true;
	if (!untold)
		return false;
	err_clear(e);
	if (!src->settings_untold)
		log_line(&src->log, LOG_INFO, "waiting", "why",
		    "the engine does not report the settings of indices to this user "
		    "(privilege `monitor`): an index that never refreshes is not named",
		    NULL);
	src->settings_untold = true;
	return true;
}

/* Some copies do not answer, and not the same as in the last poll. */
static bool
lacks_others(struct source *src, const struct shard_list *shards)
{
	bool others =
	    shards->total != src->total || shards->successful != src->successful;

	src->total = shards->total;
	src->successful = shards->successful;
	return others && shards->successful < shards->total;
}

/* The settings are requested only if there is something to record, or something newly missing. */
static bool
ask_settings(struct look *l, struct err *e)
{
	struct source *src = l->source;
	bool lacks = lacks_others(src, &l->shards);

	l->settings_asked =
	    src->untold_at == 0 && (l->poll->first || lacks || growth_is_any(l));
	if (!l->settings_asked || poll_settings(src, &l->settings, e))
		return true;
	src->total = -1; /* to be asked again */
	return false;
}

static bool
note_all(struct collector *co, struct look *l, struct trouble *t, struct err *e)
{
	if (l->shards.count == 0)
		return store_poll(&co->st.db, l->poll, e);
	struct cursor *changed = calloc(l->shards.count, sizeof *changed);

	l->poll->changed = changed;
	if (changed == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	for (size_t i = 0; i < l->shards.count; i++) {
		const struct shard *s = &l->shards.items[i];
		const struct index_setting *setting =
		    elastic_setting_of(&l->settings, s->index);

		if (setting != NULL && setting->why_not != NULL) {
			trouble_add(t, s->index, setting->why_not);
			continue;
		}
		/* Created after the settings were requested: the next poll records it. */
		if (setting == NULL && l->settings.count > 0)
			continue;
		if (!growth_note(l, s, setting, e))
			return false;
	}
	evidence_missing(&l->source->evidence, l->asked_ms);
	stage_crash_point("before-poll-commit");
	return store_poll(&co->st.db, l->poll, e);
}

static struct poll
poll_of(const struct source *src, const struct cursor_list *known, int64_t now)
{
	bool first = !known->polled || strcmp(known->pattern, src->config->index) != 0;

	return (struct poll){ .source = src->name,
		.pattern = src->config->index,
		.now = now,
		.first = first,
		.first_at = first ? now : known->polled_at,
		.start_at = first ? now - src->config->start_s : known->start_at,
		.counted = profile_fingerprint(src->chosen) };
}

static bool
note_growth(struct collector *co, struct look *l, struct err *e)
{
	struct trouble t = { .count = 0 };
	bool ok;

	if (l->shards.total > 0 && l->shards.successful == 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: none of its %lld shards answers yet: it is starting",
		    (long long)l->shards.total);
	if (!ask_settings(l, e))
		return false;
	if (l->shards.total == 0)
		trouble_add(&t, l->poll->pattern,
		    "does not exist; T-Pot's indices are named logstash-YYYY.MM.DD");
	if (l->shards.successful < l->shards.total)
		trouble_missing(&t, &l->shards, &l->settings);
	if (l->poll->first && t.count > 0 && l->shards.total > 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "%s; the first poll waits until all indices are available",
		    t.first.text);
	ok = note_all(co, l, &t, e);
	free(l->poll->changed);
	if (!l->settings_asked && l->shards.total > 0)
		return ok;
	return ok && trouble_say_once(co, l->source, &t, l->poll->now, e);
}

/* What was recorded while the clock ran ahead is recorded again: otherwise the first poll would skip
 * everything before its own time. */
static bool
pull_back(struct collector *co, struct source *src, struct cursor_list *known,
    int64_t now, struct err *e)
{
	if (!known->polled || known->polled_at <= now + AHEAD_S)
		return true;
	log_line(&src->log, LOG_WARNING, "waiting", "why",
	    "the first poll was made while the clock was ahead: everything is read again",
	    NULL);
	store_cursors_done(known);
	return store_pull_back(
		   &co->st.db, src->name, now, now - src->config->start_s, e) &&
	       store_cursors(&co->st.db, src->name, known, e);
}

/* The profiles differ from those that were counted; or the cursors are of version 0.1.0, which counted
 * nothing and may have passed documents. */
static bool
count_anew(
    struct collector *co, struct source *src, struct cursor_list *known, struct err *e)
{
	int64_t counted = profile_fingerprint(src->chosen);
	bool never = known->counted < 0;

	if (!known->polled || known->counted == counted)
		return true;
	if (never)
		log_line(&src->log, LOG_INFO, "waiting", "why",
		    "after the upgrade each index is read once more, to find what was "
		    "missed; no capture is counted twice",
		    NULL);
	store_cursors_done(known);
	return (never ? store_recount : store_count_anew)(
		   &co->st.db, src->name, counted, e) &&
	       store_cursors(&co->st.db, src->name, known, e);
}

static bool
know(struct collector *co, struct look *l, int64_t now, struct err *e)
{
	struct source *src = l->source;
	bool ok = store_cursors(&co->st.db, src->name, &l->known, e) &&
		  pull_back(co, src, &l->known, now, e) &&
		  count_anew(co, src, &l->known, e);

	growth_sort(&l->known);
	return ok;
}

bool
poll_once(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct poll poll;
	struct look l = { .source = src,
		.poll = &poll,
		.record_now = co->st.options.once && !src->polled,
		.only_look = co->st.options.once && src->polled,
		.asked_ms = clock_steady_ms(&co->st.clock) };
	bool ok;

	stage_doing(&co->st, "looking for new documents");
	src->looked_at = now;
	ok = poll_list(src, &l.shards, now, e);
	l.told_ms = clock_steady_ms(&co->st.clock);
	ok = ok && know(co, &l, now, e);
	poll = poll_of(src, &l.known, now);
	ok = ok && note_growth(co, &l, e);
	src->polled = src->polled || ok;
	src->polls += ok;
	elastic_shards_done(&l.shards);
	elastic_settings_done(&l.settings);
	store_cursors_done(&l.known);
	return ok;
}
