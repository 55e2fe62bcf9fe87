/*
 * optional.c - optional providers are in table provider while they are configured: the triggers then make
 * lookups for them.
 *
 * Enrichers that share a database must agree on it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/optional.h"
#include "enricher/enricher.h"

struct change {
	struct enricher *enricher;
	const struct provider *const *table;
};

static bool
set_in(void *ctx, struct err *e)
{
	const struct change *c = ctx;
	struct stage *st = &c->enricher->st;
	int64_t now = clock_now(&st->clock);

	for (int i = 0; c->table[i] != NULL; i++) {
		const struct provider *p = c->table[i];

		if (p->is_wanted == NULL)
			continue;
		if (!(p->is_wanted(&st->config)
			    ? store_optional_begin(&st->db, p->name, now, e)
			    : store_optional_end(&st->db, p->name, e)))
			return false;
	}
	return true;
}

bool
enricher_set_optional(
    struct enricher *en, const struct provider *const *table, struct err *e)
{
	struct change c = { en, table };

	return en->st.config.offline || db_transact(&en->st.db, set_in, &c, e);
}
