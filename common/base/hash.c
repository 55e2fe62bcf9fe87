/*
 * hash.c - see hash.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/hash.h"

#include <ctype.h>
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

bool
hash_is_placeholder(const struct hash *h)
{
	return strspn(h->hex, (char[]){ h->hex[0], '\0' }) == strlen(h->hex);
}
