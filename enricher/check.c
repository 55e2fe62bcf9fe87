/*
 * check.c - --check of the enricher: is each provider reachable, does it accept the key, how much quota
 * is left?
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "enricher/enricher.h"

static void
check_key(struct stage *st, struct check *c, const struct provider *p, void *client)
{
	struct err transport = ERR_NONE, fault = ERR_NONE;
	auto_buf url = BUF_INIT(PROVIDER_URL_MAX);
	auto_reply reply = { .status = 0 };
	struct http_request r;

	p->probe(client, &url, &r);
	if (!check_reach(c, st->http, r.service) || r.service->config->secret_missing)
		return;
	http_perform(st->http, &r, &reply, &transport);
	if (!p->probed(client, &reply, &transport, clock_now(&st->clock), &fault))
		check_fault(c, &fault);
	check_clock(c, p->name, http_newest_date(st->http), &st->clock);
}

static int64_t
left(int64_t limit, int64_t used)
{
	return used < limit ? limit - used : 0;
}

static void
check_quota(struct stage *st, struct check *c, const struct provider *p,
    const struct account *account)
{
	struct ledger ledger = {
		.db = &st->db, .provider = p->name, .account = account->name
	};
	int64_t day = 0, month = 0;
	struct err ignored = ERR_NONE;

	/* Without a database, or with an empty one, there were no requests yet. */
	if (db_is_open(&st->db))
		ledger_used(&ledger, clock_now(&st->clock), &day, &month, &ignored);
	check_note(c,
	    "%s: account %s: %" PRId64 " of %" PRId64
	    " requests left today (UTC), %" PRId64 " of %" PRId64 " this month",
	    p->name, account->name, left(account->per_day, day), account->per_day,
	    left(account->per_month, month), account->per_month);
	if (day >= account->per_day || month >= account->per_month)
		check_problem(c,
		    "%s: the quota of account %s is used up until the next %s (UTC)%s%s",
		    p->name, account->name, month >= account->per_month ? "month" : "day",
		    p->quota_advice != NULL ? "; " : "",
		    p->quota_advice != NULL ? p->quota_advice : "");
}

void
enricher_check(struct stage *st, struct check *c)
{
	for (int i = 0; providers[i] != NULL; i++) {
		const struct provider *p = providers[i];
		struct account account;
		struct err e = ERR_NONE;
		void *client;

		if (!provider_is_wanted(p, &st->config))
			continue;
		account = p->account(&st->config);
		client = p->open(&st->config, &e);
		if (client == NULL)
			check_fault(c, &e);
		else
			check_key(st, c, p, client);
		if (account.name != NULL && !c->unread)
			check_quota(st, c, p, &account);
		if (client != NULL)
			p->close(client);
	}
}
