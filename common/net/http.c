/*
 * http.c - transfers; see http.h. policy.c says how services are reached, reply.c takes in the answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/http.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/time.h"
#include "common/net/internal.h"

#define DETAIL_MAX 600

/* ---- the handle */

static void
poll_alone(void *ctx, int ms)
{
	http_poll(ctx, -1, ms);
}

void
http_wait_by(struct http *h, http_wait_fn *wait, void *ctx)
{
	h->wait = wait;
	h->wait_ctx = ctx;
}

struct http *
http_new(const char *user_agent, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);

	if (h == NULL) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		h->multi = curl_multi_init();
		h->user_agent = strdup(user_agent);
	}
	if (h->multi == NULL || h->user_agent == NULL) {
		err_set(e, FAULT_FATAL, "libcurl cannot start");
		http_free(h);
		return NULL;
	}
	/* libcurl, told to leave signals alone (CURLOPT_NOSIGNAL), may raise this one. */
	signal(SIGPIPE, SIG_IGN);
	http_wait_by(h, poll_alone, h);
	return h;
}

int
http_in_flight(const struct http *h)
{
	return h->in_flight;
}

int64_t
http_newest_date(const struct http *h)
{
	return h->newest_date;
}

void
http_set_deadline(struct http *h, int64_t monotonic_ms)
{
	h->deadline_ms = monotonic_ms;
}

long
http_time_left_ms(const struct http *h, const struct http_service *service)
{
	int64_t timeout = service->config->timeout_s * 1000, left;

	if (h->deadline_ms == 0)
		return (long)timeout;
	left = h->deadline_ms - clock_monotonic_ms();
	return (long)(left < timeout ? left : timeout);
}

/* ---- one transfer */

static void
forget_headers(struct curl_slist *headers)
{
	/* One of them may hold a key. */
	for (struct curl_slist *i = headers; i != NULL; i = i->next)
		explicit_bzero(i->data, strlen(i->data));
	curl_slist_free_all(headers);
}

static void
transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	curl_easy_cleanup(t->easy.handle);
	forget_headers(t->headers);
	curl_slist_free_all(t->connect_to);
	http_reply_done(&t->reply);
	free(t->url);
	free(t->body);
	free(t);
}

/* libcurl sends a request again by itself when a reused connection dies without an answer. A second
 * start is refused: the answer counts as lost. */
static int
before_request(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = ctx;

	http_note_peer(t, ip);
	(void)local_ip;
	(void)port;
	(void)local_port;
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
	if (t->body == NULL)
		return;
	http_opt_num(&t->easy, CURLOPT_POST, 1);
	http_opt_num(&t->easy, CURLOPT_POSTFIELDSIZE, (long)r->body_len);
	http_opt_text(&t->easy, CURLOPT_POSTFIELDS, t->body);
}

static void
set_request(struct transfer *t, const struct http_request *r)
{
	const struct http_service *s = r->service;
	auto_buf agent = BUF_INIT(HTTP_HEADER_MAX);

	http_set_policy(&t->easy, s, &t->connect_to);
	http_opt_num(&t->easy, CURLOPT_TIMEOUT_MS, http_time_left_ms(t->http, s));
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
}

static struct transfer *
transfer_new(struct http *h, const struct http_request *r)
{
	struct transfer *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->http = h;
	t->service = r->service;
	t->reply_max = r->reply_max;
	t->keep_packed = r->keep_packed;
	t->reply.body = (struct buf)BUF_INIT(r->reply_max);
	t->reply.packed = (struct buf)BUF_INIT(r->reply_max);
	t->url = strdup(r->url);
	if (r->body != NULL) {
		t->body = malloc(r->body_len + 1);
		if (t->body != NULL)
			memcpy(t->body, r->body, r->body_len + 1);
	}
	t->easy.handle = curl_easy_init();
	if (t->easy.handle == NULL || t->url == NULL ||
	    (r->body != NULL && t->body == NULL)) {
		transfer_free(t);
		return NULL;
	}
	set_request(t, r);
	return t;
}

bool
http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx,
    struct err *e)
{
	struct transfer *t;

	if (http_time_left_ms(h, r->service) <= 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "%s: timeout reached; remaining checks skipped", r->service->name);
	t = transfer_new(h, r);
	if (t == NULL || t->easy.failed != CURLE_OK ||
	    curl_multi_add_handle(h->multi, t->easy.handle) != CURLM_OK) {
		err_set(e, FAULT_FATAL, "libcurl cannot set up a request to %s: %s",
		    r->service->name,
		    t != NULL ? curl_easy_strerror(t->easy.failed) : "out of memory");
		transfer_free(t);
		return false;
	}
	t->done = done;
	t->ctx = ctx;
	t->started_ms = clock_monotonic_ms();
	t->next = h->transfers;
	h->transfers = t;
	h->in_flight++;
	return true;
}

/* ---- endings */

static void
unlink_transfer(struct http *h, const struct transfer *t)
{
	struct transfer **p = &h->transfers;

	while (*p != t) {
		assert(*p != NULL);
		p = &(*p)->next;
	}
	*p = t->next;
	h->in_flight--;
	curl_multi_remove_handle(h->multi, t->easy.handle);
}

static void
fault_of(struct transfer *t, CURLcode code, struct err *e)
{
	auto_buf text = BUF_CUT(DETAIL_MAX);
	bool is_refused = http_proxy_refusal(t->easy.handle, t->service->config) != NULL;

	if (t->reply.too_large) {
		err_set(e, FAULT_RETRY, "%s: the answer exceeds the limit of %zu bytes",
		    t->service->name, t->reply_max);
		e->unknown_outcome = true;
		return;
	}
	if (t->starts > 1)
		buf_puts(&text, "the connection was lost before the answer arrived");
	else
		http_describe(&text, t->easy.handle, t->service->config, code, t->detail);
	err_outage(e, is_refused ? OUTAGE_CREDENTIALS : OUTAGE_DOWN, 0, "%s: %s",
	    t->service->name, buf_text(&text));
	e->unknown_outcome = t->starts > 0 && !is_refused;
}

static void
finish(struct http *h, struct transfer *t, const struct err *e)
{
	int64_t date;

	unlink_transfer(h, t);
	http_hide_secrets(t);
	if (time_parse_http(t->reply.date, &date) && date > h->newest_date)
		h->newest_date = date;
	t->reply.took_ms = clock_monotonic_ms() - t->started_ms;
	t->done(t->ctx, &t->reply, e);
	transfer_free(t);
}

static void
finish_done(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		struct transfer *t = NULL;
		struct err e = ERR_NONE;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		curl_easy_getinfo(
		    m->easy_handle, CURLINFO_RESPONSE_CODE, &t->reply.status);
		/* libcurl takes a head that ends anywhere for a whole one. */
		if (code == CURLE_OK && !t->head_whole)
			code = CURLE_PARTIAL_FILE;
		if (code == CURLE_OK)
			code = http_unpack(t);
		if (code != CURLE_OK ||
		    http_proxy_refusal(m->easy_handle, t->service->config) != NULL)
			fault_of(t, code, &e);
		finish(h, t, &e);
	}
}

void
http_give_up(struct http *h, const char *why)
{
	while (h->transfers != NULL) {
		struct transfer *t = h->transfers;
		struct err e = ERR_NONE;

		err_outage(&e, OUTAGE_DOWN, 0, "%s: %s", t->service->name, why);
		e.unknown_outcome = t->starts > 0;
		t->reply.status = 0;
		finish(h, t, &e);
	}
}

void
http_poll(struct http *h, int wake_fd, int ms)
{
	struct curl_waitfd extra = { .fd = wake_fd, .events = CURL_WAIT_POLLIN };
	int before = h->in_flight, running;

	curl_multi_perform(h->multi, &running);
	finish_done(h);
	if (h->in_flight == before && ms > 0)
		curl_multi_poll(h->multi, &extra, wake_fd >= 0 ? 1 : 0, ms, NULL);
	curl_multi_perform(h->multi, &running);
	finish_done(h);
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	while (h->transfers != NULL) {
		struct transfer *t = h->transfers;

		unlink_transfer(h, t);
		transfer_free(t);
	}
	curl_multi_cleanup(h->multi);
	free(h->user_agent);
	free(h);
	curl_global_cleanup();
}

/* ---- waiting for one */

struct single {
	struct http_reply *reply;
	struct err *e;
	bool done;
};

static void
single_done(void *ctx, struct http_reply *reply, const struct err *e)
{
	struct single *s = ctx;

	*s->reply = http_reply_take(reply);
	if (e->fault != FAULT_NONE)
		*s->e = *e;
	s->done = true;
}

#define PERFORM_WAIT_MS 1000

bool
http_perform(
    struct http *h, const struct http_request *r, struct http_reply *reply, struct err *e)
{
	struct err fault = ERR_NONE;
	struct single s = { .reply = reply, .e = &fault };

	if (!http_start(h, r, single_done, &s, e))
		return false;
	while (!s.done)
		h->wait(h->wait_ctx, PERFORM_WAIT_MS);
	if (fault.fault == FAULT_NONE)
		return true;
	*e = fault;
	return false;
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
