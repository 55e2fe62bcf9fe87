/*
 * sha256.c - see sha256.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <string.h>

#include "common/base/hash.h"

void
sha256_hex(const void *bytes, size_t len, char hex[SHA256_HEX_MAX])
{
	struct hash h;

	hash_bytes(&h, HASH_SHA256, bytes, len);
	memcpy(hex, h.hex, SHA256_HEX_MAX);
}

void
sha256_hmac_hex(const void *key, size_t key_len, const void *bytes, size_t len,
    char hex[SHA256_HEX_MAX])
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	bool done = HMAC(EVP_sha256(), key, (int)key_len, bytes, len, raw, &n) != NULL;

	assert(done && 2 * n + 1 == SHA256_HEX_MAX);
	(void)done;
	hash_put_hex(hex, raw, n);
}
