/*
 * body.c - the body of an answer within its limit and, on request, also as compressed by the server.
 *
 * libcurl unpacks a body and drops the compressed form. With http_request.keep_packed the compressed
 * bytes are collected here and unpacked at the end, in one piece, which takes a third of the time. A gzip
 * file and a zlib stream differ only in header and trailer (RFC 1950, RFC 1952), so nothing is compressed
 * again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <endian.h>
#include <string.h>

#include "common/net/internal.h"

#define GZIP_HEADER 10 /* bytes before the optional fields */
#define GZIP_TRAILER 8 /* CRC-32 and size */
#define GZIP_FLAGS 3 /* byte that tells what follows the header: */
enum { GZIP_CRC = 2, GZIP_EXTRA = 4, GZIP_NAME = 8, GZIP_COMMENT = 16 };

/* Two bytes that say: deflate, a window of 32 KiB, no dictionary. */
static const unsigned char ZLIB_HEADER[] = { 0x78, 0x9c };

size_t
http_add_body(struct transfer *t, const char *bytes, size_t len)
{
	if (len > t->reply_max - t->reply.body.len) {
		t->reply.too_large = true;
		return 0;
	}
	buf_put(&t->reply.body, bytes, len);
	if (buf_ok(&t->reply.body))
		return len;
	buf_reset(&t->reply.body);
	return 0;
}

/* Collects bytes of a compressed body. */
static size_t
take_packed(struct transfer *t, const char *bytes, size_t len)
{
	struct buf *packed = &t->reply.packed;

	if (len > t->reply_max - packed->len) {
		t->reply.too_large = true;
		return 0;
	}
	buf_put(packed, bytes, len);
	return buf_ok(packed) ? len : 0;
}

size_t
http_take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;

	return t->is_packed ? take_packed(t, bytes, size * count)
			    : http_add_body(t, bytes, size * count);
}

/* What the end of a gzip file gives as its unpacked size; anything if the file is damaged. */
static size_t
size_told(const struct buf *packed)
{
	uint32_t size = 0;

	if (packed->len > sizeof size)
		memcpy(&size, packed->ptr + packed->len - sizeof size, sizeof size);
	return le32toh(size);
}

/* Unpacks a body of at most `room` bytes, with nothing behind it. */
static enum libdeflate_result
unpack_within(struct transfer *t, size_t room)
{
	struct buf *body = &t->reply.body;
	const struct buf *packed = &t->reply.packed;
	char *out = buf_room(body, room);
	enum libdeflate_result result = LIBDEFLATE_BAD_DATA;
	size_t read = 0, written = 0;

	if (out != NULL)
		result = libdeflate_gzip_decompress_ex(t->http->unpacker, packed->ptr,
		    packed->len, out, room, &read, &written);
	if (result == LIBDEFLATE_SUCCESS && read < packed->len)
		result = LIBDEFLATE_BAD_DATA;
	if (result == LIBDEFLATE_SUCCESS)
		buf_wrote(body, written);
	else
		buf_reset(body);
	return result;
}

/* A body that is larger than the file tells is damaged, or too large. */
static enum libdeflate_result
unpack(struct transfer *t)
{
	size_t told = size_told(&t->reply.packed);
	enum libdeflate_result result;

	if (told >= t->reply_max)
		return unpack_within(t, t->reply_max);
	result = unpack_within(t, told);
	return result == LIBDEFLATE_INSUFFICIENT_SPACE ? unpack_within(t, t->reply_max)
						       : result;
}

/* Length of the header of a sound gzip file. */
static size_t
header_length(const char *file)
{
	const unsigned char *p = (const unsigned char *)file;
	unsigned flags = p[GZIP_FLAGS];
	size_t len = GZIP_HEADER;

	if (flags & GZIP_EXTRA)
		len += 2 + (size_t)(p[len] | p[len + 1] << 8);
	if (flags & GZIP_NAME)
		len += strlen(file + len) + 1;
	if (flags & GZIP_COMMENT)
		len += strlen(file + len) + 1;
	if (flags & GZIP_CRC)
		len += 2;
	return len;
}

/* The gzip file becomes a zlib stream of the same bytes. */
static void
change_ends(struct buf *packed, const struct buf *body)
{
	uint32_t sum = htobe32(libdeflate_adler32(1, buf_text(body), body->len));
	size_t header = header_length(packed->ptr);
	size_t deflated = packed->len - header - GZIP_TRAILER;
	char *p = packed->ptr;

	memmove(p + sizeof ZLIB_HEADER, p + header, deflated);
	memcpy(p, ZLIB_HEADER, sizeof ZLIB_HEADER);
	packed->len = sizeof ZLIB_HEADER + deflated;
	buf_put(packed, &sum, sizeof sum);
}

CURLcode
http_unpack(struct transfer *t)
{
	struct buf *packed = &t->reply.packed;
	enum libdeflate_result result;

	if (packed->len == 0)
		return CURLE_OK;
	result = unpack(t);
	t->reply.too_large = result == LIBDEFLATE_INSUFFICIENT_SPACE;
	if (t->reply.too_large)
		return CURLE_WRITE_ERROR;
	if (result != LIBDEFLATE_SUCCESS)
		return CURLE_BAD_CONTENT_ENCODING;
	change_ends(packed, &t->reply.body);
	return CURLE_OK;
}
