/*
 * elastic_answer.h - what an answer of the engine, or of something that stands before it, means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_ANSWER_H
#define POTPRESS_ELASTIC_ANSWER_H

#include "common/http.h"

/* True for a 200 with JSON. `transport` is the transfer's own fault. now: for Retry-After. */
bool elastic_answer(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e);

#endif
