/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/status.h"

#include <string.h>

#include "common/base/time.h"

#define CODE_MAX 80

/* The service's error code ("NotFoundError"), "" if the body is not its JSON. */
static void
read_code(const struct http_reply *reply, char code[CODE_MAX])
{
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(buf_text(&reply->body), reply->body.len, &ignored);
	const char *text;

	code[0] = '\0';
	if (root != NULL && json_text(root, "error.code", &text) &&
	    strlen(text) < CODE_MAX)
		memcpy(code, text, strlen(text) + 1);
}

/* Describes a body that is not VirusTotal's JSON. */
static const char *
nature(const struct http_reply *reply)
{
	const char *body = buf_text(&reply->body);

	body += strspn(body, " \t\r\n");
	if (body[0] == '\0')
		return "and nothing else";
	return body[0] == '<' ? "with a page" : "with a body that is not VirusTotal's";
}

bool
virustotal_doubt(const struct http_reply *reply, struct err *e)
{
	return err_doubt(e,
	    "virustotal: HTTP %ld %s: a proxy, firewall or portal between here and "
	    "VirusTotal answered, or `url` is wrong",
	    reply->status, nature(reply));
}

static int64_t
retry_after(const struct http_reply *reply, int64_t now)
{
	int64_t seconds = 0;

	return time_parse_retry_after(reply->retry_after, now, &seconds) ? seconds : 0;
}

/* Each error code that VirusTotal documents, and what it is about. */
static const struct {
	long status;
	const char *code;
	enum fault fault; /* OUTAGE: the key was rejected */
	const char *words;
} OWN[] = {
	{ 400, "BadRequestError", FAULT_REJECT, "request rejected" },
	{ 400, "InvalidArgumentError", FAULT_REJECT, "request rejected" },
	{ 400, "NotAvailableYet", FAULT_RETRY, "not available yet" },
	{ 401, "AuthenticationRequiredError", FAULT_OUTAGE, NULL },
	{ 401, "WrongCredentialsError", FAULT_OUTAGE, NULL },
	{ 401, "UserNotActiveError", FAULT_OUTAGE, NULL },
	{ 403, "ForbiddenError", FAULT_OUTAGE, NULL },
	{ 409, "AlreadyExistsError", FAULT_REJECT, "request rejected" },
	{ 424, "FailedDependencyError", FAULT_RETRY, "a request it depends on failed" },
};

static bool
refused_key(const struct http_reply *reply, const char *code, struct err *e)
{
	return err_outage(e, OUTAGE_CREDENTIALS, 0,
	    "virustotal: HTTP %ld %s: the key was rejected; put a valid key into the file "
	    "named by api_key_file and restart the enricher",
	    reply->status, code);
}

static bool
own_word(const struct http_reply *reply, const char *code, struct err *e)
{
	for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++) {
		if (OWN[i].status != reply->status || strcmp(OWN[i].code, code) != 0)
			continue;
		if (OWN[i].fault == FAULT_OUTAGE)
			return refused_key(reply, code, e);
		err_set(e, OWN[i].fault, "virustotal: HTTP %ld %s: %s", reply->status,
		    code, OWN[i].words);
		if (strcmp(code, "NotAvailableYet") == 0)
			e->retry_after_s = VIRUSTOTAL_NOT_YET_S;
		return false;
	}
	if (code[0] == '\0')
		return virustotal_doubt(reply, e);
	return err_doubt(e,
	    "virustotal: HTTP %ld %s: an answer that this version does not understand",
	    reply->status, code);
}

static bool
client_error(const struct http_reply *reply, const char *code, int64_t now, struct err *e)
{
	switch (reply->status) {
	case 407:
		return err_outage(e, OUTAGE_DOWN, 0,
		    "virustotal: HTTP 407: the proxy asks for a login: set proxy_user and "
		    "proxy_password_file");
	case 408:
		return err_outage(e, OUTAGE_DOWN, 0, "virustotal: HTTP 408");
	case 429:
		return err_outage(e, OUTAGE_QUOTA, retry_after(reply, now),
		    "virustotal: HTTP 429%s%s: a quota of this key is spent",
		    code[0] != '\0' ? " " : "", code);
	default:
		return own_word(reply, code, e);
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
		    "virustotal: HTTP %ld to %s: redirects are not followed; check "
		    "`url`, or a portal is in between",
		    status, reply->location);
	if (status >= 400 && status < 500)
		return client_error(reply, code, now, e);
	if (status >= 500)
		return err_outage(e, OUTAGE_DOWN, retry_after(reply, now),
		    "virustotal: HTTP %ld%s%s", status, code[0] != '\0' ? " " : "", code);
	return virustotal_doubt(reply, e);
}

enum answer
virustotal_status(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	bool cut_error_page = reply->too_large && reply->status >= 300;
	char code[CODE_MAX];

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
