/*
 * http.c - transfers from start to end; see http.h. transfer.c sets one up, policy.c says how services are
 * reached, reply.c takes in the answer.
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
		h->unpacker = libdeflate_alloc_decompressor();
		h->user_agent = strdup(user_agent);
	}
	if (h->multi == NULL || h->unpacker == NULL || h->user_agent == NULL) {
		err_set(e, FAULT_FATAL, "libcurl cannot start");
		http_free(h);
		return NULL;
	}
	/* With CURLOPT_NOSIGNAL libcurl may raise SIGPIPE. */
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

/* ---- one transfer */

bool
http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx,
    struct err *e)
{
	struct transfer *t;

	if (http_time_left_ms(h, r->service) <= 0)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "%s: timeout reached; remaining checks skipped", r->service->name);
	t = http_transfer_new(h, r);
	if (t == NULL || t->easy.failed != CURLE_OK ||
	    curl_multi_add_handle(h->multi, t->easy.handle) != CURLM_OK) {
		err_set(e, FAULT_FATAL, "libcurl cannot set up a request to %s: %s",
		    r->service->name,
		    t != NULL ? curl_easy_strerror(t->easy.failed) : "out of memory");
		http_transfer_free(t);
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

/* Whether anything was sent that may have had an effect. */
static bool
may_have_arrived(const struct transfer *t)
{
	return t->is_mail ? t->body_over : t->starts > 0;
}

static void
fault_of(struct transfer *t, CURLcode code, struct err *e)
{
	auto_buf text = BUF_CUT(DETAIL_MAX);
	bool is_refused =
	    http_proxy_refusal(t->easy.handle, t->service->config) != NULL ||
	    code == CURLE_LOGIN_DENIED;

	if (t->reply.too_large) {
		err_set(e, FAULT_RETRY, "%s: the answer exceeds the limit of %zu bytes",
		    t->service->name, t->reply_max);
		e->unknown_outcome = true;
		return;
	}
	if (t->starts > 1)
		buf_puts(&text, "the connection was lost before the answer arrived");
	else if (t->overslept)
		buf_puts(&text, "the machine slept before the request was sent");
	else
		http_describe(&text, t->easy.handle, t->service->config, code, t->detail);
	err_outage(e, is_refused ? OUTAGE_CREDENTIALS : OUTAGE_DOWN, 0, "%s: %s",
	    t->service->name, buf_text(&text));
	e->unknown_outcome = may_have_arrived(t) && !is_refused;
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
	http_transfer_free(t);
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
		/* libcurl accepts a truncated header as a complete one. */
		if (t->is_mail)
			code = http_mail_result(t, code);
		else if (code == CURLE_OK && !t->head_whole)
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
	h->given_up++;
	while (h->transfers != NULL) {
		struct transfer *t = h->transfers;
		struct err e = ERR_NONE;

		err_outage(&e, OUTAGE_DOWN, 0, "%s: %s", t->service->name, why);
		e.unknown_outcome = may_have_arrived(t);
		t->reply.status = 0;
		finish(h, t, &e);
	}
}

/* Moves all transfers on. Has one of them ended? */
static bool
move_on(struct http *h)
{
	int before = h->in_flight, running;

	curl_multi_perform(h->multi, &running);
	finish_done(h);
	return h->in_flight != before;
}

/* An answer comes in several pieces: only its end is worth a return. */
void
http_poll(struct http *h, int wake_fd, int ms)
{
	struct curl_waitfd extra = { .fd = wake_fd, .events = CURL_WAIT_POLLIN };
	int64_t end_ms = clock_monotonic_ms() + ms, left_ms = ms;
	bool ended = move_on(h);

	while (!ended && left_ms > 0 && extra.revents == 0) {
		curl_multi_poll(
		    h->multi, &extra, wake_fd >= 0 ? 1 : 0, (int)left_ms, NULL);
		ended = move_on(h);
		left_ms = end_ms - clock_monotonic_ms();
	}
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	while (h->transfers != NULL) {
		struct transfer *t = h->transfers;

		unlink_transfer(h, t);
		http_transfer_free(t);
	}
	curl_multi_cleanup(h->multi);
	libdeflate_free_decompressor(h->unpacker);
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
http_wait(struct http *h, int ms)
{
	int before = h->given_up;

	h->wait(h->wait_ctx, ms);
	return h->given_up == before;
}

bool
http_perform(
    struct http *h, const struct http_request *r, struct http_reply *reply, struct err *e)
{
	struct err fault = ERR_NONE;
	struct single s = { .reply = reply, .e = &fault };

	if (!http_start(h, r, single_done, &s, e))
		return false;
	if (r->meanwhile != NULL) {
		http_poll(h, -1, 0); /* so that it is sent first */
		r->meanwhile(r->meanwhile_ctx);
	}
	while (!s.done)
		h->wait(h->wait_ctx, PERFORM_WAIT_MS);
	if (fault.fault == FAULT_NONE)
		return true;
	*e = fault;
	return false;
}
