/*
 * sha256.c - see sha256.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"

#include <assert.h>
#include <openssl/evp.h>

void
sha256_hex(const void *bytes, size_t len, char hex[SHA256_HEX_MAX])
{
	static const char DIGITS[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int ok = EVP_Digest(bytes, len, raw, &n, EVP_sha256(), NULL);

	assert(ok == 1 && n == 32);
	(void)ok;
	for (unsigned int i = 0; i < n; i++) {
		hex[2 * i] = DIGITS[raw[i] >> 4];
		hex[2 * i + 1] = DIGITS[raw[i] & 15];
	}
	hex[2 * n] = '\0';
}
