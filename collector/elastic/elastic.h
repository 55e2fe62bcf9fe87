/*
 * elastic.h - speaks to Elasticsearch 7-9 and OpenSearch 2-3, and only reads.
 *
 * Knows neither curl nor the database. One table says what answers mean; every fault but a vanished
 * index is an outage of the service, since no document can be at fault for a request.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_H
#define POTPRESS_ELASTIC_H

#include "collector/documents/profile.h"
#include "common/base/clock.h"
#include "common/net/http.h"

#define ELASTIC_REPLY_MAX (8 << 20) /* decoded bytes of one page */
#define ELASTIC_LIST_MAX \
	(32 << 20) /* of one list of shards: 10,000 indices with a copy, and more */
#define ELASTIC_PAGE 500 /* documents of one page */
#define ELASTIC_INDEX_MAX 256
#define ELASTIC_ID_MAX 600
#define ELASTIC_UUID_MAX (ELASTIC_INDEX_MAX + 8)
/* Prefix of the uuid of an index whose real uuid is not reported; the index name follows. */
#define UUID_UNTOLD "name:"
/* a checkpoint is not looked at again sooner than after this, or 2 refresh intervals */
#define ELASTIC_SETTLE_S 10
/* In place of a shard's number: the only one of its index. */
#define ELASTIC_ONLY_SHARD (-1)
/* For a shard with more copies than this, refreshes are unknown. */
#define ELASTIC_COPIES_MAX 8

struct elastic {
	struct http *http;
	const struct clock *clock;
	struct http_service service;
	const char *index; /* the pattern of the configuration */
};

/* One copy of a shard: a number made of the name of its node, and how often it was refreshed for searches. */
struct shard_copy {
	uint64_t node;
	int64_t refreshes;
};

/* One primary shard and its copies. */
struct shard {
	char index[ELASTIC_INDEX_MAX], uuid[ELASTIC_UUID_MAX];
	int64_t shard, checkpoint,
	    max_seq_no; /* checkpoint: the smallest of the copies */
	struct shard_copy copies[ELASTIC_COPIES_MAX];
	int copy_count; /* 0: their refreshes are unknown */
	bool only; /* the only one of its index that is listed */
};

struct shard_list {
	struct shard *items;
	size_t count;
	int64_t total, successful, failed; /* of the shards' copies that were asked */
};

void elastic_init(struct elastic *el, struct http *http, const struct clock *clock,
    const struct collector_config *config);

/* The shards of all indices the pattern matches, one small request. While the engine starts, some or
 * all are missing (successful < total). *untold: this engine, or a proxy before it, does not report
 * this to this user, but a search may. */
bool elastic_shards(
    struct elastic *el, struct shard_list *out, bool *untold, struct err *e);
/* The same by searches: checkpoint and max_seq_no are the highest number that is visible, and uuids are
 * untold. */
bool elastic_visible(struct elastic *el, struct shard_list *out, struct err *e);
/* The highest number that a search of this shard finds, on the copy that answers its pages; -1: none. */
bool elastic_highest(
    struct elastic *el, const struct shard *s, int64_t *number, struct err *e);
/* The order in which shards and settings are listed: by index, then by shard. Below 0, 0 or above. */
int elastic_order(
    const char *index, int64_t shard, const char *other_index, int64_t other_shard);
void elastic_shards_done(struct shard_list *list);

/* What the settings of one index mean for reading it. */
struct index_setting {
	char index[ELASTIC_INDEX_MAX];
	/* how long a checkpoint must rest before everything below it can be found:
	 * max(10 s, 2 refresh intervals) */
	int64_t settle_s;
	/* the number of shards; as many must answer before the index is complete */
	int64_t shards;
	int64_t created_at; /* unix seconds, by the engine's clock */
	bool made_from_another; /* by shrinking, splitting or cloning */
	const char *why_not; /* why it cannot be read, with the fix; NULL: it can */
};
struct setting_list {
	struct index_setting *items;
	size_t count;
};
/* *untold: as of elastic_shards; then the list is empty. */
bool elastic_settings(
    struct elastic *el, struct setting_list *out, bool *untold, struct err *e);
void elastic_settings_done(struct setting_list *list);
/* NULL if the list does not contain this index. */
const struct index_setting *elastic_setting_of(
    const struct setting_list *list, const char *index);

struct page_request {
	const char *index;
	int64_t shard; /* its number, or ELASTIC_ONLY_SHARD */
	int64_t after, up_to; /* _seq_no: after < n <= up_to */
	int64_t start_at,
	    start_until; /* up to start_until only documents from start_at on */
	int64_t since_at, until_at; /* since <= @timestamp < until; until 0: all times */
	const char *id; /* only this document; NULL: all */
	int size;
	bool ids_only; /* without the documents */
};
/* One page of hits, in order of arrival, whole or not at all; without the documents where the index keeps
 * none. *too_large: the answer passed our limit, or the size that of the index.
 * FAULT_REJECT: the index was closed or deleted. The caller releases the reply. */
bool elastic_page(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, struct http_reply *reply, bool *too_large,
    struct err *e);

/* For an audit: the documents up to up_to that pages would have returned, and the last of them: the one
 * with last_id and last_number, if it is among several with the highest number. One small request. Faults
 * as for a page. */
struct audit {
	int64_t documents;
	int64_t last_number; /* -1: none */
	char last_id[ELASTIC_ID_MAX]; /* "": none */
};
bool elastic_audit(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, const char *last_id, int64_t last_number,
    struct audit *out, struct err *e);

/* How many documents the pattern holds, and how many of them the profiles select; for --check. */
bool elastic_count(struct elastic *el, const struct profile *const *chosen,
    int64_t *documents, int64_t *selected, struct err *e);

/* One search for totals (`aggregations`; no hits come back) over `index`: names separated by commas;
 * missing indices are skipped. The caller owns the answer. It may lack shards, which `_shards.failed`
 * counts. FAULT_REJECT: the engine will never answer this search. */
cJSON *elastic_search(
    struct elastic *el, const char *index, const char *body, struct err *e);

#endif
