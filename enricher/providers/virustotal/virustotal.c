/*
 * virustotal.c - see virustotal.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/virustotal.h"

#include <stdlib.h>
#include <string.h>

#include "enricher/providers/virustotal/file_report.h"
#include "enricher/providers/virustotal/status.h"
#include "enricher/providers/virustotal/usage.h"

#define PROBE_MAX (64 << 10)

struct client {
	struct http_service service;
	struct verdict_rules rules;
	const char *user_id; /* NULL: none */
};

static struct account
account(const struct config *config)
{
	const struct enricher_config *c = &config->enricher;

	return (struct account){ .name = c->account,
		.service = &c->service,
		.per_minute = c->per_minute,
		.per_day = c->per_day,
		.per_month = c->per_month,
		.concurrency = c->concurrency };
}

static void *
open_client(const struct config *config, struct err *e)
{
	const struct enricher_config *c = &config->enricher;
	struct client *client = malloc(sizeof *client);

	if (client == NULL) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	*client = (struct client){
		.service = { .name = virustotal.name,
		    .config = &c->service,
		    .key_header = "x-apikey",
		    .key = &c->service.password,
		    /* Google's front end compresses for unknown clients only if the User-Agent contains
		     * this word. */
		    .user_agent_suffix = "; gzip" },
		.rules = { c->malicious_from, c->verdicts_min },
		.user_id = c->user_id,
	};
	return client;
}

static struct http_request
get(const struct client *client, const char *path, const char *id, struct buf *url,
    size_t reply_max)
{
	const char *base = client->service.config->url;
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	buf_put(url, base, len);
	buf_puts(url, path);
	buf_puts(url, id);
	return (struct http_request){ .service = &client->service,
		.method = "GET",
		.url = buf_text(url),
		.headers = { "Accept: application/json" },
		.reply_max = reply_max };
}

static void
ask(void *client, const struct question *q, struct buf *url, struct http_request *out)
{
	*out = get(client, "/files/", q->hash.hex, url, VIRUSTOTAL_REPORT_MAX);
	out->keep_packed = true;
}

static void
probe(void *client, struct buf *url, struct http_request *out)
{
	*out = get(client, "/files/upload_url", "", url, PROBE_MAX);
}

static bool
probed(void *client, const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	struct err ignored = ERR_NONE;
	const char *text;

	(void)client;
	if (virustotal_status(reply, transport, now, e) == ANSWER_FAULT)
		return false;
	auto_json *root = json_parse(buf_text(&reply->body), reply->body.len, &ignored);
	if (reply->status == 200 && root != NULL && json_text(root, "data", &text))
		return true;
	return err_outage(e, OUTAGE_DOWN, 0,
	    "virustotal: `url` is not the API's, or a proxy, firewall or portal in between "
	    "answered the key check; the usual `url` is "
	    "https://www.virustotal.com/api/v3");
}

/* By the user's name: the key, which the API accepts there too, would be in logs. */
static bool
count(void *ctx, struct buf *url, struct http_request *out)
{
	const struct client *client = ctx;
	auto_buf id = BUF_INIT(PROVIDER_URL_MAX);

	if (client->user_id == NULL)
		return false;
	http_escape(&id, client->user_id);
	buf_puts(&id, "/overall_quotas");
	*out = get(client, "/users/", buf_text(&id), url, PROBE_MAX);
	return true;
}

static bool
counted(void *client, const struct http_reply *reply, struct usage *out)
{
	(void)client;
	return reply->status == 200 &&
	       usage_parse(out, buf_text(&reply->body), reply->body.len);
}

static enum answer
read_answer(void *ctx, const struct question *q, const struct http_reply *reply,
    const struct err *transport, int64_t now, struct report *out, struct err *e)
{
	const struct client *client = ctx;
	enum answer a = virustotal_status(reply, transport, now, e);

	if (a != ANSWER_FOUND)
		return a;
	if (!file_report_parse(
		out, buf_text(&reply->body), reply->body.len, &q->hash, e)) {
		if (e->fault == FAULT_DOUBT && buf_text(&reply->body)[0] != '{')
			virustotal_doubt(reply, e);
		return ANSWER_FAULT;
	}
	out->verdict = file_report_verdict(out, &client->rules);
	return ANSWER_FOUND;
}

static bool
recognise(const char *body, size_t len, struct question *out, struct err *e)
{
	struct question q = { .kind = "file" };
	const char *id;
	size_t id_len;

	if (!json_raw(body, len, "data.id", &id, &id_len, e))
		return false;
	if (id == NULL || id_len < 2 || !hash_parse(&q.hash, id + 1, id_len - 2))
		return err_set(e, FAULT_REJECT, "not a file report of VirusTotal");
	*out = q;
	return true;
}

static const char *const KINDS[] = { "file", NULL };

const struct provider virustotal = {
	.name = "virustotal",
	.kinds = KINDS,
	.joins_hashes = true,
	.quota_advice =
	    "VirusTotal raises it for honeypots on request, then set "
	    "per_minute, per_day and per_month",
	.account = account,
	.open = open_client,
	.close = free,
	.ask = ask,
	.probe = probe,
	.probed = probed,
	.count = count,
	.counted = counted,
	.read = read_answer,
	.recognise = recognise,
};
