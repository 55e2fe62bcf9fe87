/*
 * clocks.c - see clocks.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/clocks.h"

#include "collector/store/clocks.h"
#include "common/base/time.h"
#include "common/db/daily.h"

#define KEPT_S (100 * DAY_S) /* a month's digest looks back, and may come late */

bool
clocks_look(struct source *src, struct stage *st, int64_t now, struct err *e)
{
	auto_buf wrong = BUF_CUT(ERR_TEXT_MAX);
	bool due = false;

	if (!clocks_wrong(&st->db, src->name, &wrong, e) ||
	    (wrong.len > 0 && !db_daily(&st->db, "clocks", now, &due, e)))
		return false;
	if (due)
		log_line(&st->log, LOG_WARNING, "waiting", "source", src->name, "clocks",
		    buf_text(&wrong), "why",
		    "the clocks of these sensors are wrong, or this machine's if all are "
		    "named: view clocks",
		    NULL);
	return clocks_forget(&st->db, src->name, now - KEPT_S, e);
}
