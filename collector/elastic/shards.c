/*
 * shards.c - which indices there are, how far each has grown, and what its settings mean for us.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/elastic/internal.h"
#include "common/base/buf.h"

#define DEFAULT_REFRESH_S 1
/* No index has more shards than this (the engines' own limit). */
#define SHARDS_PER_INDEX_MAX 1024
#define PATH_MAX_BYTES 512

static bool
is_safe_name(const char *name)
{
	return name != NULL && name[0] != '\0' && strlen(name) < ELASTIC_INDEX_MAX &&
	       strchr("_-+", name[0]) == NULL && strpbrk(name, "/?#%,*\\ \"<>|") == NULL;
}

static bool
add_shard(struct shard_list *list, const struct shard *shard, struct err *e)
{
	struct shard *grown = realloc(list->items, (list->count + 1) * sizeof *grown);

	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	list->items = grown;
	list->items[list->count++] = *shard;
	return true;
}

void
elastic_shards_done(struct shard_list *list)
{
	free(list->items);
	*list = (struct shard_list){ .items = NULL };
}

static bool
not_the_engine(struct err *e, const char *what)
{
	return err_outage(e, OUTAGE_DOWN, 0,
	    "elasticsearch: the answer to %s is not from a search engine; check `url`",
	    what);
}

/* ---- as the engine tells it */

/* One entry per copy: the smallest checkpoint counts, everybody has what lies below it. */
static bool
read_copies(const cJSON *copies, struct shard *out)
{
	bool any = false;

	out->checkpoint = INT64_MAX;
	out->max_seq_no = -1;
	for (const cJSON *copy = NULL; (copy = json_each(copies, "", copy));) {
		int64_t checkpoint, most;

		if (!json_int(copy, "seq_no.global_checkpoint", &checkpoint) ||
		    !json_int(copy, "seq_no.max_seq_no", &most))
			continue;
		any = true;
		if (checkpoint < out->checkpoint)
			out->checkpoint = checkpoint;
		if (most > out->max_seq_no)
			out->max_seq_no = most;
	}
	return any;
}

static bool
read_index(const cJSON *index, struct shard_list *list, struct err *e)
{
	struct shard shard = { .shard = 0 };
	const char *uuid;

	if (!is_safe_name(index->string) || !json_text(index, "uuid", &uuid) ||
	    strlen(uuid) >= sizeof shard.uuid)
		return true;
	memcpy(shard.index, index->string, strlen(index->string) + 1);
	memcpy(shard.uuid, uuid, strlen(uuid) + 1);
	for (const cJSON *i = NULL; (i = json_each(index, "shards", i));) {
		shard.shard = i->string != NULL ? strtoll(i->string, NULL, 10) : 0;
		if (read_copies(i, &shard) && !add_shard(list, &shard, e))
			return false;
	}
	return true;
}

bool
elastic_shards(struct elastic *el, struct shard_list *out, struct err *e)
{
	const struct call c = { el->index,
		"_stats/docs?level=shards&ignore_unavailable=true&filter_path=_shards,"
		"indices.*.uuid,indices.*.shards.*.seq_no",
		NULL, ELASTIC_LIST_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	*out = (struct shard_list){ .items = NULL };
	if (root == NULL) {
		/* A name without a star that does not exist is an empty list as well. */
		if (e->fault != FAULT_REJECT)
			return false;
		err_clear(e);
		return true;
	}
	if (!json_int(root, "_shards.total", &out->total) ||
	    !json_int(root, "_shards.successful", &out->successful) ||
	    !json_int(root, "_shards.failed", &out->failed))
		return not_the_engine(e, "_stats");
	for (const cJSON *i = NULL; (i = json_each(root, "indices", i));)
		if (!read_index(i, out, e))
			return false;
	return true;
}

/* ---- as a search shows it */

static const char VISIBLE_BODY[] =
    "{\"size\":0,\"track_total_hits\":false,\"aggs\":{\"i\":{"
    "\"terms\":{\"field\":\"_index\",\"size\":10000},"
    "\"aggs\":{\"m\":{\"max\":{\"field\":\"_seq_no\"}}}}}}";

static bool
read_buckets(const cJSON *root, int64_t number, struct shard_list *list, struct err *e)
{
	for (const cJSON *i = NULL; (i = json_each(root, "aggregations.i.buckets", i));) {
		struct shard shard = { .shard = number };
		const char *name;

		if (!json_text(i, "key", &name) || !is_safe_name(name) ||
		    !json_int(i, "m.value", &shard.max_seq_no))
			continue;
		shard.checkpoint = shard.max_seq_no;
		memcpy(shard.index, name, strlen(name) + 1);
		memcpy(shard.uuid, UUID_UNTOLD, sizeof UUID_UNTOLD - 1);
		memcpy(shard.uuid + sizeof UUID_UNTOLD - 1, name, strlen(name) + 1);
		if (!add_shard(list, &shard, e))
			return false;
	}
	return true;
}

static bool
is_complete(const cJSON *root, int64_t *shards, struct err *e)
{
	int64_t failed, others = 0;
	bool late;

	if (!json_int(root, "_shards.total", shards) ||
	    !json_int(root, "_shards.failed", &failed) ||
	    !json_bool(root, "timed_out", &late))
		return not_the_engine(e, "a search");
	if (failed > 0 || late)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: %lld of %lld shards failed or timed out",
		    (long long)failed, (long long)*shards);
	if (json_int(root, "aggregations.i.sum_other_doc_count", &others) && others > 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: %s matches more indices than can be listed without "
		    "the privilege `monitor`",
		    "`index`");
	return true;
}

bool
elastic_visible(struct elastic *el, struct shard_list *out, struct err *e)
{
	int64_t shards = 1;

	*out = (struct shard_list){ .items = NULL };
	for (int64_t n = 0; shards > 0 && n < SHARDS_PER_INDEX_MAX; n++) {
		auto_buf path = BUF_INIT(PATH_MAX_BYTES);

		buf_printf(&path,
		    "_search?allow_partial_search_results=false&"
		    "ignore_unavailable=true&filter_path=timed_out,_shards,"
		    "aggregations.i&preference=_shards:%lld",
		    (long long)n);
		const struct call c = { el->index, buf_text(&path), VISIBLE_BODY,
			ELASTIC_LIST_MAX };
		auto_json *root = elastic_ask(el, &c, e);

		if (root == NULL || !is_complete(root, &shards, e) ||
		    !read_buckets(root, n, out, e))
			return false;
		out->total += shards;
		out->successful += shards;
	}
	return true;
}

/* ---- settings */

/* "5s", "500ms", "1m", "-1" (never) to whole seconds, rounded up; false when it is none of these. */
static bool
parse_interval(const char *text, int64_t *seconds)
{
	static const struct {
		const char *unit;
		double seconds;
	} UNITS[] = { { "ms", 0.001 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 }, { "micros", 1e-6 }, { "nanos", 1e-9 } };
	char *end;
	double n = strtod(text, &end);

	if (end == text || !isfinite(n))
		return false;
	*seconds = -1;
	if (n < 0)
		return true;
	for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
		if (strcmp(end, UNITS[i].unit) == 0 && n * UNITS[i].seconds < 1e9) {
			*seconds = (int64_t)ceil(n * UNITS[i].seconds);
			return true;
		}
	return false;
}

static void
read_refresh(const cJSON *settings, struct index_setting *out)
{
	int64_t refresh = DEFAULT_REFRESH_S;
	const char *text;

	out->settle_s = ELASTIC_SETTLE_S;
	if (json_text(settings, "index.refresh_interval", &text) &&
	    (!parse_interval(text, &refresh) || refresh < 0))
		out->why_not =
		    "has refresh_interval -1, which keeps new documents invisible; set "
		    "it to 1s or more";
	else if (2 * refresh > ELASTIC_SETTLE_S)
		out->settle_s = 2 * refresh;
}

static int64_t
number_setting(const cJSON *settings, const char *name)
{
	const char *text;

	return json_text(settings, name, &text) ? strtoll(text, NULL, 10) : 0;
}

static bool
add_setting(struct setting_list *list, const cJSON *index, struct err *e)
{
	const cJSON *settings = json_at(index, "settings");
	struct index_setting s = { .why_not = NULL }, *grown;
	const char *text;

	if (!is_safe_name(index->string) || settings == NULL)
		return true;
	memcpy(s.index, index->string, strlen(index->string) + 1);
	read_refresh(settings, &s);
	s.shards = number_setting(settings, "index.number_of_shards");
	s.created_at = number_setting(settings, "index.creation_date") / 1000;
	if (json_text(settings, "index.disable_sequence_numbers", &text) &&
	    strcmp(text, "true") == 0)
		s.why_not =
		    "has index.disable_sequence_numbers, so its documents cannot be "
		    "read in order of arrival";
	grown = realloc(list->items, (list->count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	list->items = grown;
	list->items[list->count++] = s;
	return true;
}

bool
elastic_settings(struct elastic *el, struct setting_list *out, struct err *e)
{
	const struct call c = { el->index,
		"_settings/index.refresh_interval,index.number_of_shards,"
		"index.creation_date,index.disable_sequence_numbers?flat_settings=true&"
		"expand_wildcards=open&ignore_unavailable=true",
		NULL, SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	*out = (struct setting_list){ .items = NULL };
	if (root == NULL)
		return false;
	for (const cJSON *i = NULL; (i = json_each(root, "", i));)
		if (!add_setting(out, i, e))
			return false;
	return true;
}

void
elastic_settings_done(struct setting_list *list)
{
	free(list->items);
	*list = (struct setting_list){ .items = NULL };
}

const struct index_setting *
elastic_setting_of(const struct setting_list *list, const char *index)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].index, index) == 0)
			return &list->items[i];
	return NULL;
}
