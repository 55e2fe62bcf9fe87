/*
 * elastic.c - see elastic.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/elastic.h"

#include <string.h>

#include "collector/elastic/internal.h"
#include "collector/elastic/status.h"

#define URL_MAX 4096
#define BODY_MAX (64 << 10)

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

/* Index names and patterns keep their commas and stars: both are plain in a path. Blanks behind commas
 * are removed: the engine would look for a name with a blank, and silently find nothing. */
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

/* `url` holds the address as long as the request is used. */
static bool
make_request(const struct elastic *el, const struct call *c, struct buf *url,
    struct http_request *out, struct err *e)
{
	put_url(el, c, url);
	if (!buf_ok(url))
		return err_set(
		    e, FAULT_CONFIG, "`index` and `url` together are too long");
	*out = (struct http_request){ .service = &el->service,
		.method = c->body != NULL ? "POST" : "GET",
		.url = buf_text(url),
		.body = c->body,
		.body_len = c->body != NULL ? strlen(c->body) : 0,
		.headers = { "Accept: application/json",
		    c->body != NULL ? "Content-Type: application/json" : NULL },
		.reply_max = c->reply_max };
	return true;
}

bool
elastic_start(struct elastic *el, const struct call *c, http_done_fn *done, void *ctx,
    struct err *e)
{
	auto_buf url = BUF_INIT(URL_MAX);
	struct http_request r;

	return make_request(el, c, &url, &r, e) && http_start(el->http, &r, done, ctx, e);
}

bool
elastic_perform(
    struct elastic *el, const struct call *c, struct http_reply *reply, struct err *e)
{
	auto_buf url = BUF_INIT(URL_MAX);
	struct err transport = ERR_NONE;
	struct http_request r;

	if (!make_request(el, c, &url, &r, e))
		return false;
	http_perform(el->http, &r, reply, &transport);
	return elastic_status(reply, &transport, clock_now(el->clock), e);
}

cJSON *
elastic_tree(const struct http_reply *reply, struct err *e)
{
	cJSON *root = json_parse(buf_text(&reply->body), reply->body.len, e);

	if (root == NULL) {
		e->fault = FAULT_OUTAGE;
		e->outage = OUTAGE_DOWN;
		err_prefix(e, "elasticsearch");
	}
	return root;
}

cJSON *
elastic_ask(struct elastic *el, const struct call *c, struct err *e)
{
	auto_reply reply = { .status = 0 };

	return elastic_perform(el, c, &reply, e) ? elastic_tree(&reply, e) : NULL;
}

bool
elastic_not_the_engine(struct err *e, const char *what)
{
	return err_outage(e, OUTAGE_DOWN, 0,
	    "elasticsearch: the answer to %s is not from a search engine; check `url`",
	    what);
}

/* ---- counting, for --check */

static bool
count_documents(struct elastic *el, const char *body, int64_t *n, struct err *e)
{
	const struct call c = { el->index, "_count?filter_path=count", body,
		SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	if (root == NULL)
		return false;
	if (!json_int(root, "count", n))
		return elastic_not_the_engine(e, "_count");
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
	return count_documents(el, "{\"query\":{\"match_all\":{}}}", documents, e) &&
	       count_documents(el, body, selected, e);
}

/* ---- totals */

bool
elastic_is_refusal(const struct http_reply *reply)
{
	static const long OURS[] = { 400, 404, 405, 406, 413, 414 };

	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++)
		if (reply->status == OURS[i])
			return true;
	return reply->too_large;
}

bool
elastic_keeps_no_source(const struct http_reply *reply)
{
	return reply->status == 400 &&
	       strstr(buf_text(&reply->body), "_source is disabled") != NULL;
}

bool
elastic_is_small_window(const struct http_reply *reply)
{
	return reply->status == 400 &&
	       strstr(buf_text(&reply->body), "index.max_result_window") != NULL;
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

	if (!elastic_perform(el, &c, &reply, e)) {
		if (elastic_is_refusal(&reply) &&
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
