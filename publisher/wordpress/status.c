/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/status.h"

#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"
#include "common/json/scan.h"

#define STARTS_MAX 32 /* possible starts of the JSON text after a plugin's output */
#define UNKNOWN_WAIT_S 60

void
wp_status_done(struct wp_answer *a)
{
	json_free(&a->tree);
	a->tree = NULL;
}

static bool
looks_like_html(const struct http_reply *r)
{
	const char *p = buf_text(&r->body);

	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	return *p == '<';
}

static cJSON *
list_or_object(const char *text, size_t len)
{
	struct err ignored = ERR_NONE;
	cJSON *tree = json_parse(text, len, &ignored);

	if (tree != NULL && (cJSON_IsObject(tree) || cJSON_IsArray(tree)))
		return tree;
	json_free(&tree);
	return NULL;
}

/* The JSON text at the beginning of the body, before what PHP or a plugin printed at its end. */
static cJSON *
first_json(const char *text, const char *end)
{
	static const char MARK[] = UTF8_BYTE_ORDER_MARK;
	const char *p = text, *after;

	if (strncmp(p, MARK, sizeof MARK - 1) == 0)
		p += sizeof MARK - 1;
	p = json_skip_space(p, end);
	after = p < end && (*p == '{' || *p == '[') ? json_skip_value(p, end) : NULL;
	return after != NULL ? list_or_object(p, (size_t)(after - p)) : NULL;
}

/* Whether a list or an object that is an answer may begin here, unlike a rule of CSS or "[internal
 * function]" of a stack trace. */
static bool
may_begin(const char *p, const char *end)
{
	const char *next = json_skip_space(p + 1, end);

	return next < end && strchr(*p == '{' ? "\"}" : "{]", *next) != NULL;
}

/* The JSON text at the end of the body, after a byte order mark or a plugin's notices; or that at its
 * beginning. */
static cJSON *
find_json(const struct buf *body)
{
	const char *text = buf_text(body), *end = text + body->len;
	const char *p = text;

	for (int tries = 0; tries < STARTS_MAX && p < end; p++) {
		cJSON *tree;

		p += strcspn(p, "{[");
		if (p >= end)
			break;
		if (!may_begin(p, end))
			continue;
		tree = list_or_object(p, (size_t)(end - p));
		if (tree != NULL)
			return tree;
		tries++;
	}
	return first_json(text, end);
}

static bool
is_one_of(const char *code, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(code, list[i]) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(code, list) is_one_of(code, list, sizeof(list) / sizeof(list)[0])

/* The login is refused, or has no right to do this. */
static const char *const REFUSED[] = { "rest_not_logged_in", "rest_cannot_create",
	"rest_cannot_access", "rest_forbidden", "rest_forbidden_context",
	"rest_cannot_publish", "rest_cannot_assign_term", "incorrect_password",
	"invalid_username", "invalid_email", "invalid_application_password",
	"application_passwords_disabled", "application_passwords_disabled_for_user",
	"rest_login_required" };
/* No right to change this post; or any post, if the account lost its rights. */
static const char *const NOT_OURS[] = { "rest_cannot_edit", "rest_cannot_edit_others",
	"rest_cannot_delete" };
/* The request will always be refused. */
static const char *const NEVER[] = { "empty_term_name" };
/* Something in the request; as all posts have the same fields, more often a plugin's rule for all. */
static const char *const FIELDS[] = { "rest_invalid_param", "rest_missing_callback_param",
	"rest_invalid_field" };
/* We send neither empty nor malformed requests. */
static const char *const DAMAGED[] = { "empty_content", "rest_invalid_json" };
/* Something about this post or term that may change by a later try. */
static const char *const LATER[] = { "rest_post_invalid_id", "rest_already_trashed",
	"term_exists" };

static bool
refused(const struct wp_answer *a, struct err *e)
{
	return err_outage(e, OUTAGE_CREDENTIALS, 0,
	    "wordpress: HTTP %ld %s: the site rejected the user name or application "
	    "password, or the user may not publish; potpress-publisher --check says "
	    "which; correct it and restart the publisher",
	    a->status, a->code);
}

static int64_t
retry_after(const struct http_reply *reply, int64_t now)
{
	int64_t seconds = 0;

	return time_parse_retry_after(reply->retry_after, now, &seconds) ? seconds : 0;
}

static bool
down(long status, const struct http_reply *reply, bool write, int64_t now, struct err *e)
{
	err_outage(e, OUTAGE_DOWN, retry_after(reply, now), "wordpress: HTTP %ld%s",
	    status,
	    status == 503 ? ": the site is in maintenance or asks us to wait"
	    : status == 429
		? ": the site asks us to slow down"
		: ": the site, its database or the server in front of it failed");
	e->unknown_outcome = write && status >= 500;
	return false;
}

/* WordPress itself answered with an error. Not being logged in may come with any code. */
static bool
own_error(const struct wp_answer *a, const struct http_reply *reply, bool write,
    int64_t now, struct err *e)
{
	if (a->status == 401)
		return refused(a, e);
	if (IS_ONE_OF(a->code, NEVER))
		return err_set(e, FAULT_REJECT, "wordpress: %s: post rejected", a->code);
	if (IS_ONE_OF(a->code, FIELDS))
		return err_doubt(e,
		    "wordpress: %s: the site does not take a field of this post, or wants "
		    "another; look for a plugin that changes the REST API of posts",
		    a->code);
	if (IS_ONE_OF(a->code, DAMAGED))
		return err_doubt(e,
		    "wordpress: %s: a part of our request was lost on the way; look for a "
		    "redirect, a firewall or a size limit (post_max_size)",
		    a->code);
	if (IS_ONE_OF(a->code, LATER))
		return err_set(
		    e, FAULT_RETRY, "wordpress: HTTP %ld %s", a->status, a->code);
	if (IS_ONE_OF(a->code, NOT_OURS))
		return err_doubt(e,
		    "wordpress: %s: the post belongs to another user, or the user may no "
		    "longer edit posts; give it the role Author",
		    a->code);
	if (strcmp(a->code, "db_insert_error") == 0)
		return err_doubt(e,
		    "wordpress: %s: the site's database rejects it: it is full or "
		    "read-only, or its character set lacks characters of this text",
		    a->code);
	if (IS_ONE_OF(a->code, REFUSED))
		return refused(a, e);
	if (strcmp(a->code, "rest_no_route") == 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: HTTP %ld %s: the site's REST API does not offer posts; "
		    "a plugin may disable it",
		    a->status, a->code);
	if (a->status >= 500 || a->status == 429)
		return down(a->status, reply, write, now, e);
	if (a->status == 413)
		return err_set(e, FAULT_REJECT,
		    "wordpress: HTTP 413 %s: the post is too large for the site",
		    a->code);
	return err_doubt(e,
	    "wordpress: HTTP %ld %s: a plugin or a rule of the site refuses this; allow "
	    "the user to publish through the REST API",
	    a->status, a->code);
}

/* What may have answered instead of WordPress, and what to do. */
static const char *
who_answered(const struct http_reply *reply)
{
	if (reply->status == 403)
		return "a firewall or security plugin in front of WordPress; allow this "
		       "address and user to write posts through the REST API";
	if (reply->status == 404)
		return "no REST API there; check `url` and the permalinks";
	if (looks_like_html(reply))
		return "a page instead of the REST API's answer: a captcha, a login page "
		       "or a plugin in front of WordPress; let this address pass";
	return "an unreadable answer, damaged by a plugin, a proxy or a full disk";
}

/* A proxy before WordPress may have refused the answer, not the request: the outcome of a write is
 * unknown whatever the status. */
static bool
foreign_page(const struct http_reply *reply, bool write, struct err *e)
{
	err_doubt(e, "wordpress: HTTP %ld with %s", reply->status, who_answered(reply));
	if (write) {
		e->unknown_outcome = true;
		e->retry_after_s = UNKNOWN_WAIT_S;
	}
	return false;
}

bool
wp_status_foreign(const struct http_reply *reply, bool write, int64_t now, struct err *e)
{
	long status = reply->status;

	if (status >= 300 && status < 400)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: the site redirects to %s; set `url` to its real address "
		    "(redirects are not followed)",
		    reply->location);
	if (status == 401)
		return err_outage(e, OUTAGE_CREDENTIALS, 0,
		    "wordpress: HTTP 401 from a server in front of WordPress, which asks "
		    "for its own login");
	if (status == 413)
		return err_doubt(e,
		    "wordpress: HTTP 413: a server or firewall in front of WordPress takes "
		    "no request of this size; raise its limit");
	if (status == 429 || status >= 500)
		return down(status, reply, write, now, e);
	return foreign_page(reply, write, e);
}

/* The status may be wrong: a list or an object with a number is an answer with any status. */
static bool
is_answer(const cJSON *tree, long status)
{
	int64_t id;

	if (status >= 300 && status < 400)
		return false;
	return status < 400 || cJSON_IsArray(tree) ||
	       (json_int(tree, "id", &id) && id > 0);
}

bool
wp_status_read(struct wp_answer *a, const struct http_reply *reply,
    const struct err *transport, bool write, int64_t now, struct err *e)
{
	const char *code;
	int64_t status;

	*a = (struct wp_answer){ .status = reply->status,
		.allows_post = strstr(reply->allow, "POST") != NULL };
	if (transport->fault != FAULT_NONE) {
		*e = *transport;
		e->unknown_outcome = write && e->unknown_outcome;
		return false;
	}
	a->tree = find_json(&reply->body);
	if (a->tree == NULL)
		return wp_status_foreign(reply, write, now, e);
	if (!cJSON_IsObject(a->tree) || !json_text(a->tree, "code", &code)) {
		if (is_answer(a->tree, reply->status))
			return true;
		wp_status_done(a);
		return wp_status_foreign(reply, write, now, e);
	}
	if (strlen(code) < sizeof a->code)
		memcpy(a->code, code, strlen(code) + 1);
	if (json_int(a->tree, "data.status", &status))
		a->status = (long)status;
	json_int(a->tree, "data.term_id", &a->term_id);
	wp_status_done(a);
	return own_error(a, reply, write, now, e);
}
