/*
 * reply.c - an answer as it comes in: the headers we look at.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "common/net/internal.h"

#define SECRET_LONG 16 /* bytes; a shorter one may be in a document by chance */
#define LOGIN_MAX (2 * SECRET_MAX)

void
http_reply_done(struct http_reply *reply)
{
	buf_done(&reply->body);
	buf_done(&reply->packed);
}

struct http_reply
http_reply_take(struct http_reply *reply)
{
	struct http_reply taken = *reply;

	reply->body = reply->packed = (struct buf){ 0 };
	return taken;
}

static void
copy_header(char out[HTTP_HEADER_MAX], const char *value, size_t len)
{
	if (len >= HTTP_HEADER_MAX)
		return;
	memcpy(out, value, len);
	out[len] = '\0';
}

static bool
has_rel(const char *parameters, size_t len)
{
	static const char REL[] = "https://api.w.org/";

	return memmem(parameters, len, REL, sizeof REL - 1) != NULL;
}

/* Link: <URL>; rel="https://api.w.org/", <URL>; rel=... */
static void
keep_link(char out[HTTP_HEADER_MAX], const char *value, size_t len)
{
	const char *end = value + len;

	while (value < end) {
		const char *open = memchr(value, '<', (size_t)(end - value));
		const char *close =
		    open == NULL ? NULL : memchr(open, '>', (size_t)(end - open));
		const char *next;

		if (close == NULL)
			return;
		next = memchr(close, '<', (size_t)(end - close));
		if (next == NULL)
			next = end;
		if (has_rel(close, (size_t)(next - close))) {
			copy_header(out, open + 1, (size_t)(close - open - 1));
			return;
		}
		value = next;
	}
}

/* Headers by which caches report a stored copy. */
static bool
tells_of_copies(const char *name, size_t n)
{
	static const char *const NAMES[] = { "x-cache", "x-cache-status", "x-proxy-cache",
		"x-fastcgi-cache", "x-nginx-cache", "x-litespeed-cache",
		"cf-cache-status" };

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strlen(NAMES[i]) == n && strncasecmp(name, NAMES[i], n) == 0)
			return true;
	return false;
}

static bool
has_hit(const char *value, size_t len)
{
	for (size_t i = 0; i + 3 <= len; i++)
		if (strncasecmp(value + i, "hit", 3) == 0)
			return true;
	return false;
}

static void
keep_header(
    struct http_reply *r, const char *name, size_t n, const char *value, size_t len)
{
	const struct {
		const char *name;
		char *out;
	} wanted[] = { { "content-type", r->content_type },
		{ "retry-after", r->retry_after }, { "location", r->location },
		{ "allow", r->allow }, { "www-authenticate", r->www_authenticate },
		{ "date", r->date } };

	if (n == 3 && strncasecmp(name, "age", 3) == 0 && len > 0 && value[0] != '0')
		r->stored = true;
	if (tells_of_copies(name, n) && has_hit(value, len))
		r->stored = true;
	if (n == 4 && strncasecmp(name, "link", 4) == 0)
		keep_link(r->link_api, value, len);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (strlen(wanted[i].name) == n &&
		    strncasecmp(name, wanted[i].name, n) == 0)
			copy_header(wanted[i].out, value, len);
}

static bool
says_gzip(const char *name, size_t n, const char *value, size_t len)
{
	static const char NAME[] = "content-encoding", GZIP[] = "gzip";

	return n == sizeof NAME - 1 && strncasecmp(name, NAME, n) == 0 &&
	       len == sizeof GZIP - 1 && strncasecmp(value, GZIP, len) == 0;
}

size_t
http_take_header(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * count, start, end = len;
	const char *colon = memchr(bytes, ':', len);

	t->header_bytes += len;
	if (t->header_bytes > HTTP_HEADERS_BYTES_MAX)
		return 0;
	if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
		t->head_whole = t->is_packed = false;
	else if (bytes[0] == '\r' || bytes[0] == '\n')
		t->head_whole = true;
	if (colon == NULL)
		return len;
	start = (size_t)(colon - bytes) + 1;
	while (end > start && strchr("\r\n \t", bytes[end - 1]) != NULL)
		end--;
	while (start < end && (bytes[start] == ' ' || bytes[start] == '\t'))
		start++;
	keep_header(
	    &t->reply, bytes, (size_t)(colon - bytes), bytes + start, end - start);
	if (t->keep_packed &&
	    says_gzip(bytes, (size_t)(colon - bytes), bytes + start, end - start))
		t->is_packed = true;
	return len;
}

/* If a secret was removed from the body, its compressed form is dropped. */
static void
hide(struct http_reply *r, const char *secret)
{
	bool good = r->status >= 200 && r->status < 300;
	char *const headers[] = { r->content_type, r->retry_after, r->location,
		r->link_api, r->allow, r->www_authenticate, r->date };

	if (good && strlen(secret) < SECRET_LONG)
		return;
	if (secret_hide(secret, r->body.ptr, r->body.len))
		buf_reset(&r->packed);
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		secret_hide(secret, headers[i], strlen(headers[i]));
}

/* A password, and its Base64 in Basic authentication. */
static void
hide_login(struct http_reply *r, const char *user, const struct secret *password)
{
	auto_buf pair = BUF_INIT(LOGIN_MAX);
	unsigned char basic[LOGIN_MAX / 3 * 4 + 5];

	if (!secret_is_set(password))
		return;
	hide(r, password->bytes);
	if (user == NULL)
		return;
	buf_printf(&pair, "%s:%s", user, password->bytes);
	if (buf_ok(&pair)) {
		EVP_EncodeBlock(basic, (const unsigned char *)pair.ptr, (int)pair.len);
		hide(r, (const char *)basic);
		explicit_bzero(pair.ptr, pair.len);
	}
	explicit_bzero(basic, sizeof basic);
}

/* A secret URL, and its part after the host, which is all that a server sees. */
static void
hide_url(struct http_reply *r, const struct secret *url)
{
	const char *host = strstr(url->bytes, "://");
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;

	hide(r, url->bytes);
	if (path != NULL && strlen(path) > SECRET_LONG)
		hide(r, path);
}

void
http_hide_secrets(struct transfer *t)
{
	const struct http_service *s = t->service;

	hide_login(&t->reply, s->user, &s->config->password);
	hide_login(&t->reply, s->config->proxy_user, &s->config->proxy_password);
	if (s->key != NULL && s->key != &s->config->password)
		hide(&t->reply, s->key->bytes);
	if (t->url_secret != NULL)
		hide_url(&t->reply, t->url_secret);
}
