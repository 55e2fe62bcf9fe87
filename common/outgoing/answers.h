/*
 * answers.h - files that tell who received them: the answers of "what is my address" services and of a
 * cloud's metadata.
 *
 * A honeypot that fetched such a page holds a file that is nothing but its own address, and whoever has the
 * file's hash finds the address by trying all of them in seconds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_ANSWERS_H
#define POTPRESS_OUTGOING_ANSWERS_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/base/hash.h"

/* Hands over the MD5, SHA-1 and SHA-256 of each file that says this address or name and nothing else: the
 * text with and without the ends of lines, and the usual JSON around it. Networks and domains are in no
 * such file. Ends with false when take returns false. */
bool answers_hashes(const char *value,
    bool (*take)(void *ctx, const struct hash *hash, struct err *e), void *ctx,
    struct err *e);

/* Where the host of a URL, or of HOST:PORT, begins; *len is its length. Brackets and a dot at the end are no
 * part of it. */
const char *answers_host(const char *url, size_t *len);
/* Whether a host is an address that is not the Internet's: private, loopback, link-local or reserved. */
bool answers_private(const char *host);
/* Whether what this URL leads to may be such an answer, or another secret of its receiver's network: the
 * host is a service of that kind, or private, loopback, link-local or reserved, in any form inet_aton(3)
 * takes. */
bool answers_tell(const char *url);

#endif
