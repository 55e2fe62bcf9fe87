/*
 * check.c - --check of the collector: is the engine there, may we read, is there anything for us?
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "collector/collector.h"

#define DIAGNOSIS_MAX 8192

static int
say(const char *text)
{
	printf("%s\n", text);
	return 1;
}

static int
check_settings(struct elastic *el)
{
	char never[ELASTIC_INDEX_MAX];
	struct err e = ERR_NONE;
	int64_t seconds;

	if (!elastic_settle_time(el, &seconds, never, &e))
		return say(e.text);
	if (never[0] == '\0')
		return 0;
	printf(
	    "elasticsearch: index %s has refresh_interval -1: its new documents stay "
	    "invisible and "
	    "would be missed; set it to 1s or more\n",
	    never);
	return 1;
}

static int
check_documents(struct elastic *el, const struct profile *const *chosen)
{
	struct err e = ERR_NONE;
	int64_t documents = 0, selected = 0;

	if (!elastic_count(el, chosen, &documents, &selected, &e))
		return say(e.text);
	if (selected > 0)
		return 0;
	if (documents == 0) {
		printf("elasticsearch: the indices of %s hold no documents yet\n",
		    el->index);
		return 1;
	}
	printf(
	    "elasticsearch: %lld documents match %s, and none of them has a field that "
	    "the "
	    "configured profiles look for: do these honeypots run (",
	    (long long)documents, el->index);
	for (const struct profile *const *p = chosen; *p != NULL; p++)
		printf("%s%s: %s", p == chosen ? "" : ", ", (*p)->name,
		    (*p)->select[0].field);
	printf("), and does `index` name T-Pot's indices?\n");
	return 1;
}

static int
check_shards(struct elastic *el)
{
	struct shard_list shards;
	struct err e = ERR_NONE;
	int problems = 0;

	if (!elastic_shards(el, &shards, &e)) {
		problems = say(e.text);
	} else if (shards.total == 0) {
		printf(
		    "elasticsearch: no index matches %s: T-Pot's are named "
		    "logstash-YYYY.MM.DD\n",
		    el->index);
		problems = 1;
	} else if (shards.successful == 0) {
		problems =
		    say("elasticsearch: it is starting: no shard answers yet; try again "
			"in a minute");
	}
	shard_list_done(&shards);
	return problems;
}

int
collector_check(struct stage *st)
{
	const struct profile *chosen[PROFILES_MAX];
	auto_buf why = BUF_INIT(DIAGNOSIS_MAX);
	struct elastic el;

	elastic_init(&el, st->http, &st->clock, &st->config.collector);
	profile_choose(&st->config.collector.profiles, chosen);
	http_diagnose(st->http, &el.service, &why);
	if (why.len > 0) {
		printf("elasticsearch: %s\n", buf_text(&why));
		return 1;
	}
	if (check_shards(&el) > 0)
		return 1;
	return check_settings(&el) + check_documents(&el, chosen);
}
