/*
 * retain.c - see retain.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/retain.h"

#include "collector/store/retention.h"
#include "common/base/time.h"

#define PAUSE_S 1 /* after a batch, for the other programs */
#define LOOK_S HOUR_S /* when there was nothing to do */
#define BEYOND_S (7 * DAY_S) /* of the latest capture; see retain.h */
#define ONCE_BATCHES 10 /* a run of --once must end */

/* Captures before this time are old; 0: none are. */
static int64_t
limit(int64_t now, int64_t newest, int64_t days)
{
	int64_t counted = now < newest + BEYOND_S ? now : newest + BEYOND_S;

	return days > 0 && counted > days * DAY_S ? counted - days * DAY_S : 0;
}

static bool
cut(struct retain *r, struct stage *st, int64_t before, bool *more, struct err *e)
{
	int64_t rows;

	if (!retention_cut(&st->db, before, &rows, e))
		return false;
	r->cut += rows;
	*more = rows == RETENTION_BATCH;
	return true;
}

static bool
keep_numbers(
    struct retain *r, struct stage *st, int64_t before, bool *more, struct err *e)
{
	int64_t rows;

	if (!retention_keep(&st->db, before, &rows, e))
		return false;
	r->kept += rows;
	*more = rows > 0;
	return *more || db_shrink(&st->db, more, e);
}

/* Addresses are cut before captures are deleted, since cutting counts them. */
static bool
batch(struct retain *r, struct stage *st, int64_t now, bool *more, struct err *e)
{
	const struct general_config *c = &st->config.general;
	int64_t newest, keep_from, cut_from;

	if (!retention_newest(&st->db, &newest, e))
		return false;
	keep_from = limit(now, newest, c->keep_sightings);
	cut_from = limit(now, newest, c->keep_addresses);
	cut_from = cut_from > keep_from ? cut_from : keep_from;
	*more = false;
	if (cut_from > 0 && !cut(r, st, cut_from, more, e))
		return false;
	return *more || keep_from == 0 || keep_numbers(r, st, keep_from, more, e);
}

static void
log_progress(struct retain *r, struct stage *st)
{
	struct log_number addresses, captures;

	if (r->cut + r->kept > 0)
		log_line(&st->log, LOG_INFO, "done", "addresses_cut",
		    log_number(&addresses, r->cut), "captures_kept_as_numbers",
		    log_number(&captures, r->kept), NULL);
	*r = (struct retain){ .at = r->at };
}

bool
retain_step(struct retain *r, struct stage *st, int64_t now, struct err *e)
{
	bool more;

	/* Also when the clock went back. */
	if (now < r->at && r->at <= now + LOOK_S)
		return true;
	if (!batch(r, st, now, &more, e))
		return false;
	more = more && !(st->options.once && ++r->batches == ONCE_BATCHES);
	r->at = now + (more ? PAUSE_S : LOOK_S);
	if (!more)
		log_progress(r, st);
	return true;
}
