/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/status.h"

#include <string.h>

#include "enricher/providers/status.h"

#define CODE_MAX 80

static const struct status_of VIRUSTOTAL = { "virustotal", "VirusTotal" };

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

/* It is the address that VirusTotal does not know, not the file. */
static bool
is_wrong_url(const struct http_reply *reply)
{
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(buf_text(&reply->body), reply->body.len, &ignored);
	const char *text;

	return root != NULL && json_text(root, "error.message", &text) &&
	       (strncmp(text, "URL ", 4) == 0 ||
		   strncmp(text, "Resource not found", 18) == 0);
}

static bool
no_api(struct err *e)
{
	return err_outage(e, OUTAGE_DOWN, 0,
	    "virustotal: HTTP 404 NotFoundError: no API at this path; check `url` "
	    "(https://www.virustotal.com/api/v3)");
}

bool
virustotal_doubt(const struct http_reply *reply, struct err *e)
{
	return status_doubt(&VIRUSTOTAL, reply, e);
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
	{ 424, "FailedDependencyError", FAULT_DOUBT, "a request it depends on failed" },
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
explain(const struct http_reply *reply, const char *code, int64_t now, struct err *e)
{
	if (reply->status == 204)
		return err_outage(
		    e, OUTAGE_QUOTA, 0, "virustotal: HTTP 204: a quota is spent");
	if (status_fault(&VIRUSTOTAL, reply, code, now, e))
		return false;
	if (reply->status >= 400)
		return own_word(reply, code, e);
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
	if (reply->status == 404 && strcmp(code, "NotFoundError") == 0) {
		if (!is_wrong_url(reply))
			return ANSWER_NOT_FOUND;
		no_api(e);
		return ANSWER_FAULT;
	}
	explain(reply, code, now, e);
	return ANSWER_FAULT;
}
