/*
 * url.h - reads URLs by libcurl's parser, which later connects by it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_NET_URL_H
#define POTPRESS_NET_URL_H

#include <stdbool.h>

#include "common/base/buf.h"

enum url_fault {
	URL_GOOD,
	URL_BAD, /* not a URL with a host */
	URL_LOGIN, /* a user or password in it */
	URL_QUERY, /* a query or fragment */
	URL_SCRIPT, /* letters outside ASCII that cannot be brought into the xn-- form */
};

/* Reads a base URL of the configuration and appends it in canonical form: an international host in its
 * xn-- form, no slash at the end. */
enum url_fault url_read_base(struct buf *out, const char *text);
/* Appends any URL with an international host in its xn-- form; false: there is none. */
bool url_ascii(struct buf *out, const char *url);
/* Appends scheme, host and port of any URL, also of one with a query. False: it has no host, or it
 * contains a user or password. */
bool url_origin(struct buf *out, const char *url);
/* Whether the host of the URL, HOST:PORT or [v6]:PORT is this machine: localhost, 127/8, ::1. */
bool url_is_loopback(const char *url);
bool url_hostport_is_loopback(const char *hostport);
/* HOST:PORT or [v6]:PORT */
bool url_is_hostport(const char *text);
/* Same scheme, host and port, the default port included. */
bool url_same_origin(const char *url, const char *other);

#endif
