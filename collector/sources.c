/*
 * sources.c - see source.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/source.h"

#include "common/base/time.h"
#include "common/db/daily.h"
#include "common/outgoing/ways.h"

#define WAYS_EVERY_S HOUR_S
#define TOPIC_MAX 128

static const struct collector_config *
main_source(const struct config *c, size_t n, const char **name)
{
	*name = CONFIG_ACCOUNT;
	return n == 0 ? &c->collector : NULL;
}

const struct source_row sources[] = {
	{ main_source },
	{ NULL },
};

size_t
source_list(const struct config *c, const struct source_row *table,
    struct source_entry out[SOURCES_MAX])
{
	size_t count = 0;

	for (; table->nth != NULL; table++)
		for (size_t n = 0; count < SOURCES_MAX; n++) {
			struct source_entry *entry = &out[count];

			entry->config = table->nth(c, n, &entry->name);
			if (entry->config == NULL)
				break;
			count++;
		}
	return count;
}

void
source_add_services(struct stage *st, const struct source_row *table)
{
	struct source_entry entries[SOURCES_MAX];
	size_t count = source_list(&st->config, table, entries);

	for (size_t n = 0; n < count; n++)
		stage_add_service(
		    st, "elasticsearch", entries[n].name, &entries[n].config->service);
}

bool
source_init(struct source *s, struct stage *st, const struct source_entry *entry,
    size_t n, struct err *e)
{
	int64_t now = clock_now(&st->clock);

	*s = (struct source){ .name = entry->name,
		.log = st->log,
		.config = entry->config,
		.general = &st->config.general,
		.service = &st->services[n],
		.doubtful = true };
	s->log.source = st->service_count > 1 ? s->name : NULL;
	elastic_init(&s->el, st->http, &st->clock, s->config);
	profile_choose(&s->config->profiles, s->chosen);
	return source_learn_ways(s, st, now, e);
}

bool
source_learn_ways(struct source *s, struct stage *st, int64_t now, struct err *e)
{
	if (!way_peer_learn(&s->peer, &st->db, now, e))
		return false;
	/* A clock that went back does not delay it. */
	if (now < s->ways_at && s->ways_at - now <= WAYS_EVERY_S)
		return true;
	s->ways_at = now + WAYS_EVERY_S;
	return ways_learn(&st->db, s->config->service.url, now, e) &&
	       ways_learn(&st->db, s->config->service.connect_to, now, e);
}

void
source_done(struct source *s)
{
	evidence_done(&s->evidence);
	failing_done(&s->failing);
	searchable_done(&s->searchable);
	question_end(&s->days.question);
	question_end(&s->stories.question);
	store_stories_done(&s->stories.asked);
}

bool
source_daily(const struct source *s, struct db *db, const char *topic, int64_t now,
    bool *due, struct err *e)
{
	char own[TOPIC_MAX];

	BUF_FIXED(own, "%s %s", topic, s->name);
	return db_daily(db, own, now, due, e);
}
