/*
 * door.c - see door.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/door.h"

#include <string.h>

struct visit {
	const char *base, *query;
	bool visitor; /* without our login */
};

/* The answer's error is e's; where WordPress gave one, a->code names it. */
static bool
visit(struct wp *wp, const struct visit *l, struct http_reply *reply, struct wp_answer *a,
    struct err *e)
{
	auto_buf url = BUF_INIT(WP_URL_MAX);
	struct err transport = ERR_NONE;
	struct http_service visitor = wp->service;
	struct http_request r = { .service = l->visitor ? &visitor : &wp->service,
		.method = "GET",
		.headers = { "Accept: application/json" },
		.reply_max = WP_REPLY_MAX };

	visitor.user = NULL;
	buf_printf(
	    &url, "%s%s%s", l->base, strchr(l->base, '?') != NULL ? "&" : "?", l->query);
	r.url = buf_text(&url);
	http_perform(wp->http, &r, reply, &transport);
	return wp_status_read(a, reply, &transport, false, clock_now(wp->clock), e);
}

static size_t
path_of(const char *url, const char **path)
{
	const char *host = strstr(url, "://");
	size_t len;

	*path = host != NULL ? host + 3 + strcspn(host + 3, "/") : "";
	len = strlen(*path);
	while (len > 0 && (*path)[len - 1] == '/')
		len--;
	return len;
}

static bool
same_path(const char *a, const char *b)
{
	const char *x, *y;
	size_t len = path_of(a, &x);

	return len == path_of(b, &y) && memcmp(x, y, len) == 0;
}

/* The site may be that of another folder; its own files may have one, too. */
static void
read_home(const struct wp *wp, const cJSON *index, struct wp_door *out)
{
	const char *home, *files, *url = wp->service.config->url;

	if (wp->api_url == NULL && json_text(index, "home", &home) &&
	    json_text(index, "url", &files) && !same_path(home, url) &&
	    !same_path(files, url) && strlen(home) < sizeof out->home)
		memcpy(out->home, home, strlen(home) + 1);
}

bool
wp_door_look(struct wp *wp, struct wp_door *out, struct err *e)
{
	const struct visit l = { wp->base, "_fields=authentication,namespaces,home,url",
		true };
	auto_reply reply = { .status = 0 };
	auto_answer a = { .tree = NULL };

	*out = (struct wp_door){ .open = false };
	if (visit(wp, &l, &reply, &a, e)) {
		out->open = json_at(a.tree, "namespaces") != NULL;
		read_home(wp, a.tree, out);
		out->passwords =
		    json_at(a.tree, "authentication.application-passwords") != NULL;
		return out->open ||
		       err_doubt(e,
			   "wordpress: the answer at %s is not from the REST API",
			   wp->base);
	}
	if (a.code[0] == '\0' || (a.status != 401 && a.status != 403))
		return false;
	memcpy(out->code, a.code, sizeof out->code);
	err_clear(e);
	return true;
}

bool
wp_door_is_cached(struct wp *wp, bool may_publish, bool *cached, struct err *e)
{
	auto_buf route = BUF_INIT(WP_URL_MAX);
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_reply first = { .status = 0 }, second = { .status = 0 };
	auto_answer theirs = { .tree = NULL }, ours = { .tree = NULL };
	struct err ignored = ERR_NONE;

	buf_printf(&route, "%swp/v2/posts", wp->base);
	buf_printf(&query, "per_page=1&_fields=id&_=%u", ++wp->lookups);
	struct visit l = { buf_text(&route), buf_text(&query), true };

	visit(wp, &l, &first, &theirs, &ignored);
	l.visitor = false;
	if (!visit(wp, &l, &second, &ours, e))
		return false;
	*cached = second.stored || (may_publish && second.allow[0] != '\0' &&
				       strstr(second.allow, "POST") == NULL);
	return true;
}
