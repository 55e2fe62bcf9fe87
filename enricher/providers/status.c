/*
 * status.c - see status.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/status.h"

#include <string.h>

#include "common/base/time.h"

/* Describes a body that is not the service's JSON. */
static void
put_nature(const struct status_of *of, const struct http_reply *reply, struct buf *out)
{
	const char *body = buf_text(&reply->body);

	body += strspn(body, " \t\r\n");
	if (body[0] == '\0')
		buf_puts(out, "and nothing else");
	else if (body[0] == '<')
		buf_puts(out, "with a page");
	else
		buf_printf(out, "with a body that is not %s's", of->title);
}

bool
status_doubt(const struct status_of *of, const struct http_reply *reply, struct err *e)
{
	auto_buf nature = BUF_CUT(ERR_TEXT_MAX);

	put_nature(of, reply, &nature);
	return err_doubt(e,
	    "%s: HTTP %ld %s: a proxy, firewall or portal between here and %s answered, "
	    "or `url` is wrong",
	    of->name, reply->status, buf_text(&nature), of->title);
}

int64_t
status_retry_after(const struct http_reply *reply, int64_t now)
{
	int64_t seconds = 0;

	return time_parse_retry_after(reply->retry_after, now, &seconds) ? seconds : 0;
}

bool
status_fault(const struct status_of *of, const struct http_reply *reply, const char *code,
    int64_t now, struct err *e)
{
	const char *blank = code[0] != '\0' ? " " : "";
	long status = reply->status;

	if (status >= 300 && status < 400)
		err_outage(e, OUTAGE_DOWN, 0,
		    "%s: HTTP %ld to %s: redirects are not followed; check `url`, or a "
		    "portal is in between",
		    of->name, status, reply->location);
	else if (status == 407)
		err_outage(e, OUTAGE_DOWN, 0,
		    "%s: HTTP 407: the proxy asks for a login: set proxy_user and "
		    "proxy_password_file",
		    of->name);
	else if (status == 408)
		err_outage(e, OUTAGE_DOWN, 0, "%s: HTTP 408", of->name);
	else if (status == 429)
		err_outage(e, OUTAGE_QUOTA, status_retry_after(reply, now),
		    "%s: HTTP 429%s%s: a quota of this key is spent", of->name, blank,
		    code);
	else if (status >= 500)
		err_outage(e, OUTAGE_DOWN, status_retry_after(reply, now),
		    "%s: HTTP %ld%s%s", of->name, status, blank, code);
	return e->fault != FAULT_NONE;
}
