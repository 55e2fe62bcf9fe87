/*
 * check.c - --check of the collector: is the engine reachable, may we read, are there documents for us?
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"
#include "collector/elastic/health.h"
#include "collector/survey.h"
#include "common/outgoing/ways.h"

static bool
is_forbidden(const struct err *e)
{
	return e->fault == FAULT_OUTAGE && e->outage == OUTAGE_CREDENTIALS;
}

/* An account that may only search is enough; the list of shards reports one that may not. */
static void
check_extra_fault(struct check *c, const struct err *e)
{
	if (!is_forbidden(e))
		check_fault(c, e);
}

static void
check_settings(struct check *c, struct elastic *el)
{
	struct setting_list settings;
	struct err e = ERR_NONE;
	bool untold;

	if (!elastic_settings(el, &settings, &untold, &e) && !untold)
		check_fault(c, &e);
	for (size_t i = 0; i < settings.count; i++)
		if (settings.items[i].why_not != NULL)
			check_problem(c, "elasticsearch: index %s %s",
			    settings.items[i].index, settings.items[i].why_not);
	elastic_settings_done(&settings);
}

static void
put_selectors(struct buf *out, const struct profile *const *chosen)
{
	for (const struct profile *const *p = chosen; *p != NULL; p++)
		buf_printf(out, "%s%s: %s", p == chosen ? "" : ", ", (*p)->name,
		    (*p)->select[0].field);
}

static void
check_documents(struct check *c, struct elastic *el, const struct profile *const *chosen,
    bool searchable)
{
	auto_buf selectors = BUF_CUT(4096);
	struct err e = ERR_NONE;
	int64_t documents = 0, selected = 0;

	if (!elastic_count(el, chosen, &documents, &selected, &e)) {
		check_fault(c, &e);
		return;
	}
	put_selectors(&selectors, chosen);
	if (documents == 0)
		check_problem(c,
		    "elasticsearch: the indices of %s contain no documents yet; check "
		    "that the honeypots and T-Pot's Logstash are running",
		    el->index);
	else if (selected == 0 && searchable)
		check_problem(c,
		    "elasticsearch: %lld documents match %s, but none has a field that "
		    "the configured profiles look for; check that these honeypots are "
		    "running (%s) and that `index` names T-Pot's indices",
		    (long long)documents, el->index, buf_text(&selectors));
}

/* A quiet honeypot is not a problem; fields with other names are, but look the same. */
static void
check_profiles(struct check *c, struct elastic *el, const struct profile *const *chosen)
{
	struct survey all[PROFILES_MAX];
	struct err e = ERR_NONE;

	if (!survey_profiles(el, chosen, all, &e)) {
		check_fault(c, &e);
		return;
	}
	for (const struct survey *s = all; s->profile != NULL; s++) {
		auto_buf sentence = BUF_CUT(SURVEY_SENTENCE_MAX);

		if (survey_is_silent(s, &sentence))
			check_note(c, "elasticsearch: %s", buf_text(&sentence));
	}
}

/* As the collector does: by the engine's own numbers, else by searches. */
static bool
look_for_shards(struct elastic *el, struct shard_list *shards, struct err *e)
{
	struct err ignored = ERR_NONE;
	bool untold;

	if (elastic_shards(el, shards, &untold, e))
		return true;
	if (!untold)
		return false;
	elastic_shards_done(shards);
	return elastic_visible(el, shards, &ignored);
}

/* False when there are no indices to check. */
static bool
check_shards(struct check *c, struct elastic *el, struct shard_list *shards)
{
	struct err e = ERR_NONE;
	bool some = true;

	if (!look_for_shards(el, shards, &e)) {
		check_fault(c, &e);
	} else if (shards->total == 0) {
		some = false;
		check_problem(c,
		    "elasticsearch: no index matches %s; T-Pot's are named "
		    "logstash-YYYY.MM.DD, see `index`",
		    el->index);
	} else if (shards->successful == 0) {
		some = false;
		check_problem(c,
		    "elasticsearch: it is starting and no shard answers yet; try again "
		    "in a minute");
	}
	return some;
}

static void
check_health(struct check *c, struct elastic *el)
{
	struct err e = ERR_NONE;
	bool red = false;

	if (!elastic_red(el, &red, &e))
		check_extra_fault(c, &e);
	else if (red)
		check_problem(c,
		    "elasticsearch: the cluster is red: a primary shard is missing, "
		    "and documents with it; check the engine's log, disk and memory, "
		    "and _cluster/allocation/explain");
}

static void
check_blocks(struct check *c, struct elastic *el)
{
	struct blocked blocked;
	struct err e = ERR_NONE;

	if (!elastic_blocked(el, &blocked, &e)) {
		check_extra_fault(c, &e);
		return;
	}
	if (blocked.count > 0)
		check_problem(c,
		    "elasticsearch: %lld of the indices of %s are read-only, %s among "
		    "them, most likely because the engine's disk is nearly full (flood "
		    "stage): new captures are not stored; free disk space there, or "
		    "lift index.blocks.read_only_allow_delete",
		    (long long)blocked.count, el->index, blocked.index);
	if (blocked.cluster)
		check_problem(c,
		    "elasticsearch: the whole cluster is read-only: new captures are "
		    "not stored; lift cluster.blocks.read_only there");
}

/* A web server before the engine sends its time with each answer; the engine has to be asked. */
static void
check_time(struct check *c, struct elastic *el)
{
	struct err ignored = ERR_NONE;
	int64_t there = http_newest_date(el->http), engine = 0;

	check_clock(c, "elasticsearch", there, el->clock);
	if (there == 0 && elastic_clock(el, &engine, &ignored))
		check_clock(c, "elasticsearch", engine, el->clock);
}

/* Neither is published, so this is not a problem. */
static void
check_addresses(struct stage *st, struct check *c, const char *where, const char *key)
{
	char ours[IP_TEXT_MAX], told[IP_TEXT_MAX];
	struct err e = ERR_NONE;

	if (db_is_open(&st->db) && ways_differ(&st->db, where, ours, told, &e) &&
	    told[0] != '\0')
		check_note(c,
		    "T-Pot reports %s as its external address, but `%s` resolves to "
		    "%s; neither is published",
		    told, key, ours);
}

static void
check_source(struct stage *st, struct check *c, const struct collector_config *config)
{
	const struct profile *chosen[PROFILES_MAX];
	struct shard_list shards;
	struct elastic el;
	bool some;

	elastic_init(&el, st->http, &st->clock, config);
	profile_choose(&config->profiles, chosen);
	if (!check_reach(c, st->http, &el.service) || config->service.secret_missing)
		return;
	some = check_shards(c, &el, &shards);
	check_health(c, &el);
	if (some) {
		check_blocks(c, &el);
		check_settings(c, &el);
	}
	check_time(c, &el);
	check_addresses(st, c, config->service.url, "url");
	check_addresses(st, c, config->service.connect_to, "connect_to");
	if (some) {
		check_documents(c, &el, chosen, hidden_check(c, &el, chosen, &shards));
		check_profiles(c, &el, chosen);
	}
	elastic_shards_done(&shards);
}

void
collector_check(struct stage *st, const struct source_row *table, struct check *c)
{
	struct source_entry entries[SOURCES_MAX];
	size_t count = source_list(&st->config, table, entries);

	for (size_t n = 0; n < count; n++) {
		c->about = count > 1 ? entries[n].name : NULL;
		check_source(st, c, entries[n].config);
	}
	c->about = NULL;
}
