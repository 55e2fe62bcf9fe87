/* internal.h - shared by the files of the HTTP layer. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_NET_INTERNAL_H
#define POTPRESS_NET_INTERNAL_H

#include <curl/curl.h>
#include <libdeflate.h>

#include "common/net/http.h"

/* Checked setopt: the first failure sticks. Typed, since libcurl's own check is silent here. */
struct easy {
	CURL *handle;
	CURLcode failed;
};
void http_opt_text(struct easy *c, CURLoption option, const char *value);
void http_opt_num(struct easy *c, CURLoption option, long value);
void http_opt_list(struct easy *c, CURLoption option, struct curl_slist *list);

/* Sets how the service is reached and trusted; *connect_to is kept until the transfer ends. */
void http_set_policy(
    struct easy *c, const struct http_service *service, struct curl_slist **connect_to);

/* Sets what is different for a mail server. */
void http_set_mail_policy(struct easy *c, const struct service_config *s);

/* Milliseconds a request may take: its service's timeout, or the rest of the time of --check (0: none). */
long http_time_left_ms(const struct http *h, const struct http_service *service);

/* A sentence for the failure of the handle's last transfer, with its fix. */
void http_describe(struct buf *out, CURL *handle, const struct service_config *config,
    CURLcode code, const char *detail);
/* What to do if the proxy requires a login, for the request itself or for a tunnel. Else NULL. */
const char *http_proxy_refusal(CURL *handle, const struct service_config *config);

struct transfer {
	struct transfer *next;
	struct http *http;
	const struct http_service *service;
	struct easy easy;
	struct curl_slist *headers, *connect_to, *recipients;
	char *url, *body;
	size_t body_len, body_given; /* sent: bytes of a message given to libcurl */
	bool is_mail, body_over; /* ... all of it */
	bool line_goes_on; /* the mail server's answer has more lines */
	const struct secret *url_secret; /* a part of url; NULL: none */
	struct http_reply reply;
	size_t reply_max, header_bytes;
	bool head_whole; /* the blank line after the headers came */
	bool keep_packed; /* as the caller asked ... */
	bool is_packed; /* ... and the server compressed */
	char detail[CURL_ERROR_SIZE];
	int starts; /* how often libcurl was about to send the request */
	int64_t started_ms, timeout_ms;
	bool overslept; /* refused, as its timeout had passed */
	http_done_fn *done;
	void *ctx;
};

/* Sets up a request without starting it, and frees it; NULL: out of memory. */
struct transfer *http_transfer_new(struct http *h, const struct http_request *r);
void http_transfer_free(struct transfer *t);
/* The part of a mail, after the rest. */
void http_set_mail(struct transfer *t, const struct http_mail *m);
/* CURLE_OK if the mail server itself rejected the message with a code. */
CURLcode http_mail_result(const struct transfer *t, CURLcode code);

/* The URL of a request with its secret; the caller wipes and frees it. NULL: too long, or no memory. */
char *http_whole_url(const struct http_request *r);
/* Adds to the reply's body, within its limit. */
size_t http_add_body(struct transfer *t, const char *bytes, size_t len);
/* libcurl's callbacks; ctx is the transfer. */
size_t http_take_body(char *bytes, size_t size, size_t count, void *ctx);
size_t http_take_header(char *bytes, size_t size, size_t count, void *ctx);
/* At the end of a transfer with keep_packed: unpacks the body. */
CURLcode http_unpack(struct transfer *t);
/* Called when the request is about to be sent to this address. */
void http_note_peer(const struct transfer *t, const char *address);
/* A password or key that a server repeats must not get into a log or the database. */
void http_hide_secrets(struct transfer *t);

struct http {
	CURLM *multi;
	struct libdeflate_decompressor *unpacker;
	char *user_agent;
	struct transfer *transfers;
	int in_flight;
	int given_up; /* how often http_give_up was called */
	http_wait_fn *wait; /* how http_perform waits */
	void *wait_ctx;
	int64_t deadline_ms; /* 0: none */
	int64_t newest_date;
	http_peer_fn *tell_peer; /* NULL: not requested */
	void *tell_peer_ctx;
};

#endif
