/*
 * wp.c - one request to the REST API and its answer; see wp.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/wp.h"

#include <string.h>

#include "common/base/clock.h"
#include "publisher/wordpress/internal.h"

void
wp_init(struct wp *wp, struct http *http, const struct clock *clock,
    const struct service_config *config, const char *api_url)
{
	*wp = (struct wp){ .http = http,
		.clock = clock,
		.api_url = api_url,
		.service = { .name = "wordpress",
		    .config = config,
		    .user = config->user },
		.lookups = clock->draw(clock->ctx) };
}

static bool
is_write(const struct wp_call *c)
{
	return c->body != NULL || c->form != NULL;
}

static void
join_url(struct wp *wp, const struct wp_call *c, struct buf *url)
{
	buf_printf(url, "%s%s%s%s", wp->base, c->route, wp->plain ? "&" : "?", c->query);
	if (!is_write(c))
		buf_printf(url, "&_=%u", ++wp->lookups);
}

bool
wp_call(struct wp *wp, const struct wp_call *c, struct wp_answer *a, struct err *e)
{
	auto_buf url = BUF_INIT(WP_URL_MAX);
	auto_reply reply = { .status = 0 };
	struct err transport = ERR_NONE;
	struct http_request r = { .service = &wp->service,
		.method = is_write(c) ? "POST" : "GET",
		.headers = { "Accept: application/json",
		    c->form != NULL ? c->form_type : "Content-Type: application/json",
		    "Cache-Control: no-cache" },
		.body = c->form != NULL ? buf_text(c->form) : c->body,
		.body_len = c->form != NULL   ? c->form->len
			    : c->body != NULL ? strlen(c->body)
					      : 0,
		.reply_max = c->reply_max > 0 ? c->reply_max : WP_REPLY_MAX,
		.meanwhile = is_write(c) ? wp->meanwhile : NULL,
		.meanwhile_ctx = wp->meanwhile_ctx };

	*a = (struct wp_answer){ .status = 0 };
	if (wp->may_ask != NULL && !wp->may_ask(wp->may_ask_ctx, e))
		return false;
	join_url(wp, c, &url);
	if (!buf_ok(&url))
		return err_set(
		    e, FAULT_REJECT, "wordpress: the request's URL is too long");
	r.url = buf_text(&url);
	http_perform(wp->http, &r, &reply, &transport);
	return wp_status_read(
	    a, &reply, &transport, is_write(c), clock_now(wp->clock), e);
}
