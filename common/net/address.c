/*
 * address.c - the URL of a request.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/net/internal.h"

char *
http_whole_url(const struct http_request *r)
{
	auto_buf url = BUF_INIT(HTTP_URL_MAX);
	char *whole;

	if (r->url_secret == NULL)
		return strdup(r->url);
	buf_printf(&url, "%s%s%s", r->url, r->url_secret->bytes,
	    r->url_after != NULL ? r->url_after : "");
	whole = buf_ok(&url) ? strdup(buf_text(&url)) : NULL;
	explicit_bzero(url.ptr, url.len);
	return whole;
}

void
http_escape(struct buf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || strchr("-._~", *p) != NULL;

		if (plain)
			buf_putc(out, *p);
		else
			buf_printf(out, "%%%02X", (unsigned char)*p);
	}
}
