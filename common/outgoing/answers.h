/*
 * answers.h - files that reveal who received them: answers of "what is my address" services and of
 * cloud metadata services.
 *
 * A honeypot that fetched such a page stores a file with nothing but its own address, and anybody who
 * has the file's hash can find the address in seconds by trying all of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_ANSWERS_H
#define POTPRESS_OUTGOING_ANSWERS_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/base/hash.h"

/* Hands over the MD5, SHA-1 and SHA-256 of each file that holds only this address or name: the text
 * with and without line ends, and in the usual JSON. Skips networks and domains, as no such file holds
 * them. Stops and returns false when take does. */
bool answers_hashes(const char *value,
    bool (*take)(void *ctx, const struct hash *hash, struct err *e), void *ctx,
    struct err *e);

/* The start of the host in a URL or HOST:PORT; *len is its length, without brackets and a final dot. */
const char *answers_host(const char *url, size_t *len);
/* Whether a host is an address that is not public: private, loopback, link-local or reserved. */
bool answers_private(const char *host);
/* Whether this URL may lead to such an answer, or to another secret of the receiver's network: the host
 * is such a service, or private, loopback, link-local or reserved, in any form that inet_aton(3)
 * accepts. */
bool answers_tell(const char *url);

#endif
