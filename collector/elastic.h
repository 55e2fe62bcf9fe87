/*
 * elastic.h - speaks to Elasticsearch 7-9 and OpenSearch 2-3, and only reads.
 *
 * Knows no curl, no database. What answers mean stands in one table here; every fault but a vanished
 * index is an outage of the service, since no document can be at fault for a request.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_H
#define POTPRESS_ELASTIC_H

#include "collector/profile.h"
#include "common/clock.h"
#include "common/http.h"

#define ELASTIC_REPLY_MAX (8 << 20) /* decoded bytes of one page */
#define ELASTIC_LIST_MAX (4 << 20) /* of one list of shards: 10,000 indices and more */
#define ELASTIC_PAGE 500 /* documents of one page */
#define ELASTIC_INDEX_MAX 256
#define ELASTIC_UUID_MAX 64
/* a checkpoint this old (or 2 refresh intervals) can be read up to */
#define ELASTIC_SETTLE_S 10

struct elastic {
	struct http *http;
	const struct clock *clock;
	struct http_service service;
	const char *index; /* the pattern of the configuration */
};

/* One primary shard and its copies. */
struct shard {
	char index[ELASTIC_INDEX_MAX], uuid[ELASTIC_UUID_MAX];
	int64_t shard, checkpoint,
	    max_seq_no; /* checkpoint: the smallest of the copies */
};

struct shard_list {
	struct shard *items;
	size_t count;
	int64_t total, successful, failed; /* of the shards' copies that were asked */
};

void elastic_init(struct elastic *el, struct http *http, const struct clock *clock,
    const struct collector_config *config);

/* The shards of all indices the pattern matches, one small request. While the engine starts, some or
 * all are missing (successful < total). */
bool elastic_shards(struct elastic *el, struct shard_list *out, struct err *e);
void shard_list_done(struct shard_list *list);
/* *red: a primary shard is missing, so what is listed is not all there is. */
bool elastic_is_red(struct elastic *el, bool *red, struct err *e);

/* How long a checkpoint must rest before everything below it can be found: max(10 s, 2 refresh
 * intervals) over all indices. never[] names an index that is never refreshed, "" none. */
bool elastic_settle_time(
    struct elastic *el, int64_t *seconds, char never[ELASTIC_INDEX_MAX], struct err *e);

struct page_request {
	const char *index;
	int64_t shard;
	int64_t after, up_to; /* _seq_no: after < n <= up_to */
	int64_t start_at,
	    start_until; /* up to start_until only documents from start_at on */
	int size;
	bool ids_only; /* without the documents */
};
/* One page of hits, in order of arrival, whole or not at all. *too_large: the answer passed the limit.
 * FAULT_REJECT: the index was closed or deleted. The caller releases the reply. */
bool elastic_page(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, struct http_reply *reply, bool *too_large,
    struct err *e);

/* How many documents the pattern holds, and how many of them the profiles select; for --check. */
bool elastic_count(struct elastic *el, const struct profile *const *chosen,
    int64_t *documents, int64_t *selected, struct err *e);

/* One search for totals (`aggregations`; no hits come back) over `index`: names with commas between;
 * those that are not there are left out. The caller owns the answer. It may lack shards, which
 * `_shards.failed` counts. FAULT_REJECT: the engine will never answer this search. */
cJSON *elastic_search(
    struct elastic *el, const char *index, const char *body, struct err *e);

#endif
