/*
 * source.h - one T-Pot to read: its configuration, its engine, and the state of reading it.
 *
 * The collector reads all that its table (sources.c) finds in the configuration; a new kind of section is
 * a function and a line there, besides the section itself (common/config/table.h). Each source has a name,
 * which is stored with everything that comes from it, and a service, which is paused separately. All of
 * them are checked by --check and read by --since.
 *
 * Order: source_list (also before the stage is open), source_add_services, then source_init for each
 * entry, source_done for each that was begun, also after a failure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_SOURCE_H
#define POTPRESS_COLLECTOR_SOURCE_H

#include "collector/elastic/question.h"
#include "collector/evidence.h"
#include "collector/failing.h"
#include "collector/searchable.h"
#include "collector/store/days.h"
#include "collector/store/store.h"
#include "collector/store/stories.h"
#include "common/outgoing/ways.h"
#include "common/stage/stage.h"

#define SOURCES_MAX STAGE_SERVICES_MAX

/* A row of the table: a section of the configuration, which names one source, or, if it can be repeated,
 * one source each time. */
struct source_row {
	/* The n-th of them, from 0, and its name, as in column `source`; NULL: there are no more. The
	 * configuration owns both. A row without a function ends the table. */
	const struct collector_config *(*nth)(
	    const struct config *c, size_t n, const char **name);
};
extern const struct source_row sources[];

/* One source that is configured. */
struct source_entry {
	const char *name;
	const struct collector_config *config;
};
/* All of the table's, in its order, at most SOURCES_MAX; returns how many. */
size_t source_list(const struct config *c, const struct source_row *table,
    struct source_entry out[SOURCES_MAX]);

/* What a source remembers about counting its days. */
struct days_state {
	struct elastic_question question;
	struct day asked; /* the day asked about ... */
	int64_t checkpoint; /* ... how far its indices were read ... */
	int64_t shards; /* ... how many shards they have ... */
	/* ... and why the answer will be incomplete; "": it will not */
	char why[ERR_TEXT_MAX];
	int64_t begun_until; /* the newest row of table day ends then; 0: not known yet */
	bool known; /* due is read from the database ... */
	bool any; /* ... and there is one */
	struct day due;
	bool waits; /* for documents to be read, or a poll */
	int64_t confirmed_by; /* the poll that shows that all was read; 0: not planned */
	int failures; /* of requests in a row */
};

/* What a source remembers about reading the stories of its sessions. */
struct stories_state {
	struct elastic_question question;
	struct story_due asked; /* the sessions asked about */
	size_t most; /* sessions of one request; 0: not known yet */
	size_t hits; /* documents of one answer; 0: not known yet */
	int64_t next_at; /* when the next session is due; 0: not known */
	int64_t again_at; /* after a failure: not before */
	int failures; /* in a row */
};

struct source {
	const char *name;
	struct log log; /* the stage's; its lines name the source if there are several */
	struct page_counts counts; /* since the last line in the log */
	const struct collector_config *config;
	const struct general_config *general;
	struct service *service; /* one of the stage's */
	struct elastic el;
	struct way_peer peer;
	int64_t ways_at; /* when the names of url and connect_to are resolved next */
	const struct profile *chosen[PROFILES_MAX];
	int64_t poll_at; /* when the shards are listed next */
	int64_t looked_at; /* when they were last listed */
	bool polled; /* they were listed by this process ... */
	int64_t polls; /* ... so often */
	/* the service failed, or may have, since its last recorded success */
	bool doubtful;
	/* a request about one index failed; the next poll shows whether the engine is at fault */
	bool judge;
	struct evidence_list evidence;
	struct failing_list failing;
	/* the index that failed last, why, and how many others did since one was read */
	char broken[ELASTIC_INDEX_MAX];
	struct err broken_why;
	int broken_others;
	struct searchable_list searchable;
	struct days_state days;
	struct stories_state stories;
	int64_t survey_at; /* when the profiles are checked next */
	int64_t quiet_at; /* when silent sensors and honeypots are looked for next */
	/* when the engine last refused to report checkpoints; 0: it reports them */
	int64_t untold_at;
	bool settings_untold; /* nor the settings of indices: that was logged */
	int64_t total, successful; /* copies of shards at the last poll */
	struct err said; /* the trouble with single indices that was last logged ... */
	int64_t said_at; /* ... and when */
};

/* Adds the services of a table's sources to the stage, in the order of source_list. */
void source_add_services(struct stage *st, const struct source_row *table);
/* Fills in the source of this entry, whose service is the stage's n-th. Stores the addresses that lead to
 * it as identities. The stage outlives it. */
bool source_init(struct source *s, struct stage *st, const struct source_entry *entry,
    size_t n, struct err *e);
/* Stores the address that requests go to, and once an hour what the names of url and connect_to resolve
 * to: a home connection's address changes while the program runs. */
bool source_learn_ways(struct source *s, struct stage *st, int64_t now, struct err *e);
/* db_daily of a topic, for this source alone. */
bool source_daily(const struct source *s, struct db *db, const char *topic, int64_t now,
    bool *due, struct err *e);
void source_done(struct source *s);

#endif
