/*
 * scan.c - see scan.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/scan.h"

#include <ctype.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/utf8.h"

/* ---- eight bytes at a time */

#define EACH UINT64_C(0x0101010101010101) /* times a byte: that byte eight times */
#define HIGH (EACH * 0x80)

/* The first byte is the lowest. */
static uint64_t
eight(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, sizeof bytes);
	return le64toh(bytes);
}

/* The high bit of each zero byte; above the first one, of others too. */
static uint64_t
zeros(uint64_t bytes)
{
	return (bytes - EACH) & ~bytes & HIGH;
}

/* How many of the eight bytes stand before the lowest bit. */
static int
before(uint64_t bits)
{
	return __builtin_ctzll(bits) / 8;
}

/* Skips the plain characters of a string. */
static const char *
skip_plain(const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t bytes = eight(p);
		uint64_t special = (bytes & HIGH) | zeros(bytes ^ (EACH * '"')) |
				   zeros(bytes ^ (EACH * '\\'));

		if (special != 0)
			return p + before(special);
	}
	while (p < end && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t others = eight(p) ^ (EACH * ' ');

		if (others != 0)
			return p + before(others);
	}
	while (p < end && *p == ' ')
		p++;
	return p;
}

const char *
json_skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p = skip_blanks(p + 1, end);
	return p;
}

const char *
json_skip_string(const char *p, const char *end)
{
	for (p = skip_plain(p + 1, end); p < end; p = skip_plain(p, end)) {
		if (*p == '"')
			return p + 1;
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	}
	return NULL;
}

static bool
ends_scalar(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ':' || c == ' ' || c == '\n' ||
	       c == '\r' || c == '\t' || c == '\0';
}

static const char *
skip_scalar(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && !ends_scalar(*p))
		p++;
	return p > start ? p : NULL;
}

const char *
json_skip_value(const char *p, const char *end)
{
	size_t depth = 0;

	for (;;) {
		p = json_skip_space(p, end);
		if (p >= end)
			return NULL;
		switch (*p) {
		case '{':
		case '[':
			depth++;
			p++;
			continue;
		case '}':
		case ']':
			if (depth == 0)
				return NULL;
			depth--;
			p++;
			break;
		case ',':
		case ':':
			if (depth == 0)
				return NULL;
			p++;
			continue;
		case '"':
			p = json_skip_string(p, end);
			break;
		default:
			p = skip_scalar(p, end);
			break;
		}
		if (p == NULL || depth == 0)
			return p;
	}
}

/* The four hex digits of an escape \uXXXX at p, or -1. */
static int32_t
escape_at(const char *p, const char *end)
{
	int32_t code = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int c = tolower((unsigned char)p[i]);

		if (!isxdigit(c))
			return -1;
		code = code * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return code;
}

static bool
is_high(int32_t code)
{
	return code >= 0xd800 && code <= 0xdbff;
}

static bool
is_low(int32_t code)
{
	return code >= 0xdc00 && code <= 0xdfff;
}

/* Length of the escape at p if it is one valid character, or 0 if it has to be replaced. */
static size_t
good_escape(const char *p, const char *end)
{
	int32_t code = escape_at(p, end);

	if (code < 0)
		return 2; /* \n and the like, or invalid, which the parser reports */
	if (is_high(code))
		return is_low(escape_at(p + 6, end)) ? 12 : 0;
	return code == 0 || is_low(code) ? 0 : 6;
}

/* One unit of a string at p: its length, and whether it has to be replaced. */
static size_t
string_piece(const char *p, const char *end, bool *bad)
{
	size_t n;

	*bad = false;
	if (*p == '\\') {
		n = good_escape(p, end);
		*bad = n == 0;
		return n == 0 ? 6 : n;
	}
	if ((unsigned char)*p < 0x80)
		return 1;
	*bad = utf8_next(p, end, &n) == UTF8_REPLACEMENT && n == 1;
	return n;
}

static const char *
measure_string(const char *p, const char *end, struct json_shape *shape)
{
	bool bad;

	for (p = skip_plain(p + 1, end); p < end && *p != '"'; p = skip_plain(p, end)) {
		p += string_piece(p, end, &bad);
		shape->dirty = shape->dirty || bad;
	}
	return p < end ? p + 1 : end;
}

struct json_shape
json_measure(const char *text, size_t len)
{
	struct json_shape shape = { 0 };
	const char *p = text, *end = text + len;
	size_t depth = 0;
	bool in_scalar = false;

	while (
	    p < end && shape.values <= JSON_VALUES_MAX && shape.depth <= JSON_DEPTH_MAX) {
		bool was_in_scalar = in_scalar;

		in_scalar = false;
		switch (*p) {
		case '"':
			p = measure_string(p, end, &shape);
			shape.values++;
			continue;
		case '{':
		case '[':
			depth++;
			shape.values++;
			shape.depth = depth > shape.depth ? depth : shape.depth;
			break;
		case '}':
		case ']':
			depth -= depth > 0;
			break;
		case ' ':
		case '\t':
		case '\r':
		case '\n':
			p = json_skip_space(p, end);
			continue;
		case ',':
		case ':':
			break;
		default:
			shape.values += !was_in_scalar;
			in_scalar = true;
			shape.dirty = shape.dirty || (unsigned char)*p >= 0x80;
			break;
		}
		p++;
	}
	return shape;
}

void
json_sanitize(const char *text, size_t len, struct buf *out)
{
	const char *p = text, *end = text + len;
	bool inside = false;

	while (p < end) {
		size_t n = 1;
		bool bad = false;

		if (inside && *p != '"')
			n = string_piece(p, end, &bad);
		else if (*p == '"')
			inside = !inside;
		if (n > (size_t)(end - p))
			n = (size_t)(end - p);
		if (bad)
			utf8_put(out, UTF8_REPLACEMENT);
		else
			buf_put(out, p, n);
		p += n;
	}
}
