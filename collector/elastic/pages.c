/*
 * pages.c - documents of one shard in the order of their arrival, and what is asked about them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/elastic/internal.h"
#include "common/base/time.h"

#define PATH_MAX_BYTES 512
#define BODY_MAX (64 << 10)
/* Asks the same copy each time, if the engine allows it: only Elasticsearch from 8 on accepts a shard
 * as well. */
#define SAME_COPY "potpress"
#define PREFERENCE_MAX 64

/* Times are sent in this format, whichever one the index expects in documents. */
#define ISO "'format':'strict_date_optional_time'"

/* Documents that existed at the first poll are read from start_at on, by their own time. */
static void
put_start(struct json_writer *w, const struct page_request *p)
{
	char start[TIME_TEXT_MAX];

	time_format_iso(p->start_at, start);
	json_write(w,
	    "'must_not':[{'bool':{'filter':[{'range':{'_seq_no':{'lte':%lld}}},"
	    "{'range':{'@timestamp':{'lt':%s," ISO "}}}]}}]",
	    (long long)p->start_until, start);
}

/* Only documents of this time, by their own. */
static void
put_range(struct json_writer *w, const struct page_request *p)
{
	char since[TIME_TEXT_MAX], until[TIME_TEXT_MAX];

	time_format_iso(p->since_at, since);
	time_format_iso(p->until_at, until);
	json_write(
	    w, "{'range':{'@timestamp':{'gte':%s,'lt':%s," ISO "}}}", since, until);
}

static void
put_query(struct json_writer *w, const struct page_request *p,
    const struct profile *const *chosen)
{
	json_write(w,
	    "'query':{'bool':{'filter':[{'range':{'_seq_no':{'gt':%lld,'lte':%lld}}}",
	    (long long)p->after, (long long)p->up_to);
	profile_put_query(w, chosen);
	if (p->id != NULL)
		json_write(w, "{'ids':{'values':[%s]}}", p->id);
	if (p->until_at != 0)
		put_range(w, p);
	json_write(w, "]");
	if (p->after < p->start_until)
		put_start(w, p);
	json_write(w, "}}");
}

static char *
page_body(
    const struct page_request *p, const struct profile *const *chosen, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	json_write(&w,
	    "{'size':%lld,'track_total_hits':false,'seq_no_primary_term':true,"
	    "'sort':[{'_seq_no':{'order':'asc'}}]",
	    (long long)p->size);
	put_query(&w, p, chosen);
	if (p->ids_only)
		json_write(&w, "'_source':false");
	else
		profile_put_source(&w, chosen);
	json_write(&w, "}");
	return json_written(&w, e);
}

/* A page counts only if the one shard answered completely and in time. */
static bool
is_whole(const struct http_reply *reply, struct err *e)
{
	const char *text = buf_text(&reply->body), *raw;
	size_t len;
	int64_t total = 0, failed = -1;

	if (!json_raw(text, reply->body.len, "timed_out", &raw, &len, e))
		return false;
	if (raw == NULL || len != 5 || memcmp(raw, "false", 5) != 0)
		return err_set(e, FAULT_RETRY, "it timed out");
	if (!json_raw(text, reply->body.len, "_shards", &raw, &len, e))
		return false;
	auto_json *shards = raw != NULL ? json_parse(raw, len, e) : NULL;

	if (shards == NULL || !json_int(shards, "total", &total) ||
	    !json_int(shards, "failed", &failed) || total != 1 || failed != 0)
		return err_set(e, FAULT_RETRY,
		    "%lld shards answered and %lld failed, where one was "
		    "asked",
		    (long long)total, (long long)failed);
	return true;
}

/* One search of one shard for a part of each hit (or of all), complete or not at all. */
static bool
search(struct elastic *el, const char *index, int64_t shard, const char *part,
    const char *body, struct http_reply *reply, struct err *e)
{
	char path[PATH_MAX_BYTES], preference[PREFERENCE_MAX] = SAME_COPY;
	struct err broken = ERR_NONE;

	if (shard != ELASTIC_ONLY_SHARD)
		BUF_FIXED(preference, "_shards:%lld", (long long)shard);
	BUF_FIXED(path,
	    "_search?allow_partial_search_results=false&filter_path=timed_out,"
	    "_shards.total,_shards.failed,hits.hits._id,hits.hits._seq_no,%s&"
	    "preference=%s",
	    part, preference);
	const struct call c = { index, path, body, ELASTIC_REPLY_MAX };

	if (!elastic_perform(el, &c, reply, e))
		return false;
	if (is_whole(reply, &broken))
		return true;
	return err_outage(e, OUTAGE_DOWN, 0,
	    "elasticsearch: a page of %s is incomplete: %s", index, broken.text);
}

bool
elastic_page(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, struct http_reply *reply, bool *too_large,
    struct err *e)
{
	auto_free char *body = page_body(p, chosen, e);
	bool ok = false;

	if (body != NULL)
		ok = search(el, p->index, p->shard, "hits.hits._source", body, reply, e);
	*too_large = !ok && (reply->too_large || elastic_is_small_window(reply));
	if (!ok && !p->ids_only && elastic_keeps_no_source(reply)) {
		struct page_request ids = *p;

		ids.ids_only = true;
		err_clear(e);
		http_reply_done(reply);
		return elastic_page(el, &ids, chosen, reply, too_large, e);
	}
	return ok;
}

/* ---- questions about a shard */

/* A small answer about one shard as a tree, which the caller owns. */
static cJSON *
ask_shard(
    struct elastic *el, const char *index, int64_t shard, const char *body, struct err *e)
{
	auto_reply reply = { .status = 0 };

	if (body == NULL ||
	    !search(el, index, shard, "hits.total,aggregations.last", body, &reply, e))
		return NULL;
	return elastic_tree(&reply, e);
}

bool
elastic_highest(struct elastic *el, const struct shard *s, int64_t *number, struct err *e)
{
	static const char BODY[] =
	    "{\"size\":1,\"track_total_hits\":false,\"seq_no_primary_term\":true,"
	    "\"sort\":[{\"_seq_no\":{\"order\":\"desc\"}}],\"_source\":false}";
	auto_json *root =
	    ask_shard(el, s->index, s->only ? ELASTIC_ONLY_SHARD : s->shard, BODY, e);

	if (root == NULL)
		return false;
	*number = -1;
	json_int(json_each(root, "hits.hits", NULL), "_seq_no", number);
	return true;
}

/* The last document, and whether the one that was read last has the same number: a shrunk index has one
 * from each of its old shards. */
static char *
audit_body(const struct page_request *p, const struct profile *const *chosen,
    const char *last_id, int64_t last_number, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	json_write(&w,
	    "{'size':1,'track_total_hits':true,'seq_no_primary_term':true,"
	    "'sort':[{'_seq_no':{'order':'desc'}}],'_source':false");
	put_query(&w, p, chosen);
	json_write(&w,
	    "'aggs':{'last':{'filter':{'bool':{'filter':[{'term':{'_seq_no':%lld}},"
	    "{'ids':{'values':[",
	    (long long)last_number);
	if (last_id[0] != '\0')
		json_write(&w, "%s", last_id);
	json_write(&w, "]}}]}}}}}");
	return json_written(&w, e);
}

static bool
read_last(struct audit *out, const cJSON *root, const char *last_id, int64_t last_number)
{
	const cJSON *hit = json_each(root, "hits.hits", NULL);
	int64_t there = 0;
	const char *id;

	if (!json_int(hit, "_seq_no", &out->last_number) || !json_text(hit, "_id", &id))
		return false;
	json_int(root, "aggregations.last.doc_count", &there);
	if (there > 0 && last_number == out->last_number)
		id = last_id;
	if (strlen(id) >= sizeof out->last_id)
		return false;
	BUF_FIXED(out->last_id, "%s", id);
	return true;
}

bool
elastic_audit(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, const char *last_id, int64_t last_number,
    struct audit *out, struct err *e)
{
	auto_free char *body = audit_body(p, chosen, last_id, last_number, e);
	auto_json *root = ask_shard(el, p->index, p->shard, body, e);

	*out = (struct audit){ .last_number = -1 };
	if (root == NULL)
		return false;
	/* Without a single hit the engine leaves the total out. */
	if (json_each(root, "hits.hits", NULL) == NULL)
		return true;
	if (!json_int(root, "hits.total.value", &out->documents) ||
	    !read_last(out, root, last_id, last_number))
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: a search of %s reports no total, or no last document",
		    p->index);
	return true;
}
