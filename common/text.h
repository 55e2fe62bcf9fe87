/*
 * text.h - text from outside made safe to keep: UTF-8, hashes, addresses, times.
 *
 * Nothing here knows HTML or SQL. Outputs of the *_clean and parse functions are canonical:
 * nobody downstream checks them again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TEXT_H
#define POTPRESS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

/* Replaces what is not UTF-8 (overlong forms and surrogates too) by U+FFFD, one per broken
 * byte; NUL becomes U+FFFD as well. Cuts at max_bytes of output on a character boundary. */
void utf8_clean(struct buf *out, const char *bytes, size_t len, size_t max_bytes);
/* Characters that change a terminal, or the order in which text is read. */
bool utf8_is_control(uint32_t code_point);
bool utf8_valid(const char *bytes, size_t len);
/* Decodes the character at p (p < end, valid UTF-8) and stores its length; returns the code
 * point. Invalid bytes give U+FFFD with length 1. */
uint32_t utf8_next(const char *p, const char *end, size_t *length);
void utf8_put(struct buf *out, uint32_t code_point);

enum hash_kind { HASH_NONE, HASH_MD5, HASH_SHA1, HASH_SHA256 };

#define HASH_HEX_MAX 64
/* A file hash in lower-case hex. kind HASH_NONE means "no hash". */
struct hash {
	enum hash_kind kind;
	char hex[HASH_HEX_MAX + 1];
};

/* 32, 40 or 64 hex digits in any case and nothing else (len counts, so an embedded NUL fails). */
bool hash_parse(struct hash *out, const char *text, size_t len);
/* All digits equal: a placeholder that some program wrote, since no file hashes to that. */
bool hash_is_placeholder(const struct hash *h);
const char *hash_kind_name(enum hash_kind kind); /* "md5", "sha1", "sha256", "" */

/* Canonical text of an IPv4 or IPv6 address (inet_pton/inet_ntop; v4-mapped becomes v4).
 * False when it is not an address. out holds at least IP_TEXT_MAX bytes. */
#define IP_TEXT_MAX 46
bool ip_canonical(const char *text, char out[IP_TEXT_MAX]);

/* ISO 8601 instant ("2026-11-20T05:06:07.123Z", offset +09:00 allowed, no offset means UTC)
 * to unix seconds (floor). False when it is none. Years 1900..9999. */
bool time_parse_iso(const char *text, int64_t *unix_s);
/* "2026-11-20T05:06:07Z". out holds TIME_TEXT_MAX bytes. */
#define TIME_TEXT_MAX 32
void time_format_iso(int64_t unix_s, char out[TIME_TEXT_MAX]);
/* "2026-11-20" and "2026-11" of the UTC day, as the ledger keeps them. */
void time_format_day(int64_t unix_s, char out[TIME_TEXT_MAX]);
void time_format_month(int64_t unix_s, char out[TIME_TEXT_MAX]);
/* First second of the next UTC day / month. */
int64_t time_next_day(int64_t unix_s);
int64_t time_next_month(int64_t unix_s);
/* "Fri, 20 Nov 2026 05:06:07 GMT" (RFC 9110 5.6.7, the one form servers send). */
bool time_parse_http(const char *text, int64_t *unix_s);
/* Retry-After: seconds or an HTTP date (RFC 9110 10.2.3); false when it is neither. */
bool time_parse_retry_after(const char *text, int64_t now_s, int64_t *seconds);

#endif
