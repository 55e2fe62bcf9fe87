/*
 * reparse.c - --reparse: reads all stored reports again, for example after an upgrade that extracts
 * more from them. Sends no request.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <string.h>

#include "enricher/enricher.h"
#include "enricher/store/reparse.h"

#define BATCH 100 /* reports of one transaction, the most that a stop waits for */

static struct desk *
desk_of(struct enricher *en, const char *provider)
{
	for (int i = 0; i < en->desk_count; i++)
		if (strcmp(en->desks[i]->provider->name, provider) == 0)
			return en->desks[i];
	return NULL;
}

/* Parses the stored body as if it had just arrived; false when it cannot be read. */
static bool
understand(
    struct enricher *en, struct stored_report *s, struct report *out, struct err *fault)
{
	const struct http_reply reply = { .status = 200, .body = s->body };
	const struct err none = ERR_NONE;
	struct desk *d = desk_of(en, s->provider);

	return d != NULL && d->provider->read(d->client, &s->question, &reply, &none,
				clock_now(&en->st.clock), out, fault) == ANSWER_FOUND;
}

/* One report. False with a fault of the process only; a report that cannot be read is counted. */
static bool
read_again(struct enricher *en, struct stored_report *s, struct reparse *p, struct err *e)
{
	struct report r = REPORT_INIT;
	struct err fault = ERR_NONE;
	bool changed = false, ok = true;

	if (understand(en, s, &r, &fault))
		ok = store_report_again(&en->st.db, s, &r, &changed, e);
	else if (fault.fault == FAULT_FATAL)
		ok = err_set(e, FAULT_FATAL, "%s", fault.text);
	else
		p->unreadable++;
	p->read++;
	p->changed += changed;
	report_done(&r);
	return ok;
}

struct batch {
	struct enricher *enricher;
	struct reparse after; /* as it is when the batch is committed */
};

static bool
read_batch(void *ctx, struct err *e)
{
	struct batch *b = ctx;
	struct enricher *en = b->enricher;

	b->after = en->reparse;
	for (int i = 0; i < BATCH; i++) {
		struct stored_report s;
		struct err row = ERR_NONE;
		bool ok = store_report_after(&en->st.db, b->after.id, &s, &row);

		if (!ok && row.fault != FAULT_RETRY) {
			*e = row;
			return false;
		}
		b->after.finished = s.id == 0;
		if (s.id != 0)
			b->after.id = s.id;
		if (s.id != 0 && ok)
			read_again(en, &s, &b->after, e);
		else if (s.id != 0)
			b->after.unreadable++;
		buf_done(&s.body);
		if (e->fault != FAULT_NONE)
			return false;
		if (b->after.finished)
			return true;
	}
	return true;
}

static void
say_finished(struct enricher *en)
{
	const struct reparse *p = &en->reparse;
	struct log_number read, changed, unreadable;

	log_line(&en->st.log, LOG_INFO, "done", "what", "stored reports", "read",
	    log_number(&read, p->read), "changed", log_number(&changed, p->changed),
	    "unreadable", log_number(&unreadable, p->unreadable), NULL);
}

bool
enricher_reparse(void *ctx, int64_t now, struct step *out, struct err *e)
{
	struct enricher *en = ctx;
	struct batch b = { .enricher = en };

	out->wake_at = now;
	if (!db_transact(&en->st.db, read_batch, &b, e))
		return false;
	en->reparse = b.after;
	progress_show(&en->reparse.progress,
	    "%" PRId64 " stored reports read, %" PRId64 " changed", en->reparse.read,
	    en->reparse.changed);
	out->finished = en->reparse.finished;
	if (out->finished) {
		progress_clear(&en->reparse.progress);
		say_finished(en);
	}
	return true;
}
