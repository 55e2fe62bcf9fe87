/*
 * elastic.c - see elastic.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/elastic.h"

#include <string.h>

#include "collector/elastic/internal.h"
#include "collector/elastic/status.h"
#include "common/base/time.h"

#define URL_MAX 4096

void
elastic_init(struct elastic *el, struct http *http, const struct clock *clock,
    const struct collector_config *config)
{
	*el = (struct elastic){ .http = http,
		.clock = clock,
		.index = config->index,
		.service = { .name = "elasticsearch",
		    .config = &config->service,
		    .user = config->service.user } };
	if (secret_is_set(&config->api_key)) {
		el->service.user = NULL;
		el->service.key_header = "Authorization";
		el->service.key_prefix = "ApiKey ";
		el->service.key = &config->api_key;
	}
}

/* ---- requests */

/* Index names and patterns keep their commas and stars: both are plain in a path. The blanks that people
 * write behind commas go: the engine would look for a name with a blank, and say nothing. */
static void
put_index(struct buf *url, const char *index)
{
	for (const char *p = index; *p != '\0'; p++) {
		char one[2] = { *p, '\0' };

		if (*p == ' ' || *p == '\t')
			continue;
		if (strchr("*,-_.+~", *p) != NULL)
			buf_putc(url, *p);
		else
			http_escape(url, one);
	}
}

static void
put_url(const struct elastic *el, const struct call *c, struct buf *url)
{
	const char *base = el->service.config->url;
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	buf_put(url, base, len);
	buf_putc(url, '/');
	if (c->index != NULL) {
		put_index(url, c->index);
		buf_putc(url, '/');
	}
	buf_puts(url, c->path);
}

static bool
perform(struct elastic *el, const struct call *c, struct http_reply *reply, struct err *e)
{
	auto_buf url = BUF_INIT(URL_MAX);
	struct err transport = ERR_NONE;

	put_url(el, c, &url);
	if (!buf_ok(&url))
		return err_set(
		    e, FAULT_CONFIG, "`index` and `url` together are too long");
	struct http_request r = { .service = &el->service,
		.method = c->body != NULL ? "POST" : "GET",
		.url = buf_text(&url),
		.body = c->body,
		.body_len = c->body != NULL ? strlen(c->body) : 0,
		.headers = { "Accept: application/json",
		    c->body != NULL ? "Content-Type: application/json" : NULL },
		.reply_max = c->reply_max };

	http_perform(el->http, &r, reply, &transport);
	return elastic_status(reply, &transport, clock_now(el->clock), e);
}

cJSON *
elastic_ask(struct elastic *el, const struct call *c, struct err *e)
{
	auto_reply reply = { .status = 0 };
	cJSON *root;

	if (!perform(el, c, &reply, e))
		return NULL;
	root = json_parse(buf_text(&reply.body), reply.body.len, e);
	if (root == NULL) {
		e->fault = FAULT_OUTAGE;
		e->outage = OUTAGE_DOWN;
		err_prefix(e, "elasticsearch");
	}
	return root;
}

/* ---- pages */

#define BODY_MAX (64 << 10)

/* What was there at the first poll is taken from start_at on, by its own time. */
static void
put_start(struct json_writer *w, const struct page_request *p)
{
	char start[TIME_TEXT_MAX];

	time_format_iso(p->start_at, start);
	json_write(w,
	    "'must_not':[{'bool':{'filter':[{'range':{'_seq_no':{'lte':%lld}}},"
	    "{'range':{'@timestamp':{'lt':%s}}}]}}]",
	    (long long)p->start_until, start);
}

/* Only documents of this time, by their own. */
static void
put_range(struct json_writer *w, const struct page_request *p)
{
	char since[TIME_TEXT_MAX], until[TIME_TEXT_MAX];

	time_format_iso(p->since_at, since);
	time_format_iso(p->until_at, until);
	json_write(w, "{'range':{'@timestamp':{'gte':%s,'lt':%s}}}", since, until);
}

static void
put_query(struct json_writer *w, const struct page_request *p,
    const struct profile *const *chosen)
{
	json_write(w,
	    "'query':{'bool':{'filter':[{'range':{'_seq_no':{'gt':%lld,'lte':%lld}}}",
	    (long long)p->after, (long long)p->up_to);
	profile_put_query(w, chosen);
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

/* A page counts only if the one shard answered, in time and whole. */
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

bool
elastic_page(struct elastic *el, const struct page_request *p,
    const struct profile *const *chosen, struct http_reply *reply, bool *too_large,
    struct err *e)
{
	auto_free char *body = page_body(p, chosen, e);
	auto_buf path = BUF_INIT(URL_MAX);
	struct err broken = ERR_NONE;

	*too_large = false;
	buf_puts(&path,
	    "_search?allow_partial_search_results=false&filter_path=timed_out,"
	    "_shards.total,_shards.failed,hits.hits._id,hits.hits._seq_no,hits.hits._"
	    "source");
	buf_printf(&path, "&preference=_shards:%lld", (long long)p->shard);
	if (body == NULL)
		return false;
	const struct call c = { p->index, buf_text(&path), body, ELASTIC_REPLY_MAX };

	if (!perform(el, &c, reply, e)) {
		*too_large = reply->too_large;
		return false;
	}
	if (is_whole(reply, &broken))
		return true;
	return err_outage(e, OUTAGE_DOWN, 0,
	    "elasticsearch: a page of %s is incomplete: %s", p->index, broken.text);
}

/* ---- counting, for --check */

static bool
count(struct elastic *el, const char *body, int64_t *n, struct err *e)
{
	const struct call c = { el->index, "_count?filter_path=count", body,
		SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	if (root == NULL)
		return false;
	if (!json_int(root, "count", n))
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: the answer to _count is not from a search engine; "
		    "check `url`");
	return true;
}

bool
elastic_count(struct elastic *el, const struct profile *const *chosen, int64_t *documents,
    int64_t *selected, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	json_write(&w, "{'query':");
	profile_put_query(&w, chosen);
	json_write(&w, "}");
	auto_free char *body = json_written(&w, e);

	if (body == NULL)
		return false;
	return count(el, "{\"query\":{\"match_all\":{}}}", documents, e) &&
	       count(el, body, selected, e);
}

/* ---- totals */

/* What the engine says about our request, not about itself: asking again would not help. */
static bool
is_refusal(const struct http_reply *reply)
{
	static const long OURS[] = { 400, 404, 405, 406, 413, 414 };

	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++)
		if (reply->status == OURS[i])
			return true;
	return reply->too_large;
}

cJSON *
elastic_search(struct elastic *el, const char *index, const char *body, struct err *e)
{
	const struct call c = { index,
		"_search?ignore_unavailable=true&allow_partial_search_results=true&"
		"filter_path=_shards.total,_shards.failed,aggregations",
		body, SMALL_REPLY_MAX };
	auto_reply reply = { .status = 0 };
	cJSON *root;

	if (!perform(el, &c, &reply, e)) {
		if (is_refusal(&reply) &&
		    (e->fault == FAULT_OUTAGE || e->fault == FAULT_RETRY))
			e->fault = FAULT_REJECT;
		return NULL;
	}
	root = json_parse(buf_text(&reply.body), reply.body.len, e);
	if (root == NULL) {
		e->fault = FAULT_REJECT;
		err_prefix(e, "elasticsearch");
	}
	return root;
}
