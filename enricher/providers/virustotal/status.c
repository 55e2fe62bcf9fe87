/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/status.h"

#include <string.h>

#include "common/base/time.h"

#define CODE_MAX 80
#define NO_CODE "without an error code" /* reads well in a message */

/* The service's own error code ("NotFoundError"), NO_CODE where the body is something else. */
static void
read_code(const struct http_reply *reply, char code[CODE_MAX])
{
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(buf_text(&reply->body), reply->body.len, &ignored);
	const char *text;

	memcpy(code, NO_CODE, sizeof NO_CODE);
	if (root != NULL && json_text(root, "error.code", &text) && text[0] != '\0' &&
	    strlen(text) < CODE_MAX)
		memcpy(code, text, strlen(text) + 1);
}

static int64_t
retry_after(const struct http_reply *reply, int64_t now)
{
	int64_t seconds = 0;

	return time_parse_retry_after(reply->retry_after, now, &seconds) ? seconds : 0;
}

static bool
bad_request(const struct http_reply *reply, const char *code, struct err *e)
{
	if (strcmp(code, "NotAvailableYet") == 0) {
		err_set(e, FAULT_RETRY, "virustotal: not available yet");
		e->retry_after_s = VIRUSTOTAL_NOT_YET_S;
		return false;
	}
	return err_set(e, FAULT_REJECT,
	    "virustotal: HTTP %ld %s: it does not take this request", reply->status,
	    code);
}

static bool
credentials(const struct http_reply *reply, const char *code, struct err *e)
{
	return err_outage(e, OUTAGE_CREDENTIALS, 0,
	    "virustotal: HTTP %ld %s: the key is refused; put a valid key into the file "
	    "named by "
	    "api_key_file and restart the enricher",
	    reply->status, code);
}

static bool
client_error(const struct http_reply *reply, const char *code, int64_t now, struct err *e)
{
	switch (reply->status) {
	case 400:
		return bad_request(reply, code, e);
	case 401:
	case 403:
		return credentials(reply, code, e);
	case 404:
		return err_set(e, FAULT_RETRY,
		    "virustotal: HTTP 404 that is not VirusTotal's own "
		    "\"not found\"; is `url` right, or a proxy in between?");
	case 408:
		return err_outage(e, OUTAGE_DOWN, 0, "virustotal: HTTP 408");
	case 424:
		return err_set(e, FAULT_RETRY, "virustotal: HTTP 424 %s", code);
	case 429:
		return err_outage(e, OUTAGE_QUOTA, retry_after(reply, now),
		    "virustotal: HTTP 429 %s: a quota of this key is spent", code);
	default:
		return err_set(
		    e, FAULT_REJECT, "virustotal: HTTP %ld %s", reply->status, code);
	}
}

static bool
status_fault(const struct http_reply *reply, const char *code, int64_t now, struct err *e)
{
	long status = reply->status;

	if (status == 204)
		return err_outage(
		    e, OUTAGE_QUOTA, 0, "virustotal: HTTP 204: a quota is spent");
	if (status >= 300 && status < 400)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "virustotal: HTTP %ld to %s: redirects are not "
		    "followed; is `url` right, or a portal in between?",
		    status, reply->location);
	if (status >= 400 && status < 500)
		return client_error(reply, code, now, e);
	if (status >= 500)
		return err_outage(e, OUTAGE_DOWN, retry_after(reply, now),
		    "virustotal: HTTP %ld %s", status, code);
	return err_set(e, FAULT_RETRY, "virustotal: HTTP %ld", status);
}

enum answer
virustotal_status(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	char code[CODE_MAX];

	bool cut_error_page = reply->too_large && reply->status >= 300;

	if (transport->fault != FAULT_NONE && !cut_error_page) {
		*e = *transport;
		return ANSWER_FAULT;
	}
	if (reply->status == 200)
		return ANSWER_FOUND;
	read_code(reply, code);
	if (reply->status == 404 && strcmp(code, "NotFoundError") == 0)
		return ANSWER_NOT_FOUND;
	status_fault(reply, code, now, e);
	return ANSWER_FAULT;
}
