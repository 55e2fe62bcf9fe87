/*
 * sha256.h - SHA-256 of byte strings, and HMAC with it (RFC 2104), by libcrypto.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_SHA256_H
#define POTPRESS_BASE_SHA256_H

#include <stddef.h>

#define SHA256_HEX_MAX 65
/* Lower-case hex with NUL. */
void sha256_hex(const void *bytes, size_t len, char hex[SHA256_HEX_MAX]);
void sha256_hmac_hex(const void *key, size_t key_len, const void *bytes, size_t len,
    char hex[SHA256_HEX_MAX]);

#endif
