/*
 * body.c - the body of an answer within its limit and, on request, also as compressed by the server.
 *
 * libcurl unpacks a body and drops the compressed form. With http_request.keep_packed the compressed
 * bytes are collected here and unpacked at the end. A gzip file and a zlib stream differ only in header
 * and trailer (RFC 1950, RFC 1952), so nothing is compressed again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <zlib.h>

#include "common/net/internal.h"

#define GZIP_WINDOW (15 + 16) /* the largest window, with a gzip header */
#define GZIP_TRAILER 8 /* CRC-32 and size */
#define CHUNK (32 << 10)

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

/* *header: length of the gzip header. */
static bool
unpack_stream(struct transfer *t, z_stream *z, size_t *header)
{
	unsigned char chunk[CHUNK];
	int rc, flush = Z_BLOCK; /* stops after the header */

	do {
		size_t len;

		z->next_out = chunk;
		z->avail_out = sizeof chunk;
		rc = inflate(z, flush);
		if (flush == Z_BLOCK)
			*header = z->total_in;
		flush = Z_NO_FLUSH;
		len = sizeof chunk - z->avail_out;
		if (http_add_body(t, (const char *)chunk, len) < len)
			return false;
	} while (rc == Z_OK);
	return rc == Z_STREAM_END && z->avail_in == 0;
}

/* The gzip file becomes a zlib stream of the same bytes. */
static void
change_ends(struct buf *packed, size_t header, const struct buf *body)
{
	uLong sum = adler32(
	    adler32(0, Z_NULL, 0), (const Bytef *)buf_text(body), (uInt)body->len);
	const unsigned char trailer[] = { (unsigned char)(sum >> 24),
		(unsigned char)(sum >> 16), (unsigned char)(sum >> 8),
		(unsigned char)sum };
	size_t deflated = packed->len - header - GZIP_TRAILER;
	char *p = packed->ptr;

	memmove(p + sizeof ZLIB_HEADER, p + header, deflated);
	memcpy(p, ZLIB_HEADER, sizeof ZLIB_HEADER);
	packed->len = sizeof ZLIB_HEADER + deflated;
	buf_put(packed, trailer, sizeof trailer);
}

CURLcode
http_unpack(struct transfer *t)
{
	struct buf *packed = &t->reply.packed;
	z_stream z = { .next_in = (Bytef *)packed->ptr, .avail_in = (uInt)packed->len };
	size_t header;
	bool whole;

	if (packed->len == 0)
		return CURLE_OK;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return CURLE_OUT_OF_MEMORY;
	whole = unpack_stream(t, &z, &header);
	inflateEnd(&z);
	if (!whole)
		return t->reply.too_large ? CURLE_WRITE_ERROR
					  : CURLE_BAD_CONTENT_ENCODING;
	change_ends(packed, header, &t->reply.body);
	return CURLE_OK;
}
