/*
 * hash.c - see hash.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/hash.h"

#include <assert.h>
#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>

static enum hash_kind
kind_by_length(size_t len)
{
	switch (len) {
	case 32:
		return HASH_MD5;
	case 40:
		return HASH_SHA1;
	case 64:
		return HASH_SHA256;
	default:
		return HASH_NONE;
	}
}

bool
hash_parse(struct hash *out, const char *text, size_t len)
{
	struct hash h = { .kind = kind_by_length(len) };

	if (h.kind == HASH_NONE)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return false;
		h.hex[i] = (char)tolower((unsigned char)text[i]);
	}
	h.hex[len] = '\0';
	*out = h;
	return true;
}

void
hash_put_hex(char *out, const unsigned char *bytes, size_t len)
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = DIGITS[bytes[i] >> 4];
		out[2 * i + 1] = DIGITS[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

void
hash_bytes(struct hash *out, enum hash_kind kind, const void *bytes, size_t len)
{
	const EVP_MD *how = kind == HASH_MD5    ? EVP_md5()
			    : kind == HASH_SHA1 ? EVP_sha1()
						: EVP_sha256();
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int ok = EVP_Digest(bytes, len, raw, &n, how, NULL);

	assert(ok == 1 && 2 * n <= HASH_HEX_MAX);
	(void)ok;
	out->kind = kind;
	hash_put_hex(out->hex, raw, n);
}

bool
hash_is_placeholder(const struct hash *h)
{
	return strspn(h->hex, (char[]){ h->hex[0], '\0' }) == strlen(h->hex);
}
