/*
 * transfer.c - sets up one request for libcurl, and frees it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/net/internal.h"

static void
forget_headers(struct curl_slist *headers)
{
	/* One of them may contain a key. */
	for (struct curl_slist *i = headers; i != NULL; i = i->next)
		explicit_bzero(i->data, strlen(i->data));
	curl_slist_free_all(headers);
}

void
http_transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	curl_easy_cleanup(t->easy.handle);
	forget_headers(t->headers);
	curl_slist_free_all(t->connect_to);
	curl_slist_free_all(t->recipients);
	http_reply_done(&t->reply);
	if (t->url != NULL && t->url_secret != NULL)
		explicit_bzero(t->url, strlen(t->url));
	free(t->url);
	free(t->body);
	free(t);
}

/* libcurl sends a request again by itself when a reused connection dies without an answer. A second
 * start is refused: the answer counts as lost. A start after the timeout is refused as well: libcurl's
 * clock stops while the machine sleeps, and the booking of the request has expired. */
static int
before_request(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = ctx;

	http_note_peer(t, ip);
	(void)local_ip;
	(void)port;
	(void)local_port;
	t->overslept = clock_monotonic_ms() > t->started_ms + t->timeout_ms;
	if (t->overslept)
		return CURL_PREREQFUNC_ABORT;
	return ++t->starts > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void
set_callbacks(struct transfer *t)
{
	CURL *c = t->easy.handle;
	bool ok =
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, http_take_body) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, http_take_header) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HEADERDATA, t) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, before_request) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PREREQDATA, t) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->detail) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PRIVATE, t) == CURLE_OK;

	if (!ok)
		t->easy.failed = CURLE_FAILED_INIT;
}

static void
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->headers, line);

	if (longer == NULL)
		t->easy.failed = CURLE_OUT_OF_MEMORY;
	else
		t->headers = longer;
}

static void
add_headers(struct transfer *t, const struct http_request *r)
{
	const struct http_service *s = r->service;
	auto_buf key = BUF_INIT(SECRET_MAX + HTTP_HEADER_MAX);

	add_header(t, "Expect:");
	for (int i = 0; i < HTTP_HEADERS_MAX && r->headers[i] != NULL; i++)
		add_header(t, r->headers[i]);
	if (s->key_header == NULL)
		return;
	buf_printf(&key, "%s: %s%s", s->key_header,
	    s->key_prefix != NULL ? s->key_prefix : "", s->key->bytes);
	add_header(t, buf_text(&key));
	explicit_bzero(key.ptr, key.len);
}

static void
set_method(struct transfer *t, const struct http_request *r)
{
	if (strcmp(r->method, "HEAD") == 0)
		http_opt_num(&t->easy, CURLOPT_NOBODY, 1);
	if (t->body == NULL || t->is_mail)
		return;
	http_opt_num(&t->easy, CURLOPT_POST, 1);
	http_opt_num(&t->easy, CURLOPT_POSTFIELDSIZE, (long)r->body_len);
	http_opt_text(&t->easy, CURLOPT_POSTFIELDS, t->body);
	if (strcmp(r->method, "POST") != 0)
		http_opt_text(&t->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_request(struct transfer *t, const struct http_request *r)
{
	const struct http_service *s = r->service;
	auto_buf agent = BUF_INIT(HTTP_HEADER_MAX);

	http_set_policy(&t->easy, s, &t->connect_to);
	t->timeout_ms = http_time_left_ms(t->http, s);
	http_opt_num(&t->easy, CURLOPT_TIMEOUT_MS, (long)t->timeout_ms);
	http_opt_text(&t->easy, CURLOPT_URL, t->url);
	http_opt_text(&t->easy, CURLOPT_ACCEPT_ENCODING, r->keep_packed ? "gzip" : "");
	http_opt_num(&t->easy, CURLOPT_HTTP_CONTENT_DECODING, !r->keep_packed);
	buf_printf(&agent, "%s%s", t->http->user_agent,
	    s->user_agent_suffix != NULL ? s->user_agent_suffix : "");
	http_opt_text(&t->easy, CURLOPT_USERAGENT, buf_text(&agent));
	if (s->user != NULL) {
		http_opt_num(&t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		http_opt_text(&t->easy, CURLOPT_USERNAME, s->user);
		http_opt_text(&t->easy, CURLOPT_PASSWORD, s->config->password.bytes);
	}
	set_method(t, r);
	add_headers(t, r);
	http_opt_list(&t->easy, CURLOPT_HTTPHEADER, t->headers);
	set_callbacks(t);
	if (t->is_mail)
		http_set_mail(t, r->mail);
}

struct transfer *
http_transfer_new(struct http *h, const struct http_request *r)
{
	struct transfer *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->http = h;
	t->service = r->service;
	t->reply_max = r->reply_max;
	t->keep_packed = r->keep_packed;
	t->is_mail = r->mail != NULL;
	t->body_len = r->body_len;
	t->reply.body = (struct buf)BUF_INIT(r->reply_max);
	t->reply.packed = (struct buf)BUF_INIT(r->reply_max);
	t->url = http_whole_url(r);
	t->url_secret = r->url_secret;
	if (r->body != NULL) {
		t->body = malloc(r->body_len + 1);
		if (t->body != NULL)
			memcpy(t->body, r->body, r->body_len + 1);
	}
	t->easy.handle = curl_easy_init();
	if (t->easy.handle == NULL || t->url == NULL ||
	    (r->body != NULL && t->body == NULL)) {
		http_transfer_free(t);
		return NULL;
	}
	set_request(t, r);
	return t;
}
