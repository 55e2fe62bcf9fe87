/*
 * by_hand.c - --ask: puts the given hashes first in line, looks them up and prints the answers.
 *
 * This process claims no other rows. If another enricher runs, either of them may get the answer: the
 * result is read from the database.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"
#include "enricher/enricher.h"
#include "enricher/store/by_hand.h"

#define LINE_MAX_BYTES 2000
#define PAGE "https://www.virustotal.com/gui/file/"
#define LONG_WAIT_S 2

struct asked_hash {
	struct hash hash;
	bool told;
};

/* ---- the beginning */

static bool
ask_all(void *ctx, struct err *e)
{
	struct enricher *en = ctx;

	for (int i = 0; i < en->by_hand.count; i++)
		if (!store_ask(&en->st.db, &en->by_hand.hashes[i].hash, e))
			return false;
	return true;
}

/* A pause that began earlier was logged by another process. */
static bool
say_pause(struct enricher *en, int64_t now, struct err *e)
{
	const struct desk *d = en->by_hand.desk;
	char until[TIME_TEXT_MAX];
	struct pause p;

	if (d == NULL)
		return true;
	if (!pause_get(&en->st.db, d->service, &p, e))
		return false;
	if (!p.paused || p.until <= now)
		return true;
	time_format_iso(p.until, until);
	log_line(&en->st.log, LOG_WARNING, "paused", "service", d->provider->name,
	    "until", until, "why", p.why, NULL);
	return true;
}

static void
find_desk(struct enricher *en)
{
	for (int i = 0; i < en->desk_count && en->by_hand.desk == NULL; i++)
		if (en->desks[i]->decides)
			en->by_hand.desk = en->desks[i];
}

static bool
begin(struct enricher *en, int64_t now, struct err *e)
{
	const struct option_operands *o = &en->asked.ask;
	struct by_hand *b = &en->by_hand;

	b->hashes = calloc((size_t)o->count, sizeof *b->hashes);
	if (b->hashes == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	b->count = o->count;
	for (int i = 0; i < o->count; i++)
		hash_parse(&b->hashes[i].hash, o->items[i], strlen(o->items[i]));
	find_desk(en);
	return db_transact(&en->st.db, ask_all, en, e) && say_pause(en, now, e);
}

/* ---- the answers */

static void
put_answer(struct buf *line, const struct asked_state *s)
{
	char day[TIME_TEXT_MAX];

	time_format_day(s->as_of, day);
	if (!s->found) {
		buf_printf(line, "unknown to VirusTotal as of %s", day);
		return;
	}
	buf_puts(line, buf_text(&s->verdict));
	if (s->total > 0)
		buf_printf(line, "  %" PRId64 "/%" PRId64 " as of %s", s->malicious,
		    s->total, day);
	if (s->text.len > 0)
		buf_printf(line, "  %s", buf_text(&s->text));
	buf_printf(line, "  " PAGE "%s", buf_text(&s->sha256));
}

static void
print(struct by_hand *b, const struct hash *hash, const struct asked_state *s)
{
	auto_buf line = BUF_CUT(LINE_MAX_BYTES), clean = BUF_CUT(LINE_MAX_BYTES);

	buf_printf(&line, "%s  ", hash->hex);
	if (s->what == ASKED_ANSWERED)
		put_answer(&line, s);
	else
		buf_printf(&line, "not asked: %s", buf_text(&s->text));
	utf8_put_printable(&clean, buf_text(&line));
	progress_clear(&b->progress);
	puts(buf_text(&clean));
	fflush(stdout);
}

/* Two hashes may be of one file. */
static void
note_due(struct by_hand *b, int64_t lookup_id)
{
	for (int i = 0; i < b->due_count; i++)
		if (b->due[i] == lookup_id)
			return;
	if (b->due_count < CONCURRENCY_MAX)
		b->due[b->due_count++] = lookup_id;
}

static bool
look_at(struct enricher *en, struct asked_hash *a, int64_t now, struct err *e)
{
	struct by_hand *b = &en->by_hand;
	struct asked_state s;
	bool ok = store_asked(&en->st.db, &a->hash, now, &s, e);

	if (ok) {
		b->left += s.what == ASKED_WAITS;
		if (s.what == ASKED_WAITS && s.due)
			note_due(b, s.lookup_id);
		a->told = s.what != ASKED_WAITS;
		if (a->told)
			print(b, &a->hash, &s);
	}
	store_asked_done(&s);
	return ok;
}

/* Prints what was answered since, and counts what is left. */
static bool
print_answers(struct enricher *en, int64_t now, struct err *e)
{
	struct by_hand *b = &en->by_hand;

	b->left = b->due_count = 0;
	for (int i = 0; i < b->count; i++)
		if (!b->hashes[i].told && !look_at(en, &b->hashes[i], now, e))
			return false;
	return true;
}

static void
show(struct enricher *en, int64_t now, int64_t wake_at)
{
	struct by_hand *b = &en->by_hand;
	char until[TIME_TEXT_MAX];

	if (wake_at > now + LONG_WAIT_S && wake_at < INT64_MAX) {
		time_format_iso(wake_at, until);
		progress_show(&b->progress,
		    "%d of %d answered; the next request is at %s", b->count - b->left,
		    b->count, until);
	} else {
		progress_show(
		    &b->progress, "%d of %d answered", b->count - b->left, b->count);
	}
}

bool
enricher_ask(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct enricher *en = ctx;
	struct by_hand *b = &en->by_hand;

	if (b->hashes == NULL && !begin(en, now, e))
		return false;
	if (!print_answers(en, now, e) || !enricher_step(en, now, out, e) ||
	    !print_answers(en, now, e))
		return false;
	show(en, now, out->wake_at);
	out->finished = b->left == 0 && http_in_flight(en->st.http) == 0;
	return true;
}

bool
enricher_ask_stop(void *ctx, struct err *e)
{
	struct enricher *en = ctx;

	return enricher_stop(en, e) &&
	       (en->by_hand.hashes == NULL ||
		   print_answers(en, clock_now(&en->st.clock), e));
}

void
enricher_ask_done(struct enricher *en)
{
	struct by_hand *b = &en->by_hand;

	progress_clear(&b->progress);
	free(b->hashes);
	if (b->left > 0)
		fprintf(stderr,
		    "%d of %d files still wait, first in line for the next "
		    "potpress-enricher\n",
		    b->left, b->count);
}
