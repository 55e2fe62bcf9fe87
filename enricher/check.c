/*
 * check.c - --check of the enricher: can VirusTotal be reached, does it take our key, what is left?
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "enricher/enricher.h"

static void
check_key(struct stage *st, struct check *c, struct vt *vt)
{
	struct err transport = ERR_NONE, fault = ERR_NONE;
	auto_reply reply = { .status = 0 };

	vt_probe_wait(vt, &reply, &transport);
	if (vt_answer(&reply, &transport, clock_now(&st->clock), &fault) == VT_FAULT)
		check_fault(c, &fault);
	else if (!vt_is_upload_url(&reply))
		check_problem(c,
		    "virustotal: `url` is not the API's: its answer to a key check is "
		    "not VirusTotal's; the usual one is "
		    "https://www.virustotal.com/api/v3");
}

static int64_t
left(int64_t limit, int64_t used)
{
	return used < limit ? limit - used : 0;
}

static void
check_quota(struct stage *st, struct check *c)
{
	const struct enricher_config *config = &st->config.enricher;
	struct ledger ledger = {
		.db = &st->db, .provider = "virustotal", .account = config->account
	};
	int64_t day = 0, month = 0;
	struct err ignored = ERR_NONE;

	/* Without a database, or in an empty one, nothing was asked yet. */
	if (db_is_open(&st->db))
		ledger_used(&ledger, clock_now(&st->clock), &day, &month, &ignored);
	check_note("virustotal: account %s: %" PRId64 " of %" PRId64
		   " requests are left of this day (UTC), %" PRId64 " of %" PRId64
		   " of this month",
	    config->account, left(config->per_day, day), config->per_day,
	    left(config->per_month, month), config->per_month);
	if (day >= config->per_day || month >= config->per_month)
		check_problem(c,
		    "virustotal: the quota of account %s is used up: nothing is asked "
		    "before the next %s (UTC); VirusTotal gives honeypots more if "
		    "asked, then set per_minute, per_day and per_month",
		    config->account, month >= config->per_month ? "month" : "day");
}

void
enricher_check(struct stage *st, struct check *c)
{
	struct vt vt;

	vt_init(&vt, st->http, &st->config.enricher.service);
	if (check_reach(c, st->http, &vt.service) && !st->config.secret_missing) {
		check_key(st, c, &vt);
		check_clock(c, "virustotal", http_newest_date(st->http), &st->clock);
	}
	if (st->config.enricher.account != NULL && !c->unread)
		check_quota(st, c);
}
