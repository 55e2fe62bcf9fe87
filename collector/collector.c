/*
 * collector.c - opens the sources, and closes them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"

#include "common/base/calendar.h"

static void
note_peer(void *ctx, const struct service_config *config, const char *address)
{
	struct collector *co = ctx;

	for (size_t n = 0; n < co->source_count; n++)
		if (config == &co->sources[n].config->service)
			way_peer_note(&co->sources[n].peer, address);
}

bool
collector_init(struct collector *co, const struct source_row *table, struct err *e)
{
	struct source_entry entries[SOURCES_MAX];
	size_t count = source_list(&co->st.config, table, entries);

	http_tell_peers(co->st.http, note_peer, co);
	calendar_zone(co->st.config.general.timezone);
	for (size_t n = 0; n < count; n++)
		if (!source_init(
			&co->sources[co->source_count++], &co->st, &entries[n], n, e))
			return false;
	return true;
}

void
collector_done(struct collector *co)
{
	for (size_t n = 0; n < co->source_count; n++)
		source_done(&co->sources[n]);
}
