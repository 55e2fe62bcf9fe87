/*
 * shards.c - which indices there are, and how far each has grown.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/elastic/internal.h"
#include "common/base/buf.h"

/* No index has more shards than this (the engines' own limit). */
#define SHARDS_PER_INDEX_MAX 1024
#define PATH_MAX_BYTES 512

/* What the engines themselves allow; a percent sign is escaped in the path. */
bool
elastic_is_safe_name(const char *name)
{
	return name != NULL && name[0] != '\0' && strlen(name) < ELASTIC_INDEX_MAX &&
	       strchr("_-+", name[0]) == NULL && strpbrk(name, "/?#,*\\ \"<>|") == NULL;
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

int
elastic_order(
    const char *index, int64_t shard, const char *other_index, int64_t other_shard)
{
	int order = strcmp(index, other_index);

	return order != 0 ? order : (shard > other_shard) - (shard < other_shard);
}

static int
by_name(const void *a, const void *b)
{
	const struct shard *one = a, *other = b;

	return elastic_order(one->index, one->shard, other->index, other->shard);
}

static bool
is_same_index(const struct shard_list *list, size_t one, size_t other)
{
	return other < list->count &&
	       strcmp(list->items[one].index, list->items[other].index) == 0;
}

static void
sort(struct shard_list *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof *list->items, by_name);
	for (size_t i = 0; i < list->count; i++)
		list->items[i].only =
		    !is_same_index(list, i, i + 1) && !is_same_index(list, i, i - 1);
}

/* ---- as the engine reports it */

/* FNV-1a; it only has to be equal for equal names. */
static uint64_t
number_of(const char *name)
{
	uint64_t n = UINT64_C(14695981039346656037);

	for (; *name != '\0'; name++)
		n = (n ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return n;
}

static void
add_copy(const cJSON *copy, struct shard *out, bool *told)
{
	struct shard_copy *c = &out->copies[out->copy_count];
	const char *node;

	*told = *told && out->copy_count < ELASTIC_COPIES_MAX &&
		json_text(copy, "routing.node", &node) &&
		json_int(copy, "refresh.external_total", &c->refreshes);
	if (!*told)
		return;
	c->node = number_of(node);
	out->copy_count++;
}

/* One entry per copy: the smallest checkpoint counts, because all copies have what is below it. */
static bool
read_copies(const cJSON *copies, struct shard *out)
{
	bool any = false, told = true;

	out->checkpoint = INT64_MAX;
	out->max_seq_no = -1;
	out->copy_count = 0;
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
		add_copy(copy, out, &told);
	}
	if (!told)
		out->copy_count = 0;
	return any;
}

struct listing {
	struct shard_list *list;
	struct err *e;
};

/* One index; its tree is small however many there are. */
static bool
read_index(void *ctx, const char *name, size_t name_len, const char *value, size_t len)
{
	struct listing *l = ctx;
	struct shard shard = { .shard = 0 };
	const char *uuid;
	auto_json *index = json_parse(value, len, l->e);

	if (index == NULL)
		return false;
	if (name_len >= sizeof shard.index || !json_text(index, "uuid", &uuid) ||
	    strlen(uuid) >= sizeof shard.uuid)
		return true;
	memcpy(shard.index, name, name_len);
	memcpy(shard.uuid, uuid, strlen(uuid) + 1);
	if (!elastic_is_safe_name(shard.index))
		return true;
	for (const cJSON *i = NULL; (i = json_each(index, "shards", i));) {
		shard.shard = i->string != NULL ? strtoll(i->string, NULL, 10) : 0;
		if (read_copies(i, &shard) && !add_shard(l->list, &shard, l->e))
			return false;
	}
	return true;
}

static bool
read_totals(const struct http_reply *reply, struct shard_list *out, struct err *e)
{
	const char *raw;
	size_t len;

	if (!json_raw(buf_text(&reply->body), reply->body.len, "_shards", &raw, &len, e))
		return false;
	auto_json *totals = raw != NULL ? json_parse(raw, len, e) : NULL;

	return json_int(totals, "total", &out->total) &&
	       json_int(totals, "successful", &out->successful) &&
	       json_int(totals, "failed", &out->failed);
}

/* Serverless Elasticsearch answers 410, others that there is no such path or method. */
bool
elastic_is_untold(const struct http_reply *reply, const struct err *e)
{
	static const long UNTOLD[] = { 400, 404, 405, 410, 501 };

	if (e->fault == FAULT_OUTAGE && e->outage == OUTAGE_CREDENTIALS)
		return true;
	for (size_t i = 0; i < sizeof UNTOLD / sizeof UNTOLD[0]; i++)
		if (reply->status == UNTOLD[i])
			return true;
	return false;
}

static bool
read_shards(const struct http_reply *reply, struct shard_list *out, struct err *e)
{
	struct listing l = { out, e };
	struct err why = ERR_NONE;

	if (!read_totals(reply, out, &why) ||
	    !json_members(
		buf_text(&reply->body), reply->body.len, "indices", read_index, &l, &why))
		return elastic_not_the_engine(e, "_stats");
	sort(out);
	return e->fault == FAULT_NONE;
}

bool
elastic_shards(struct elastic *el, struct shard_list *out, bool *untold, struct err *e)
{
	const struct call c = { el->index,
		"_stats/docs,refresh?level=shards&ignore_unavailable=true&filter_path="
		"_shards,indices.*.uuid,indices.*.shards.*.seq_no,"
		"indices.*.shards.*.routing.node,"
		"indices.*.shards.*.refresh.external_total",
		NULL, ELASTIC_LIST_MAX };
	auto_reply reply = { .status = 0 };

	*out = (struct shard_list){ .items = NULL };
	*untold = false;
	if (elastic_perform(el, &c, &reply, e))
		return read_shards(&reply, out, e);
	/* A name without a star that does not exist is an empty list as well. */
	if (e->fault == FAULT_REJECT) {
		err_clear(e);
		return true;
	}
	*untold = elastic_is_untold(&reply, e);
	return false;
}

/* ---- by a search */

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

		if (!json_text(i, "key", &name) || !elastic_is_safe_name(name) ||
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
		return elastic_not_the_engine(e, "a search");
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
	sort(out);
	return true;
}
