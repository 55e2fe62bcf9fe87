/*
 * discover.c - finds the site's REST API.
 *
 * WordPress names it on every page, in a Link header and in the page's head. Caches drop the header,
 * servers refuse HEAD, private sites and "coming soon" plugins show another page: then its default
 * places are tried, with our login, since a private site may hide it otherwise.
 * https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/net/url.h"
#include "publisher/wordpress/internal.h"

#define FRONT_PAGE_MAX (1 << 20) /* enough for the head of a page */

/* ---- addresses */

/* Where a URL leads: https, blog.example, 443. */
struct web_origin {
	size_t scheme_len, host_len, port_len;
	const char *scheme, *host, *port;
	const char *path; /* what follows */
};

static bool
is_scheme(const struct web_origin *o, const char *scheme)
{
	return o->scheme_len == strlen(scheme) &&
	       strncasecmp(o->scheme, scheme, o->scheme_len) == 0;
}

static void
read_port(struct web_origin *o, const char *colon)
{
	const char *usual = is_scheme(o, "https") ? "443" : "80";

	o->port = usual;
	o->port_len = strlen(usual);
	if (colon != NULL && colon + 1 < o->path) {
		o->port = colon + 1;
		o->port_len = (size_t)(o->path - o->port);
	}
}

static bool
read_origin(const char *url, struct web_origin *o)
{
	const char *end = strstr(url, "://"), *colon;

	if (end == NULL)
		return false;
	*o = (struct web_origin){
		.scheme = url, .scheme_len = (size_t)(end - url), .host = end + 3
	};
	o->path = o->host + strcspn(o->host, "/?#");
	o->host_len = (size_t)(o->path - o->host);
	if (memchr(o->host, '@', o->host_len) != NULL)
		return false;
	/* Ignores colons within the brackets of an IPv6 address. */
	colon = memrchr(o->host, ':', o->host_len);
	if (colon != NULL && memchr(colon, ']', (size_t)(o->path - colon)) != NULL)
		colon = NULL;
	read_port(o, colon);
	if (colon != NULL)
		o->host_len = (size_t)(colon - o->host);
	while (o->host_len > 0 && o->host[o->host_len - 1] == '.')
		o->host_len--;
	return o->host_len > 0;
}

static bool
same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && strncasecmp(a, b, a_len) == 0;
}

static bool
same_site(const struct web_origin *a, const struct web_origin *b)
{
	return same(a->host, a->host_len, b->host, b->host_len) &&
	       (!same(a->scheme, a->scheme_len, b->scheme, b->scheme_len) ||
		   same(a->port, a->port_len, b->port, b->port_len));
}

/* Our own scheme, host and port, then the path of the API. */
static bool
set_base(struct wp *wp, const struct web_origin *own, const char *path, struct err *e)
{
	auto_buf base = BUF_INIT(sizeof wp->base - 1);

	buf_put(&base, own->scheme, (size_t)(own->path - own->scheme));
	buf_puts(&base, path);
	if (base.len > 0 && base.ptr[base.len - 1] != '/')
		buf_putc(&base, '/');
	if (!buf_ok(&base))
		return err_outage(
		    e, OUTAGE_DOWN, 0, "wordpress: the REST base is too long");
	memcpy(wp->base, buf_text(&base), base.len + 1);
	wp->plain = strstr(path, "rest_route=") != NULL;
	return true;
}

bool
wp_take_base(struct wp *wp, const char *link, struct err *e)
{
	struct web_origin own, named;

	wp->base[0] = '\0';
	if (!read_origin(wp->service.config->url, &own) || !read_origin(link, &named) ||
	    named.path[0] == '\0' || !same_site(&own, &named))
		return err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: the site announces its REST API at %s, which is not the "
		    "site in `url`; set `url` to the address the site itself "
		    "uses",
		    link);
	wp->other_scheme =
	    !same(own.scheme, own.scheme_len, named.scheme, named.scheme_len);
	return set_base(wp, &own, named.path, e);
}

/* ---- the front page */

/* The value of an attribute within a tag; NULL: none. */
static const char *
attribute(const char *tag, size_t tag_len, const char *name, size_t *len)
{
	const char *end = tag + tag_len, *value, *close;
	size_t name_len = strlen(name);

	for (const char *p = tag; p + name_len + 2 < end; p++) {
		if (strncasecmp(p, name, name_len) != 0 || p[name_len] != '=')
			continue;
		value = p + name_len + 2;
		if (value[-1] != '"' && value[-1] != '\'')
			return NULL;
		close = memchr(value, value[-1], (size_t)(end - value));
		if (close == NULL)
			return NULL;
		*len = (size_t)(close - value);
		return value;
	}
	return NULL;
}

static void
put_decoded(struct buf *out, const char *text, size_t len)
{
	static const char *const AMPS[] = { "&amp;", "&#038;", "&#38;" };

	for (size_t i = 0; i < len; i++) {
		buf_putc(out, text[i]);
		for (size_t k = 0; k < sizeof AMPS / sizeof AMPS[0]; k++)
			if (strncmp(text + i, AMPS[k], strlen(AMPS[k])) == 0) {
				i += strlen(AMPS[k]) - 1;
				break;
			}
	}
}

void
wp_link_in_page(const char *html, struct buf *out)
{
	static const char REL[] = "https://api.w.org/";

	for (const char *p = html; (p = strcasestr(p, "<link")) != NULL; p++) {
		size_t len = strcspn(p, ">"), rel_len, href_len;
		const char *rel = attribute(p, len, "rel", &rel_len);
		const char *href = attribute(p, len, "href", &href_len);

		if (rel != NULL && href != NULL &&
		    same(rel, rel_len, REL, sizeof REL - 1)) {
			put_decoded(out, href, href_len);
			return;
		}
	}
}

/* What the page names as an absolute URL: plugins leave out the scheme, or the host too. */
static void
complete(const struct wp *wp, const struct buf *named, struct buf *link)
{
	auto_buf whole = BUF_INIT(WP_LINK_MAX);
	const char *text = buf_text(named);
	struct web_origin own;

	if (named->len == 0 || !read_origin(wp->service.config->url, &own))
		return;
	if (strncmp(text, "//", 2) == 0)
		buf_put(&whole, own.scheme, own.scheme_len + 1);
	else if (text[0] == '/')
		buf_put(&whole, own.scheme, (size_t)(own.path - own.scheme));
	buf_add(&whole, named);
	if (buf_ok(&whole) && url_ascii(link, buf_text(&whole)) && buf_ok(link))
		return;
	buf_reset(link);
}

/* Whether the path of the API is below that of `url`. */
static bool
is_below_url(const struct wp *wp, const char *link)
{
	struct web_origin own, named;
	size_t len;

	if (!read_origin(wp->service.config->url, &own) || !read_origin(link, &named))
		return false;
	len = strlen(own.path);
	return strncmp(named.path, own.path, len) == 0;
}

/* The result of one attempt. */
enum look { LOOK_FOUND, LOOK_ON, LOOK_END };

/* Requests the front page without a login. LOOK_ON with FAULT_NONE: it does not name the API. *e is the
 * fault of the method before, which stays if neither is answered. */
static enum look
look_at_front_page(struct wp *wp, const char *method, struct err *e)
{
	auto_buf named = BUF_INIT(WP_LINK_MAX), link = BUF_INIT(WP_LINK_MAX);
	auto_reply reply = { .status = 0 };
	struct err unanswered = ERR_NONE;
	struct http_service anonymous = wp->service;
	struct http_request r = { .service = &anonymous,
		.method = method,
		.url = wp->service.config->url,
		.reply_max = FRONT_PAGE_MAX };

	anonymous.user = NULL;
	if (!http_perform(wp->http, &r, &reply, &unanswered) && !reply.too_large) {
		if (!e->unknown_outcome)
			*e = unanswered;
		/* Firewalls drop HEAD without an answer. */
		return strcmp(method, "HEAD") == 0 && e->unknown_outcome ? LOOK_ON
									 : LOOK_END;
	}
	err_clear(e);
	if (reply.link_api[0] != '\0')
		buf_puts(&named, reply.link_api);
	else
		wp_link_in_page(buf_text(&reply.body), &named);
	complete(wp, &named, &link);
	/* The site at the root of the host answers for a folder without one. */
	if (reply.status == 404 && link.len > 0 && !is_below_url(wp, buf_text(&link))) {
		err_outage(e, OUTAGE_DOWN, 0,
		    "wordpress: there is no site at `url` (HTTP 404), but its host has one "
		    "whose REST API is at %s; correct `url`",
		    buf_text(&link));
		return LOOK_END;
	}
	/* A site may close its front page but still name its API. */
	if (link.len > 0 && (reply.status < 300 || reply.status >= 400))
		return wp_take_base(wp, buf_text(&link), e) ? LOOK_FOUND : LOOK_END;
	if (reply.status >= 300)
		wp_status_foreign(&reply, false, clock_now(wp->clock), e);
	return reply.status == 429 ? LOOK_END : LOOK_ON;
}

/* ---- where it usually is */

/* LOOK_ON with a fault: something that answers there blocks the API. */
static enum look
look_at_path(struct wp *wp, const char *path, struct err *e)
{
	auto_buf base = BUF_INIT(WP_LINK_MAX);
	auto_answer a = { .tree = NULL };
	size_t len = strlen(wp->service.config->url);

	while (len > 0 && wp->service.config->url[len - 1] == '/')
		len--;
	buf_put(&base, wp->service.config->url, len);
	buf_puts(&base, path);
	if (!buf_ok(&base)) {
		err_outage(e, OUTAGE_DOWN, 0, "wordpress: `url` is too long");
		return LOOK_END;
	}
	if (!wp_take_base(wp, buf_text(&base), e))
		return LOOK_END;
	if (wp_call(wp, &(struct wp_call){ .route = "", .query = "_fields=namespaces" },
		&a, e) &&
	    json_at(a.tree, "namespaces") != NULL)
		return LOOK_FOUND;
	/* The API may be closed without a login, or its front page hidden. */
	if (a.code[0] != '\0' && a.status < 500) {
		err_clear(e);
		return LOOK_FOUND;
	}
	wp->base[0] = '\0';
	if (a.status == 404 || (a.status >= 200 && a.status < 300))
		err_clear(e);
	return a.status == 0 ? LOOK_END : LOOK_ON;
}

static enum look
look_everywhere(struct wp *wp, struct err *why)
{
	static const char *const METHODS[] = { "HEAD", "GET" };
	static const char *const PATHS[] = { "/wp-json/", "/?rest_route=/" };
	enum look how = LOOK_ON;

	for (size_t i = 0; i < 2 && how == LOOK_ON; i++)
		how = look_at_front_page(wp, METHODS[i], why);
	for (size_t i = 0; i < 2 && how == LOOK_ON; i++) {
		struct err e = ERR_NONE;

		how = look_at_path(wp, PATHS[i], &e);
		if (how == LOOK_END || why->fault == FAULT_NONE)
			*why = e;
	}
	return how;
}

bool
wp_discover(struct wp *wp, struct err *e)
{
	struct err why = ERR_NONE;

	wp->base[0] = '\0';
	if (wp->api_url != NULL)
		return wp_take_base(wp, wp->api_url, e);
	if (look_everywhere(wp, &why) == LOOK_FOUND)
		return true;
	if (why.fault == FAULT_NONE)
		err_outage(&why, OUTAGE_DOWN, 0,
		    "wordpress: no REST API found: %s does not announce one, and none "
		    "answers at /wp-json/ or ?rest_route=/; check that it is a WordPress "
		    "site with an open REST API, or set api_url",
		    wp->service.config->url);
	*e = why;
	return false;
}
