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
#include "enricher/store_import.h"

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

/* The reports are VirusTotal's, the first provider's. Each is about the file that it names itself. */
static bool
understand(
    struct enricher *en, const struct buf *body, struct report *out, struct err *why)
{
	const struct desk *d = en->desks[0];
	const struct http_reply reply = { .status = 200, .body = *body };
	const struct err none = ERR_NONE;
	struct question q = { .kind = "file" };
	const char *id;
	size_t len;

	if (!json_raw(buf_text(body), body->len, "data.id", &id, &len, why))
		return false;
	if (id == NULL || len < 2 || !hash_parse(&q.hash, id + 1, len - 2))
		return err_set(why, FAULT_REJECT, "not a file report of VirusTotal");
	return d->provider->read(d->client, &q, &reply, &none, clock_now(&en->st.clock),
		   out, why) == ANSWER_FOUND;
}

static bool
store(struct enricher *en, const struct saved_report *saved, const struct buf *body,
    const struct report *r, enum imported *how, struct err *e)
{
	int64_t now = clock_now(&en->st.clock);
	struct import_answer a = { .provider = en->desks[0]->provider->name,
		.report = r,
		.body = body,
		.date = saved->date < now ? saved->date : now,
		.now = now };

	if (again_is_open(r, now))
		a.due_at =
		    again_next(&en->st.config.enricher.known_again, a.date, now, false);
	return store_import(&en->st.db, &a, how, e);
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
take(struct enricher *en, struct import *m, const struct saved_report *saved,
    struct err *e)
{
	auto_buf body = BUF_INIT(2 * SAVED_REPORT_MAX);
	struct report r = REPORT_INIT;
	struct err why = ERR_NONE;
	enum imported how;
	bool ok = true;

	if (saved_read(saved, &body, &why) && understand(en, &body, &r, &why)) {
		ok = store(en, saved, &body, &r, &how, e);
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
		if (!take(b->enricher, &b->after, &s->reports[b->after.next++], e))
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
	printf("%" PRId64 " reports added, %" PRId64 " known, %" PRId64
	       " older than the stored answer, %" PRId64 " of noise, %" PRId64
	       " not usable\n",
	    m->added, m->known, m->older, m->refused, unusable);
	return status == EXIT_OK && unusable > 0 ? EXIT_PROBLEM : status;
}
