/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/status.h"

#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"
#include "common/json/json.h"

#define REASON_MAX 160

/* The engine's own error: an object with type and reason, or a bare text. */
struct engine_error {
	char type[80], reason[REASON_MAX + 1];
	bool known;
};

static void
copy_text(char *out, size_t size, const char *text)
{
	auto_buf clean = BUF_INIT(size - 1);

	utf8_clean(&clean, text, strlen(text), size - 4);
	memcpy(out, buf_text(&clean), clean.len + 1);
}

/* What went wrong on the shards says more. */
static void
read_shard_error(struct engine_error *out, const cJSON *root)
{
	static const char *const PLACES[] = { "reason.caused_by.reason", "reason.reason",
		NULL };
	const cJSON *shard = json_each(root, "error.failed_shards", NULL);
	const char *text;
	bool told = json_text(root, "error.caused_by.reason", &text);

	for (const char *const *p = PLACES; !told && *p != NULL; p++)
		told = json_text(shard, *p, &text);
	if (told)
		copy_text(out->reason, sizeof out->reason, text);
}

static void
read_error(struct engine_error *out, const struct http_reply *reply)
{
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(buf_text(&reply->body), reply->body.len, &ignored);
	const char *text;

	*out = (struct engine_error){ .known = false };
	if (root == NULL)
		return;
	if (json_text(root, "error", &text) || json_text(root, "error.reason", &text)) {
		out->known = true;
		copy_text(out->reason, sizeof out->reason, text);
	}
	if (out->reason[0] == '\0' || strcmp(out->reason, "all shards failed") == 0 ||
	    strcmp(out->reason, "Partial shards failure") == 0)
		read_shard_error(out, root);
	if (json_text(root, "error.type", &text)) {
		out->known = true;
		copy_text(out->type, sizeof out->type, text);
	}
}

static bool
refused(const struct http_reply *reply, const struct engine_error *error, struct err *e)
{
	if (reply->status == 403 && error->known &&
	    strcmp(error->type, "security_exception") != 0)
		return err_outage(e, OUTAGE_DOWN, 0, "elasticsearch: HTTP 403 %s: %s",
		    error->type, error->reason);
	if (reply->status == 403)
		return err_outage(e, OUTAGE_CREDENTIALS, 0,
		    "elasticsearch: HTTP 403: the user may not read the index; grant "
		    "it the privileges `read` and `monitor`%s%s",
		    error->reason[0] != '\0' ? ": " : "", error->reason);
	return err_outage(e, OUTAGE_CREDENTIALS, 0,
	    "elasticsearch: HTTP 401: the engine, or the web server in front "
	    "of it, rejected the user name or password; correct `user` or "
	    "password_file and restart the collector");
}

static bool
is_gone(const struct http_reply *reply, const struct engine_error *error)
{
	return (reply->status == 404 &&
		   strcmp(error->type, "index_not_found_exception") == 0) ||
	       (reply->status == 400 &&
		   strcmp(error->type, "index_closed_exception") == 0);
}

/* A web server's or another program's "not found", or an engine that has nothing at this path. */
static bool
is_wrong_path(const struct http_reply *reply, const struct engine_error *error)
{
	return (reply->status == 404 && error->type[0] == '\0') ||
	       (reply->status == 400 &&
		   strncmp(error->reason, "no handler found", 16) == 0);
}

static bool
status_fault(const struct http_reply *reply, int64_t now, struct err *e)
{
	struct engine_error error;
	int64_t wait = 0;

	read_error(&error, reply);
	if (!time_parse_retry_after(reply->retry_after, now, &wait))
		wait = 0;
	if (reply->status >= 300 && reply->status < 400)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: HTTP %ld to %s: redirects are not followed; check `url`",
		    reply->status, reply->location);
	if (reply->status == 401 || reply->status == 403)
		return refused(reply, &error, e);
	if (is_gone(reply, &error))
		return err_set(e, FAULT_REJECT, "elasticsearch: %s", error.reason);
	if (is_wrong_path(reply, &error))
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: HTTP %ld: no search engine at this path; check the "
		    "path in `url` (T-Pot: https://HOST:64297/es)",
		    reply->status);
	if (reply->status == 413 || reply->status == 414)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: HTTP %ld: a web server in front of the engine "
		    "refused the request as too large",
		    reply->status);
	if (reply->status >= 502 && reply->status <= 504 && !error.known)
		return err_outage(e, OUTAGE_DOWN, wait,
		    "elasticsearch: HTTP %ld: the web server in front of the engine "
		    "gets no answer; check that the engine is running (T-Pot restarts "
		    "every night)",
		    reply->status);
	if (!error.known)
		return err_outage(e, OUTAGE_DOWN, wait,
		    "elasticsearch: HTTP %ld without a reason; look into the logs of the "
		    "engine and of the web server in front of it",
		    reply->status);
	return err_outage(e, OUTAGE_DOWN, wait, "elasticsearch: HTTP %ld%s%s: %s",
	    reply->status, error.type[0] != '\0' ? " " : "", error.type, error.reason);
}

bool
elastic_status(const struct http_reply *reply, const struct err *transport, int64_t now,
    struct err *e)
{
	const char *text = buf_text(&reply->body);

	if (transport->fault != FAULT_NONE) {
		*e = *transport;
		return false;
	}
	if (reply->status != 200)
		return status_fault(reply, now, e);
	if (text[0] == '{')
		return true;
	return err_outage(e, OUTAGE_DOWN, 0,
	    "elasticsearch: HTTP 200 with an answer that is not from a search "
	    "engine (%.60s); check `url`, or a portal is in between",
	    reply->content_type[0] != '\0' ? reply->content_type : "no type");
}
