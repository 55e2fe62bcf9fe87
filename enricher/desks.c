/*
 * desks.c - one desk for each provider.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "enricher/enricher.h"
#include "enricher/store/by_hand.h"

static bool
open_desk(struct enricher *en, const struct provider *p, struct err *e)
{
	struct desk *d = calloc(1, sizeof *d);

	if (d == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	d->service = &en->st.services[en->desk_count];
	en->desks[en->desk_count++] = d;
	d->enricher = en;
	d->provider = p;
	d->account = p->account(&en->st.config);
	d->ledger = (struct ledger){ .db = &en->st.db,
		.provider = p->name,
		.account = d->account.name,
		.per_minute = d->account.per_minute,
		.per_day = d->account.per_day,
		.per_month = d->account.per_month,
		.timeout_s = d->account.service->timeout_s };
	if (d->account.unknown_again == NULL)
		d->account.unknown_again = &en->st.config.enricher.unknown_again;
	if (d->account.known_again == NULL)
		d->account.known_again = &en->st.config.enricher.known_again;
	d->queue = en->st.queue;
	d->queue.provider = p->name;
	d->client = p->open(&en->st.config, e);
	return d->client != NULL && store_decides(&en->st.db, p->name, &d->decides, e) &&
	       minute_init(&d->minute, d->account.per_minute, e);
}

bool
enricher_open_desks(
    struct enricher *en, const struct provider *const *table, struct err *e)
{
	for (int i = 0; table[i] != NULL; i++)
		if (!provider_is_wanted(table[i], &en->st.config))
			continue;
		else if (en->desk_count == DESKS_MAX)
			return err_set(
			    e, FAULT_FATAL, "more than %d providers", DESKS_MAX);
		else if (!open_desk(en, table[i], e))
			return false;
	return true;
}

void
enricher_close_desks(struct enricher *en)
{
	while (en->desk_count > 0) {
		struct desk *d = en->desks[--en->desk_count];

		if (d->client != NULL)
			d->provider->close(d->client);
		minute_done(&d->minute);
		free(d);
	}
}
