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

/* Indentation is passed over eight bytes at a time; the first of them is the lowest. */
static const char *
skip_blanks(const char *p, const char *end)
{
	uint64_t bytes;

	for (; end - p >= 8; p += 8) {
		memcpy(&bytes, p, sizeof bytes);
		bytes = le64toh(bytes) ^ UINT64_C(0x2020202020202020);
		if (bytes != 0)
			return p + (unsigned)__builtin_ctzll(bytes) / 8;
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

/* A quote that follows an odd number of backslashes is escaped. The opening quote ends their search. */
const char *
json_skip_string(const char *p, const char *end)
{
	for (p++; p < end && (p = memchr(p, '"', (size_t)(end - p))) != NULL; p++) {
		const char *unescaped = p;

		while (unescaped[-1] == '\\')
			unescaped--;
		if ((p - unescaped) % 2 == 0)
			return p + 1;
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
json_measure_value(const char *p, const char *end, struct json_shape *shape)
{
	size_t outside = shape->open;

	for (;;) {
		p = json_skip_space(p, end);
		if (p >= end)
			return NULL;
		switch (*p) {
		case '{':
		case '[':
			json_count_opened(shape);
			p++;
			continue;
		case '}':
		case ']':
			if (shape->open == outside)
				return NULL;
			shape->open--;
			p++;
			break;
		case ',':
		case ':':
			if (shape->open == outside)
				return NULL;
			p++;
			continue;
		case '"':
			shape->values++;
			p = json_skip_string(p, end);
			break;
		default:
			shape->values++;
			p = skip_scalar(p, end);
			break;
		}
		if (p == NULL || shape->open == outside)
			return p;
	}
}

const char *
json_skip_value(const char *p, const char *end)
{
	struct json_shape ignored = { 0 };

	p = json_skip_space(p, end);
	return p < end && *p == '"' ? json_skip_string(p, end) /* as most are */
				    : json_measure_value(p, end, &ignored);
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

bool
json_is_clean(const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end && (p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		size_t n = good_escape(p, end);

		if (n == 0)
			return false;
		p += n;
	}
	return utf8_valid(text, len);
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

struct json_shape
json_measure(const char *text, size_t len)
{
	struct json_shape shape = { 0 };
	const char *p = text, *end = text + len;
	bool in_scalar = false;

	while (p != NULL && p < end && shape.values <= JSON_VALUES_MAX &&
	       shape.depth <= JSON_DEPTH_MAX) {
		bool was_in_scalar = in_scalar;

		in_scalar = false;
		switch (*p) {
		case '"':
			p = json_skip_string(p, end);
			shape.values++;
			continue;
		case '{':
		case '[':
			json_count_opened(&shape);
			break;
		case '}':
		case ']':
			shape.open -= shape.open > 0;
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
