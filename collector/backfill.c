/*
 * backfill.c - --since DATE [--until DATE]: reads documents of the past.
 *
 * Documents with an @timestamp in the range are read shard by shard up to the current end, source by
 * source, twice: first to count the VirusTotal lookups they would cause, then to store them. Pages are read
 * as in a poll; known captures are not counted twice. It changes no cursor and holds no lock, so it can run
 * beside the collector: each page is one short transaction.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"

/* One log line for this many documents. */
#define SAY_DOCUMENTS 5000
/* VirusTotal's free quota, until the enricher has booked its first day. */
#define LOOKUPS_PER_DAY 500

struct source *
backfill_source(struct collector *co)
{
	size_t n = co->backfill->n;

	return &co->sources[n < co->source_count ? n : co->source_count - 1];
}

static void
enter_shard(struct collector *co, struct backfill *b)
{
	const struct shard_list *shards = &b->shards[b->n];
	const struct shard *s;

	b->place = (struct cursor){ .source = backfill_source(co)->name,
		.position = -1,
		.checkpoint = -1,
		.start_until = -1,
		.again_to = -1 };
	if (b->n == co->source_count || b->at == shards->count)
		return;
	s = &shards->items[b->at];
	memcpy(b->place.index, s->index, sizeof s->index);
	memcpy(b->place.uuid, s->uuid, sizeof s->uuid);
	b->place.shard = s->shard;
	b->place.checkpoint = s->max_seq_no;
}

static void
begin(struct collector *co, struct backfill *b, enum backfill_phase phase)
{
	b->phase = phase;
	b->n = b->at = 0;
	b->counts = b->said = (struct page_counts){ .documents = 0 };
	enter_shard(co, b);
}

/* ---- listing the shards */

/* Shards that cannot be read or do not answer are logged and skipped. */
static bool
leave_out(struct source *src, struct shard_list *shards, struct err *e)
{
	struct setting_list settings = { .items = NULL };
	struct trouble t = { .count = 0 };
	size_t kept = 0;

	if (shards->total > 0 && shards->successful == 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: none of its %lld shards answers yet: it is starting",
		    (long long)shards->total);
	if (src->untold_at == 0 && !poll_settings(src, &settings, e))
		return false;
	trouble_missing(&t, shards, &settings);
	for (size_t i = 0; i < shards->count; i++) {
		const struct index_setting *s =
		    elastic_setting_of(&settings, shards->items[i].index);

		if (s != NULL && s->why_not != NULL)
			trouble_add(&t, s->index, s->why_not);
		else
			shards->items[kept++] = shards->items[i];
	}
	shards->count = kept;
	trouble_say(&src->log, &t);
	elastic_settings_done(&settings);
	return true;
}

static bool
list(struct collector *co, struct backfill *b, int64_t now, struct err *e)
{
	struct source *src = backfill_source(co);
	struct shard_list *shards = &b->shards[b->n];

	elastic_shards_done(shards);
	if (!poll_list(src, shards, now, e) || !leave_out(src, shards, e))
		return false;
	if (++b->n == co->source_count)
		begin(co, b, BACKFILL_COUNT);
	return true;
}

/* ---- reporting */

static void
say_progress(struct collector *co, struct backfill *b)
{
	const struct log *log = &backfill_source(co)->log;
	const struct page_counts *n = &b->counts;
	struct log_number documents, samples, captures, known, index, of;

	if (n->documents == b->said.documents)
		return;
	b->said = *n;
	log_number(&index, (int64_t)b->at + 1);
	log_number(&of, (int64_t)b->shards[b->n].count);
	log_number(&documents, n->documents);
	if (b->phase == BACKFILL_COUNT)
		log_line(log, LOG_INFO, "heartbeat", "what", "counting", "index",
		    b->place.index, "shard", index.text, "of", of.text, "documents",
		    documents.text, NULL);
	else
		log_line(log, LOG_INFO, "heartbeat", "what", "reading", "index",
		    b->place.index, "shard", index.text, "of", of.text, "documents",
		    documents.text, "new_samples", log_number(&samples, n->samples),
		    "new_captures", log_number(&captures, n->captures), "known",
		    log_number(&known, n->known), NULL);
}

/* After counting: reports the cost, and continues if that is allowed. */
static bool
weigh(struct collector *co, struct backfill *b, struct err *e)
{
	struct log_number documents, lookups, quota;
	int64_t asked, per_day = LOOKUPS_PER_DAY;

	if (!store_asked_past(&co->st.db, &asked, &per_day, e))
		return false;
	log_line(&co->st.log, LOG_INFO, "done", "what", "counting", "documents",
	    log_number(&documents, b->counts.documents), "lookups_to_queue",
	    log_number(&lookups, asked), "quota_a_day", log_number(&quota, per_day),
	    NULL);
	if (asked > per_day && !co->asked.yes)
		return err_set(e, FAULT_CONFIG,
		    "this would queue %lld lookups; at %lld a day they would take %lld "
		    "days. Choose a shorter range, or add --yes",
		    (long long)asked, (long long)per_day,
		    (long long)((asked + per_day - 1) / per_day));
	begin(co, b, BACKFILL_READ);
	return true;
}

/* ---- reading */

static bool
count_past(struct collector *co, const struct walk *walk, const struct hit_page *page,
    struct err *e)
{
	(void)walk;
	return store_ask_past(&co->st.db, page, &co->backfill->counts, e);
}

static bool
keep_past(struct collector *co, const struct walk *walk, const struct hit_page *page,
    struct err *e)
{
	struct source *src = walk->source;
	struct hit_page kept = *page;

	kept.cursor_stays = true;
	stage_crash_point("before-page-commit");
	return page_complete(src, page, e) &&
	       store_page(&co->st.db, &kept, &co->backfill->counts, e);
}

/* False: the page must be asked for again, in smaller parts if it may be too much. */
static bool
read_page(struct collector *co, const struct walk *walk, int64_t now, struct err *e)
{
	struct source *src = walk->source;
	struct page_fault fault = { .heavy = false };

	if (page_read(co, walk, now, &fault, e))
		return true;
	if (e->fault == FAULT_REJECT) {
		/* Closed or deleted since it was listed. */
		err_clear(e);
		walk->place->position = walk->place->checkpoint;
		return true;
	}
	if (fault.heavy && !failing_halve(&src->failing, walk->place->index))
		return err_set(e, FAULT_FATAL, "out of memory");
	return false;
}

static bool
read_on(struct collector *co, struct backfill *b, int64_t now, struct err *e)
{
	struct source *src = backfill_source(co);
	const struct walk walk = { .source = src,
		.place = &b->place,
		.up_to = b->place.checkpoint,
		.since_at = co->asked.since.begins_at,
		.until_at = collector_until_at(&co->asked),
		.keep = b->phase == BACKFILL_COUNT ? count_past : keep_past };
	bool refused;

	if (b->place.position < b->place.checkpoint) {
		if (!hidden_look(co, src, &b->place, true, now, &refused, e))
			return false;
		if (refused)
			b->place.position = b->place.checkpoint;
		else if (!read_page(co, &walk, now, e))
			return false;
		if (b->counts.documents - b->said.documents >= SAY_DOCUMENTS)
			say_progress(co, b);
		return true;
	}
	say_progress(co, b);
	b->at++;
	enter_shard(co, b);
	return true;
}

bool
backfill_work(struct collector *co, int64_t now, struct step *out, struct err *e)
{
	struct backfill *b = co->backfill;

	out->wake_at = now;
	stage_doing(&co->st, "reading the past");
	if (b->phase == BACKFILL_LIST)
		return list(co, b, now, e);
	if (b->n < co->source_count && b->at < b->shards[b->n].count)
		return read_on(co, b, now, e);
	if (b->n < co->source_count) {
		b->n++;
		b->at = 0;
		enter_shard(co, b);
		return true;
	}
	if (b->phase == BACKFILL_COUNT)
		return weigh(co, b, e);
	out->finished = true;
	return true;
}

void
backfill_done(struct backfill *b)
{
	for (size_t n = 0; n < SOURCES_MAX; n++)
		elastic_shards_done(&b->shards[n]);
}
