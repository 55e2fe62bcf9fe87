/*
 * sha256.c - see sha256.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"

#include <string.h>

#include "common/base/hash.h"

void
sha256_hex(const void *bytes, size_t len, char hex[SHA256_HEX_MAX])
{
	struct hash h;

	hash_bytes(&h, HASH_SHA256, bytes, len);
	memcpy(hex, h.hex, SHA256_HEX_MAX);
}
