/*
 * import.c - --import: takes in saved reports as if each had been answered on its date.
 *
 * The reports of all files are taken in order of their dates, so that a file's history is stored as it
 * was. Sends no request.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enricher/again.h"
#include "enricher/enricher.h"
#include "enricher/saved.h"
#include "enricher/store/import.h"

#define BATCH 100 /* reports of one transaction */

static bool
begin(struct enricher *en, struct err *e)
{
	const struct option_operands *o = &en->asked.import;
	struct saved *s = calloc(1, sizeof *s);

	en->import.saved = s;
	if (s == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	for (int i = 0; i < o->count; i++)
		if (!saved_add_file(s, o->items[i], e))
			return false;
	saved_sort(s);
	return true;
}

/* The first provider that knows the report as its own; NULL, with the reason of the first that does not. */
static const struct desk *
owner(const struct enricher *en, const struct buf *body, struct question *q,
    struct err *why)
{
	err_clear(why);
	for (int i = 0; i < en->desk_count; i++) {
		const struct desk *d = en->desks[i];
		struct err not_his = ERR_NONE;

		if (d->provider->recognise == NULL)
			continue;
		if (d->provider->recognise(buf_text(body), body->len, q, &not_his))
			return d;
		if (why->fault == FAULT_NONE)
			*why = not_his;
	}
	return NULL;
}

static bool
understand(const struct desk *d, const struct question *q, const struct buf *body,
    struct report *out, struct err *why)
{
	const struct http_reply reply = { .status = 200, .body = *body };
	const struct err none = ERR_NONE;

	if (d->provider->read(d->client, q, &reply, &none,
		clock_now(&d->enricher->st.clock), out, why) != ANSWER_FOUND)
		return false;
	return out->sha256.kind == HASH_SHA256 ||
	       err_set(why, FAULT_REJECT, "it does not name the file's SHA-256");
}

static bool
store(const struct desk *d, const struct saved_report *saved, const struct buf *body,
    const struct report *r, enum imported *how, struct err *e)
{
	struct stage *st = &d->enricher->st;
	int64_t now = clock_now(&st->clock);
	struct import_answer a = { .provider = d->provider->name,
		.joins_hashes = d->provider->joins_hashes,
		.report = r,
		.body = body,
		.date = saved->date < now ? saved->date : now,
		.now = now };

	if (again_is_open(r, now))
		a.due_at = again_next(d->account.known_again, a.date, now, false);
	return store_import(&st->db, &a, how, e);
}

/* The counter of each outcome. */
static int64_t *
counter(struct import *m, enum imported how)
{
	switch (how) {
	case IMPORT_ADDED:
		return &m->added;
	case IMPORT_KNOWN:
		return &m->known;
	case IMPORT_OLDER:
		return &m->older;
	case IMPORT_REFUSED:
		break;
	}
	return &m->refused;
}

/* One report. False with a fault of the process only. */
static bool
take_report(struct enricher *en, struct import *m, const struct saved_report *saved,
    struct err *e)
{
	auto_buf body = BUF_INIT(2 * SAVED_REPORT_MAX);
	struct report r = REPORT_INIT;
	struct err why = ERR_NONE;
	const struct desk *d;
	struct question q;
	enum imported how;
	bool ok = true;

	if (saved_read(saved, &body, &why) && (d = owner(en, &body, &q, &why)) != NULL &&
	    understand(d, &q, &body, &r, &why)) {
		ok = store(d, saved, &body, &r, &how, e);
		if (ok)
			(*counter(m, how))++;
	} else if (why.fault == FAULT_FATAL) {
		ok = err_set(e, FAULT_FATAL, "%s", why.text);
	} else {
		progress_clear(&m->progress);
		saved_complain(saved->file, saved->line, why.text);
		m->unusable++;
	}
	report_done(&r);
	return ok;
}

struct batch {
	struct enricher *enricher;
	struct import after; /* as it is when the batch is committed */
};

static bool
take_batch(void *ctx, struct err *e)
{
	struct batch *b = ctx;
	const struct saved *s = b->enricher->import.saved;

	b->after = b->enricher->import;
	for (int i = 0; i < BATCH && b->after.next < s->count; i++)
		if (!take_report(b->enricher, &b->after, &s->reports[b->after.next++], e))
			return false;
	return true;
}

bool
enricher_import(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct enricher *en = ctx;
	struct import *m = &en->import;
	struct batch b = { .enricher = en };

	out->wake_at = now;
	if (m->saved == NULL && !begin(en, e))
		return false;
	if (!db_transact(&en->st.db, take_batch, &b, e))
		return false;
	*m = b.after;
	out->finished = m->next == m->saved->count;
	progress_show(&m->progress, "%zu of %zu saved reports", m->next, m->saved->count);
	return true;
}

int
enricher_import_done(struct enricher *en, int status)
{
	struct import *m = &en->import;
	int64_t unusable = m->unusable;

	progress_clear(&m->progress);
	if (m->saved != NULL) {
		unusable += m->saved->broken;
		saved_done(m->saved);
		free(m->saved);
	}
	printf("reports: %" PRId64 " added, %" PRId64 " known, %" PRId64
	       " older than the stored answer, %" PRId64 " of noise, %" PRId64
	       " not usable\n",
	    m->added, m->known, m->older, m->refused, unusable);
	return status == EXIT_OK && unusable > 0 ? EXIT_PROBLEM : status;
}
