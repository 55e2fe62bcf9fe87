/*
 * http.h - requests and answers over libcurl's multi interface, also to mail servers; knows nothing
 * about services.
 *
 * One thread, several requests in flight, connections kept. Policy in one place: TLS always
 * verified (a pinned key may take the place of the chain), no redirects, no cookies, hard limits on
 * time and on decoded size, and no request ever sent twice by the transport: when
 * a reused connection dies without an answer libcurl would send again, and PREREQFUNCTION refuses
 * the second start (the answer is then "lost": err.unknown_outcome).
 *
 * Signals and waiting are not handled here: a program waits in events_wait, which calls
 * http_poll.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_NET_HTTP_H
#define POTPRESS_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/net/access.h"

#define HTTP_HEADER_MAX 256 /* bytes kept of each header we look at */
#define HTTP_HEADERS_BYTES_MAX 65536 /* all header bytes of one answer */
#define HTTP_CONNECT_TIMEOUT_S 10
#define HTTP_URL_MAX 8192 /* bytes of one with a secret in it */
#define HTTP_HEADERS_MAX 8 /* request headers of a caller */

struct http; /* the multi handle and what is in flight */

/* What one service needs: from its section of the configuration, kept by reference. */
struct http_service {
	const char *name; /* "virustotal", for messages */
	const struct service_config *config;
	const char *user; /* Basic auth with config->password; NULL: none */
	const char *key_header; /* e.g. "x-apikey": sent with `key`; NULL: none */
	const struct secret *key;
	const char *key_prefix; /* before the key: "ApiKey "; NULL: none */
	const char *user_agent_suffix; /* e.g. "; gzip"; NULL: none */
	/* For a mail server, which uses `user` and config->password: our name in its greeting
	 * (mail_is_name). NULL: HTTP. */
	const char *helo;
};

/* The envelope of an e-mail; each is mail_is_address (mail.h). Copied. */
struct http_mail {
	const char *from;
	const char *const *to;
	size_t to_count;
};

struct http_request {
	const struct http_service *service;
	const char *method; /* "GET", "POST", "HEAD", "PUT" */
	const char *url; /* copied */
	/* To a mail server: `body` is the message (mail_write), `url` that of http_put_url. NULL: HTTP. */
	const struct http_mail *mail;
	/* follows url: the rest of the URL, or a token within it; NULL: none */
	const struct secret *url_secret;
	const char *url_after; /* follows url_secret; NULL: nothing */
	const char *body; /* to send, NULL for none; copied */
	size_t body_len;
	const char *headers[HTTP_HEADERS_MAX]; /* "Name: value", NULL-ended; copied */
	size_t reply_max; /* decoded bytes; more is FAULT_RETRY "over the size limit" */
	bool keep_packed; /* fill reply.packed if the server compresses */
	/* Called once by http_perform while the answer is awaited; it may perform other requests. NULL:
	 * nothing. */
	void (*meanwhile)(void *ctx);
	void *meanwhile_ctx;
};

struct http_reply {
	long status; /* 0 when no answer came; of a mail server the newest code */
	struct buf body; /* of a mail server: the lines of the newest answer */
	/* with keep_packed: the body as a zlib stream; empty: it was sent as it is */
	struct buf packed;
	char content_type[HTTP_HEADER_MAX];
	char retry_after[HTTP_HEADER_MAX];
	char location[HTTP_HEADER_MAX];
	/* target of the Link header with rel https://api.w.org/ */
	char link_api[HTTP_HEADER_MAX];
	char allow[HTTP_HEADER_MAX];
	char www_authenticate[HTTP_HEADER_MAX];
	char date[HTTP_HEADER_MAX];
	int64_t took_ms;
	bool too_large; /* cut at reply_max */
	bool stored; /* a cache reports that it answered with a stored copy */
};

/* Called once for each started request from within http_poll. On transport failure e has
 * FAULT_OUTAGE (OUTAGE_DOWN), unknown_outcome set when any byte of the request may have left, and
 * reply->status 0 or the status of a cut answer. The reply is freed after the call. */
typedef void http_done_fn(void *ctx, struct http_reply *reply, const struct err *e);

/* user_agent e.g. "potpress/0.1". FAULT_FATAL when libcurl cannot start. */
struct http *http_new(const char *user_agent, struct err *e);
/* Aborts requests in flight without calling back. */
void http_free(struct http *h);
/* Of the service itself: its config->url, for a mail server with the name for EHLO. */
void http_put_url(struct buf *out, const struct http_service *service);
/* Whether the service is on this machine. */
bool http_is_local(const struct service_config *c);
/* Starts a request; `done` is called with its answer, unless this returns false, when
 * nothing was sent: FAULT_FATAL, or FAULT_OUTAGE when --check has no time left. r->service must outlive it. */
bool http_start(struct http *h, const struct http_request *r, http_done_fn *done,
    void *ctx, struct err *e);
/* The number of requests without an answer. */
int http_in_flight(const struct http *h);
/* Delivers answers; returns after one was delivered, when wake_fd (-1: none) is readable, or after
 * `ms`. */
void http_poll(struct http *h, int wake_fd, int ms);
/* Ends requests in flight with an outage whose reason is `why`. */
void http_give_up(struct http *h, const char *why);
/* Replaces the wait of http_perform, for a caller that also waits for other things; `wait` must call
 * http_poll. */
typedef void http_wait_fn(void *ctx, int ms);
void http_wait_by(struct http *h, http_wait_fn *wait, void *ctx);
/* Waits as http_perform does, for something other than an answer. False after http_give_up. */
bool http_wait(struct http *h, int ms);
/* One request and its answer; other transfers go on meanwhile. False with the transport's fault, also
 * when http_give_up ended it. The caller releases the reply with http_reply_done in either case. */
bool http_perform(struct http *h, const struct http_request *r, struct http_reply *reply,
    struct err *e);
void http_reply_done(struct http_reply *reply);
/* Moves the reply out of an answer's callback, to be released later. */
struct http_reply http_reply_take(struct http_reply *reply);
#define auto_reply __attribute__((cleanup(http_reply_done))) struct http_reply

/* Called before each request that uses no proxy with the address it goes to. It runs inside libcurl and
 * must only record it. */
typedef void http_peer_fn(
    void *ctx, const struct service_config *config, const char *address);
void http_tell_peers(struct http *h, http_peer_fn *tell, void *ctx);

/* For --check: no request lasts beyond this moment (clock_monotonic_ms), and none starts then. */
void http_set_deadline(struct http *h, int64_t monotonic_ms);
/* The newest Date header of all answers since the last http_diagnose, in unix seconds, 0 when none had
 * one. */
int64_t http_newest_date(const struct http *h);

/* A sentence that names why `url` cannot be reached and what to do: cannot resolve,
 * refused, timed out, TLS not trusted (with the server's pin to paste after verifying), wrong host
 * in the certificate; for --check. Sends no request. Empty text when a connection can be made. */
void http_diagnose(struct http *h, const struct http_service *service, struct buf *out);

/* Percent-encodes everything but unreserved characters, for path segments and queries. */
void http_escape(struct buf *out, const char *text);

#endif
