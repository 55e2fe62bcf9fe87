/*
 * status.h - what an answer of the engine, or of a proxy before it, means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_STATUS_H
#define POTPRESS_ELASTIC_STATUS_H

#include "common/net/http.h"

/* True for a 200 with JSON. `transport` is the transfer's own fault. now: for Retry-After. */
bool elastic_status(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e);

#endif
