/*
 * url.h - what a URL says, read by libcurl's parser: the one that will later connect.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_NET_URL_H
#define POTPRESS_NET_URL_H

#include <stdbool.h>

#include "common/base/buf.h"

enum url_fault {
	URL_GOOD,
	URL_BAD, /* no URL with a host */
	URL_LOGIN, /* a user or password in it */
	URL_QUERY, /* a query or fragment */
	URL_SCRIPT, /* letters outside ASCII that cannot be brought into the xn-- form */
	URL_NO_MEMORY,
};

/* Reads a base URL, as the configuration has them, and appends it as the network knows it: an
 * international host in its xn-- form, no slash at the end. */
enum url_fault url_read_base(struct buf *out, const char *text);
/* Appends scheme, host and port of any URL with a host, also of one with a query. False: it is none, or it
 * has a user or password in it. */
bool url_origin(struct buf *out, const char *url);
/* Is its host, or the host of HOST:PORT or [v6]:PORT, the machine itself: localhost, 127/8, ::1? */
bool url_is_loopback(const char *url);
bool url_hostport_is_loopback(const char *hostport);
/* HOST:PORT or [v6]:PORT */
bool url_is_hostport(const char *text);
/* Same scheme, host and port, the default port included. */
bool url_same_origin(const char *url, const char *other);

#endif
