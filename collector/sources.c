/*
 * sources.c - see source.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/source.h"

#include "common/outgoing/ways.h"

#define WAYS_EVERY_S 3600

static const struct collector_config *
config_of_main(const struct config *c)
{
	return &c->collector;
}

const struct source_row sources[] = {
	{ .name = "main", .config = config_of_main },
	{ .name = NULL },
};

void
source_add_services(struct stage *st, const struct source_row *table)
{
	for (; table->name != NULL; table++)
		stage_add_service(st, "elasticsearch", table->name,
		    &table->config(&st->config)->service);
}

bool
source_init(struct source *s, struct stage *st, const struct source_row *row, size_t n,
    struct err *e)
{
	int64_t now = clock_now(&st->clock);

	*s = (struct source){ .name = row->name,
		.config = row->config(&st->config),
		.general = &st->config.general,
		.service = &st->services[n],
		.doubtful = true };
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
