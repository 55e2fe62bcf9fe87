/*
 * text.c - see text.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define REPLACEMENT 0xfffd

/* ---- UTF-8 */

static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies past U+10FFFF show in the second byte. */
static bool
second_is_good(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

uint32_t
utf8_next(const char *p, const char *end, size_t *length)
{
	static const uint32_t MASKS[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *s = (const unsigned char *)p;
	size_t n = sequence_length(s[0]);
	uint32_t c;

	*length = 1;
	if (n == 0 || (size_t)(end - p) < n)
		return REPLACEMENT;
	c = s[0] & MASKS[n];
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n > 1 && !second_is_good(s[0], s[1]))
		return REPLACEMENT;
	*length = n;
	return c;
}

void
utf8_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = 0;

	if (c < 0x80) {
		b[n++] = (char)c;
	} else if (c < 0x800) {
		b[n++] = (char)(0xc0 | c >> 6);
		b[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		b[n++] = (char)(0xe0 | c >> 12);
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | c >> 18);
		b[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		b[n++] = (char)(0x80 | (c & 0x3f));
	}
	buf_put(out, b, n);
}

bool
utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static size_t
encoded_length(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

void
utf8_clean(struct buf *out, const char *bytes, size_t len, size_t max_bytes)
{
	const char *p = bytes, *end = bytes + len;
	size_t used = 0;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (c == 0)
			c = REPLACEMENT;
		used += encoded_length(c);
		if (used > max_bytes)
			return;
		utf8_put(out, c);
		p += n;
	}
}

bool
utf8_valid(const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		size_t n;

		if (utf8_next(p, end, &n) == REPLACEMENT && n == 1)
			return false;
		p += n;
	}
	return true;
}

/* ---- hashes and addresses */

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

const char *
hash_kind_name(enum hash_kind kind)
{
	static const char *const NAMES[] = { "", "md5", "sha1", "sha256" };

	return NAMES[kind];
}

bool
ip_canonical(const char *text, char out[IP_TEXT_MAX])
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, text, &four) == 1)
		return inet_ntop(AF_INET, &four, out, IP_TEXT_MAX) != NULL;
	if (inet_pton(AF_INET6, text, &six) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		memcpy(&four, six.s6_addr + 12, sizeof four);
		return inet_ntop(AF_INET, &four, out, IP_TEXT_MAX) != NULL;
	}
	return inet_ntop(AF_INET6, &six, out, IP_TEXT_MAX) != NULL;
}

/* ---- times */

static bool
digits(const char **p, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool
expect(const char **p, const char *any)
{
	if (**p == '\0' || strchr(any, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

/* "Z", "+09:00", "+0900" or nothing. */
static bool
parse_offset(const char *p, int64_t *seconds)
{
	int hours, minutes, sign = *p == '-' ? -1 : 1;

	*seconds = 0;
	if (*p == '\0' || strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
		return true;
	if (!expect(&p, "+-") || !digits(&p, 2, &hours))
		return false;
	if (*p == ':')
		p++;
	if (!digits(&p, 2, &minutes) || *p != '\0' || hours > 14 || minutes > 59)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool
in_range(const struct tm *t)
{
	return t->tm_year >= 0 && t->tm_mon >= 0 && t->tm_mon <= 11 && t->tm_mday >= 1 &&
	       t->tm_mday <= 31 && t->tm_hour <= 23 && t->tm_min <= 59 && t->tm_sec <= 60;
}

bool
time_parse_iso(const char *text, int64_t *unix_s)
{
	struct tm t = { 0 };
	const char *p = text;
	int64_t offset;

	if (!digits(&p, 4, &t.tm_year) || !expect(&p, "-") || !digits(&p, 2, &t.tm_mon) ||
	    !expect(&p, "-") || !digits(&p, 2, &t.tm_mday) || !expect(&p, "Tt ") ||
	    !digits(&p, 2, &t.tm_hour) || !expect(&p, ":") || !digits(&p, 2, &t.tm_min) ||
	    !expect(&p, ":") || !digits(&p, 2, &t.tm_sec))
		return false;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	if (*p == '.' || *p == ',')
		for (p++; isdigit((unsigned char)*p);)
			p++;
	if (!in_range(&t) || !parse_offset(p, &offset))
		return false;
	*unix_s = (int64_t)timegm(&t) - offset;
	return true;
}

static struct tm
split(int64_t unix_s)
{
	struct tm t = { 0 };
	time_t s = (time_t)unix_s;

	gmtime_r(&s, &t);
	return t;
}

void
time_format_iso(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &t);
}

void
time_format_day(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m-%d", &t);
}

void
time_format_month(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m", &t);
}

int64_t
time_next_day(int64_t unix_s)
{
	struct tm t = split(unix_s);
	struct tm next = {
		.tm_year = t.tm_year, .tm_mon = t.tm_mon, .tm_mday = t.tm_mday + 1
	};

	return (int64_t)timegm(&next);
}

int64_t
time_next_month(int64_t unix_s)
{
	struct tm t = split(unix_s);
	struct tm next = { .tm_year = t.tm_year, .tm_mon = t.tm_mon + 1, .tm_mday = 1 };

	return (int64_t)timegm(&next);
}

bool
time_parse_http(const char *text, int64_t *unix_s)
{
	struct tm t = { 0 };

	if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &t) == NULL)
		return false;
	*unix_s = (int64_t)timegm(&t);
	return true;
}

bool
time_parse_retry_after(const char *text, int64_t now_s, int64_t *seconds)
{
	const char *p = text;
	int64_t n = 0;

	while (*p == ' ')
		p++;
	if (isdigit((unsigned char)*p)) {
		for (; isdigit((unsigned char)*p) && n < 1000000000; p++)
			n = n * 10 + (*p - '0');
		*seconds = n;
		return *p == '\0' || *p == ' ';
	}
	if (!time_parse_http(p, &n))
		return false;
	*seconds = n > now_s ? n - now_s : 0;
	return true;
}
