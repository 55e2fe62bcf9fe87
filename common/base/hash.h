/*
 * hash.h - file hashes from untrusted text, parsed once into canonical form.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_HASH_H
#define POTPRESS_HASH_H

#include <stdbool.h>
#include <stddef.h>

enum hash_kind { HASH_NONE, HASH_MD5, HASH_SHA1, HASH_SHA256 };

#define HASH_HEX_MAX 64
/* A file hash in lower-case hex. kind HASH_NONE means "no hash". */
struct hash {
	enum hash_kind kind;
	char hex[HASH_HEX_MAX + 1];
};

/* 32, 40 or 64 hex digits in any case and nothing else (len counts, so an embedded NUL fails). */
bool hash_parse(struct hash *out, const char *text, size_t len);
/* Two digits for each byte, and a NUL. */
void hash_put_hex(char *out, const unsigned char *bytes, size_t len);
/* The hash of these bytes. */
void hash_bytes(struct hash *out, enum hash_kind kind, const void *bytes, size_t len);
/* Whether all digits are equal: some programs write such a placeholder; no file has that hash. */
bool hash_is_placeholder(const struct hash *h);

#endif
